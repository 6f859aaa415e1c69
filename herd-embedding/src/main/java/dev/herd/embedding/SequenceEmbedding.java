package dev.herd.embedding;

import java.lang.foreign.MemorySegment;

/// The rows of one feature, id by id, without pooling. Every row of the batch has T places; a row of fewer
/// ids has zeros before them, so that the last place holds the newest id of every row.
///
/// **Shapes**: fp32 `values[B, T, dim]`; fp32 `mask[B, T]`, 1 where there is an id and 0 where padded. T
/// is the length of the batch's longest row, at most the table's limit and at least 1.
/// **Owner**: the collection that made it; valid until its next lookup.
///
/// @param length T
public record SequenceEmbedding(String key, int dim, int length, MemorySegment values, MemorySegment mask) {}
