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
        Tensor products = ops.matmul(embBND, ops.transpose(embBND, 1, 2));
        return ops.select(ops.reshape(products, -1, (long) fields * fields), 1, lowerTriangle());
    }

    private long[] lowerTriangle() {
        long[] indices = new long[width()];
        int next = 0;
        for (int row = 1; row < fields; row++) {
            for (int column = 0; column < row; column++) {
                indices[next++] = (long) row * fields + column;
            }
        }
        return indices;
    }
}
