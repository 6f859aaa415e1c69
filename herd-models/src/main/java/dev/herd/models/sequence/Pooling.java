package dev.herd.models.sequence;

import dev.herd.nn.Ops;
import dev.herd.nn.Tensor;

/// A module that makes one embedding of a sequence, and reads nothing else.
@FunctionalInterface
interface Pooling {
    /// **Shapes**: x `[U, T, D]`, mask `[U, T]`, result `[U, D]`; zeros for a row without ids.
    Tensor forward(Ops ops, Tensor xUTD, Tensor maskUT);

    /// The sum of a row's embeddings with the given weights. **Shapes**: weights `[U, T]`, result `[U, D]`.
    static Tensor weighted(Ops ops, Tensor weightsUT, Tensor xUTD) {
        long[] shape = xUTD.shape();
        return ops.reshape(ops.matmul(ops.reshape(weightsUT, -1, 1, shape[1]), xUTD), -1, shape[2]);
    }

    /// The mean of the places that exist.
    static Tensor mean(Ops ops, Tensor xUTD, Tensor maskUT) {
        Tensor countU1 = ops.clampMin(ops.sum(maskUT, 1, true), 1);
        return weighted(ops, ops.mul(maskUT, ops.exp(ops.scale(ops.log(countU1), -1))), xUTD);
    }
}
