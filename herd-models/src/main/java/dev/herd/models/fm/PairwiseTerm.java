package dev.herd.models.fm;

import dev.herd.nn.Ops;
import dev.herd.nn.Tensor;

/// The second-order term of a factorization machine: the sum of the inner products of all pairs of embeddings, in
/// linear time as `((sum e)^2 - sum e^2) / 2`.
///
/// **Shapes**: `[B, n, K * D]` to `[B, K]`: every task has its own D columns.
/// **Paper**: Rendle 2010, lemma 3.1
public record PairwiseTerm(int tasks, int width) {
    public Tensor forward(Ops ops, Tensor embBNC) {
        Tensor sum = ops.sum(embBNC, 1, false);
        Tensor squares = ops.sum(ops.mul(embBNC, embBNC), 1, false);
        Tensor pairs = ops.scale(ops.sub(ops.mul(sum, sum), squares), 0.5);
        return ops.sum(ops.reshape(pairs, -1, tasks, width), 2, false);
    }
}
