@NullMarked
package dev.herd.bench.numerics;

import org.jspecify.annotations.NullMarked;
