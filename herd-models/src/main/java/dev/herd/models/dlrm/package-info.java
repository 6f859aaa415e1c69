/// Deep learning recommendation model (Naumov et al. 2019).
@NullMarked
package dev.herd.models.dlrm;

import org.jspecify.annotations.NullMarked;
