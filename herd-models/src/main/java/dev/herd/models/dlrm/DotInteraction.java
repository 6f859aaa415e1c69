package dev.herd.models.dlrm;

import dev.herd.nn.Ops;
import dev.herd.nn.Tensor;

/// The inner products of all pairs of n embeddings: the entries strictly below the diagonal of `X X^T`, row by row.
///
/// **Shapes**: `[B, n, D]` to `[B, n (n - 1) / 2]`.
public record DotInteraction(int fields) {
    /// Number of pairs.
    public int width() {
        return Math.toIntExact((long) fields * (fields - 1) / 2);
    }

    public Tensor forward(Ops ops, Tensor embBND) {
        return ops.pairwiseDots(embBND, fields);
    }
}
