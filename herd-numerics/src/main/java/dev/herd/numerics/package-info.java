/// Block and half number formats, and the Vector API kernels over off-heap memory.
@NullMarked
package dev.herd.numerics;

import org.jspecify.annotations.NullMarked;
