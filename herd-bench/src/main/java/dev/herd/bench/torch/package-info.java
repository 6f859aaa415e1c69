/// What a libtorch user would write: the other side of the benchmarks, in plain libtorch.
@NullMarked
package dev.herd.bench.torch;

import org.jspecify.annotations.NullMarked;
