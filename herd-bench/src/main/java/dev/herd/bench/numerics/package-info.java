/// Packed number formats against plain ones: speed of packing and of arithmetic on packed rows.
@NullMarked
package dev.herd.bench.numerics;

import org.jspecify.annotations.NullMarked;
