package dev.herd.models.dcnv2;

import dev.herd.nn.Ops;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Linear;

/// One cross layer: `x' = x_0 * inner(x) + x`, elementwise, where `inner` is an affine map that the forms of the layer
/// differ in.
///
/// **Shapes**: x_0, x and the result `[B, C]`.
sealed interface CrossLayer permits CrossLayer.Full, CrossLayer.LowRank, Mixture {
    Tensor forward(Ops ops, Tensor x0, Tensor x);

    /// `inner(x) = W x + b`, W of full rank. **Paper**: equation 1.
    record Full(Linear inner) implements CrossLayer {
        static Full create(Parameters.Scope scope, long width) {
            return new Full(Linear.create(scope, width, width));
        }

        @Override
        public Tensor forward(Ops ops, Tensor x0, Tensor x) {
            return ops.add(ops.mul(x0, inner.forward(ops, x)), x);
        }
    }

    /// `inner(x) = U V^T x + b`, with U and V of r columns. **Paper**: equation 2.
    record LowRank(Linear down, Linear up) implements CrossLayer {
        static LowRank create(Parameters.Scope scope, long width, int rank) {
            return new LowRank(
                    Linear.withoutBias(scope.scope("v"), width, rank), Linear.create(scope.scope("u"), rank, width));
        }

        @Override
        public Tensor forward(Ops ops, Tensor x0, Tensor x) {
            return ops.add(ops.mul(x0, up.forward(ops, down.forward(ops, x))), x);
        }
    }
}
