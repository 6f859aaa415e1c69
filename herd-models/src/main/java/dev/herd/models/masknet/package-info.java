/// MaskNet (Wang et al. 2021).
@NullMarked
package dev.herd.models.masknet;

import org.jspecify.annotations.NullMarked;
