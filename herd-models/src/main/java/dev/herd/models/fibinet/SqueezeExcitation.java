package dev.herd.models.fibinet;

import dev.herd.nn.Ops;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Linear;

/// Multiplies every embedding by a weight that two bias-free maps make of the embeddings' means.
///
/// **Shapes**: `[B, n, D]` to the same.
/// **Paper**: Huang et al. 2019, SENET layer.
record SqueezeExcitation(Linear squeeze, Linear excitation, int n) {
    /// @param reduction how many times fewer numbers the narrow part has than there are embeddings
    static SqueezeExcitation create(Parameters.Scope scope, int n, double reduction) {
        long reduced = Math.max(1, (long) (n / reduction));
        return new SqueezeExcitation(
                Linear.withoutBias(scope.scope("squeeze"), n, reduced),
                Linear.withoutBias(scope.scope("excitation"), reduced, n),
                n);
    }

    Tensor forward(Ops ops, Tensor embBND) {
        Tensor meansBN = ops.mean(embBND, 2, false);
        Tensor weightsBN = ops.relu(excitation.forward(ops, ops.relu(squeeze.forward(ops, meansBN))));
        return ops.mul(embBND, ops.reshape(weightsBN, -1, n, 1));
    }
}
