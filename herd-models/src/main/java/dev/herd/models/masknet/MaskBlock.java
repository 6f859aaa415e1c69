package dev.herd.models.masknet;

import dev.herd.nn.Ops;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Activation;
import dev.herd.nn.layer.Layer;
import dev.herd.nn.layer.LayerNorm;
import dev.herd.nn.layer.Linear;

/// Weighs its input by an instance-guided mask, which two maps make of all embeddings, then maps it:
/// `ReLU(LN(W (mask * x)))`.
///
/// **Shapes**: embeddings `[B, E]`, x `[B, in]`, result `[B, out]`.
/// **Paper**: Wang et al. 2021, instance-guided mask and MaskBlock.
record MaskBlock(Linear aggregation, Linear projection, Linear hidden, Layer norm, double dropout) {
    static MaskBlock create(Parameters.Scope scope, long embeddings, long in, int out, MaskNet.Config config) {
        long aggregated = Math.max(1, (long) (in * config.reduction()));
        return new MaskBlock(
                Linear.create(scope.scope("aggregation"), embeddings, aggregated),
                Linear.create(scope.scope("projection"), aggregated, in),
                Linear.withoutBias(scope.scope("hidden"), in, out),
                config.blockNorm() ? LayerNorm.create(scope.scope("norm"), out) : Activation.IDENTITY,
                config.dropout());
    }

    Tensor forward(Ops ops, Tensor embBE, Tensor xBC) {
        Tensor maskBC = projection.forward(ops, ops.relu(aggregation.forward(ops, embBE)));
        Tensor hiddenBC = ops.relu(norm.forward(ops, hidden.forward(ops, ops.mul(maskBC, xBC))));
        return dropout > 0 ? ops.dropout(hiddenBC, dropout) : hiddenBC;
    }
}
