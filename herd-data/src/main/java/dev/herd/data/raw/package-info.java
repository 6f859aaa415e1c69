/// Files as users have them: Criteo TSV, CSV, libsvm, JSON lines, Parquet, gzip and zstd; streamed as blocks of text
/// cells.
@NullMarked
package dev.herd.data.raw;

import org.jspecify.annotations.NullMarked;
