package dev.herd.models.autoint;

import dev.herd.nn.Ops;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Activation;
import dev.herd.nn.layer.Layer;
import dev.herd.nn.layer.LayerNorm;
import dev.herd.nn.layer.Linear;
import org.jspecify.annotations.Nullable;

/// Multi-head attention of the fields to each other, `relu(norm(attention(x) + W_res x))`: unlike in a
/// transformer no map follows the heads, and the width may change on the way.
///
/// **Shapes**: `[B, n, C]` to `[B, n, width]`; each head has width / heads columns.
/// **Paper**: Song et al. 2019, the interacting layer.
///
/// @param skip null without a residual connection; the identity when the width stays
record InteractingLayer(
        AutoInt.Attention config,
        int fields,
        Linear query,
        Linear key,
        Linear value,
        @Nullable Layer skip,
        Layer norm) implements Layer {
    static InteractingLayer create(Parameters.Scope scope, AutoInt.Attention config, int fields, int in) {
        int width = config.width();
        Linear query = Linear.withoutBias(scope.scope("query"), in, width);
        Linear key = Linear.withoutBias(scope.scope("key"), in, width);
        Linear value = Linear.withoutBias(scope.scope("value"), in, width);
        Layer skip = !config.residual()
                ? null
                : in == width ? Activation.IDENTITY : Linear.withoutBias(scope.scope("residual"), in, width);
        Layer norm = config.layerNorm() ? LayerNorm.create(scope.scope("norm"), width) : Activation.IDENTITY;
        return new InteractingLayer(config, fields, query, key, value, skip, norm);
    }

    @Override
    public Tensor forward(Ops ops, Tensor xBNC) {
        Tensor queryBHNE = heads(ops, query.forward(ops, xBNC));
        Tensor keyBHNE = heads(ops, key.forward(ops, xBNC));
        Tensor valueBHNE = heads(ops, value.forward(ops, xBNC));
        Tensor scoresBHNN = ops.matmul(queryBHNE, ops.transpose(keyBHNE, 2, 3));
        if (config.scale()) {
            scoresBHNN = ops.scale(scoresBHNN, 1 / Math.sqrt(headWidth()));
        }
        Tensor weightsBHNN = ops.dropout(ops.softmax(scoresBHNN, -1), config.dropout());
        Tensor mixedBNHE = ops.transpose(ops.matmul(weightsBHNN, valueBHNE), 1, 2);
        Tensor mixed = ops.reshape(mixedBNHE, -1, fields, config.width());
        if (skip != null) {
            mixed = ops.add(mixed, skip.forward(ops, xBNC));
        }
        return ops.relu(norm.forward(ops, mixed));
    }

    private Tensor heads(Ops ops, Tensor xBNC) {
        return ops.transpose(ops.reshape(xBNC, -1, fields, config.heads(), headWidth()), 1, 2);
    }

    private int headWidth() {
        return config.width() / config.heads();
    }
}
