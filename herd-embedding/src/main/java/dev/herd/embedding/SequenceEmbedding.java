package dev.herd.embedding;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// The rows of one feature, id by id, without pooling. Every row has T places; a row of fewer ids has zeros
/// before them, so that the last place holds the newest id of every row. Of a deduplicated feature that is
/// wanted so, the rows are the unique ones of its group.
///
/// **Shapes**: fp32 `values[rows, T, dim]`; fp32 `mask[rows, T]`, 1 where there is an id and 0 where
/// padded. T is the length of the batch's longest row, at most the table's limit and at least 1.
/// **Owner**: the collection that made it; valid until its next lookup.
///
/// @param length T
/// @param rows B, or U for unique rows
/// @param inverseLookup the unique row that each row of the batch equals; null when every row stands for
///     itself
@SuppressWarnings("ArrayRecordComponent")
public record SequenceEmbedding(
        String key,
        int dim,
        int length,
        int rows,
        int @Nullable [] inverseLookup,
        MemorySegment values,
        MemorySegment mask) {}
