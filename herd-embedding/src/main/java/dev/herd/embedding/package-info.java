/// Embedding tables: lookup, pooling, the exact fused optimizer update, row precision.
@NullMarked
package dev.herd.embedding;

import org.jspecify.annotations.NullMarked;
