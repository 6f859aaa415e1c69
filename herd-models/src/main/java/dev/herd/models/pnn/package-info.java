/// Product-based neural network with inner products (Qu et al. 2016).
@NullMarked
package dev.herd.models.pnn;

import org.jspecify.annotations.NullMarked;
