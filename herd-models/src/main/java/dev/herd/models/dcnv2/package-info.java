/// Deep and cross network, second version (Wang et al. 2021).
@NullMarked
package dev.herd.models.dcnv2;

import org.jspecify.annotations.NullMarked;
