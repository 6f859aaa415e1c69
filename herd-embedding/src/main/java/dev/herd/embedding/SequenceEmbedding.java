package dev.herd.embedding;

import java.lang.foreign.MemorySegment;

/// The rows of one feature, id by id, without pooling.
///
/// **Shapes**: `values` is fp32 `[N, dim]`; row b of the batch owns `values[offsets[b] .. offsets[b+1])`.
/// **Owner**: the collection that made it; valid until its next lookup.
public record SequenceEmbedding(String key, int dim, int[] offsets, MemorySegment values) {
    /// N, the number of ids in the batch.
    public int length() {
        return offsets[offsets.length - 1];
    }
}
