/// Kernels over off-heap memory. Each family comes in threes: the face that checks its arguments, the scalar definition
/// that says what is computed, and the Vector API version that computes the same bits faster.
@NullMarked
package dev.herd.numerics.kernel;

import org.jspecify.annotations.NullMarked;
