/// Dense tensors, differentiation, layers, losses and optimizers, over libtorch.
@NullMarked
package dev.herd.nn;

import org.jspecify.annotations.NullMarked;
