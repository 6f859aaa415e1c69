/// Deep and cross network, first version (Wang et al. 2017).
@NullMarked
package dev.herd.models.dcn;

import org.jspecify.annotations.NullMarked;
