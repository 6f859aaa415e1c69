/// How fast rows come from files: Criteo-shaped text and Parquet.
@NullMarked
package dev.herd.bench.read;

import org.jspecify.annotations.NullMarked;
