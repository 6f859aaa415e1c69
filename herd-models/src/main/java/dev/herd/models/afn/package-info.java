/// Adaptive factorization network (Cheng et al. 2020).
@NullMarked
package dev.herd.models.afn;

import org.jspecify.annotations.NullMarked;
