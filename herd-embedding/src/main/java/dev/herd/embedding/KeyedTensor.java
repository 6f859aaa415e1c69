package dev.herd.embedding;

import java.lang.foreign.MemorySegment;
import java.util.List;

/// Pooled embeddings of F features for B rows.
///
/// **Shapes**: `values` is fp32 `[B, sum of dims]` row-major; columns of feature f start at the sum of the dims before
/// it.
/// **Owner**: the collection that made it; valid until its next lookup.
public record KeyedTensor(List<String> keys, int[] dims, int stride, MemorySegment values) {
    /// Columns of one row.
    public int width() {
        int width = 0;
        for (int dim : dims) {
            width += dim;
        }
        return width;
    }
}
