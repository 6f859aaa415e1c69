/// xDeepFM and its compressed interaction network (Lian et al. 2018).
@NullMarked
package dev.herd.models.xdeepfm;

import org.jspecify.annotations.NullMarked;
