package dev.herd.models.wukong;

import dev.herd.models.interaction.Interaction;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Activation;
import dev.herd.nn.layer.Layer;
import dev.herd.nn.layer.LayerNorm;
import dev.herd.nn.layer.Mlp;

/// Products of embeddings, normalized, through a perceptron to embeddings again.
///
/// **Shapes**: `[B, n, D]` to `[B, n_F, D]`.
/// **Paper**: Zhang et al. 2024, section 3, the factorization machine block.
record FactorizationMachineBlock(PairwiseProducts products, Layer norm, Mlp mlp, int flat, int embeddings, int width)
        implements Interaction {
    static FactorizationMachineBlock create(Parameters.Scope scope, int n, int embeddings, Wukong.Config config) {
        int width = config.embeddingDim();
        PairwiseProducts products = PairwiseProducts.create(scope, config.projection(), n, width);
        int flat = Math.multiplyExact(n, products.columns());
        Layer norm = config.layerNorm() ? LayerNorm.create(scope.scope("norm"), flat) : Activation.IDENTITY;
        Mlp mlp = Mlp.create(scope.scope("mlp"), config.mlp(), flat, (long) embeddings * width);
        return new FactorizationMachineBlock(products, norm, mlp, flat, embeddings, width);
    }

    @Override
    public Tensor forward(Ops ops, Tensor embBND) {
        Tensor pairs = ops.reshape(products.forward(ops, embBND), -1, flat);
        return ops.reshape(mlp.forward(ops, norm.forward(ops, pairs)), -1, embeddings, width);
    }
}
