package dev.herd.models.dhen;

import dev.herd.data.InputException;
import dev.herd.models.interaction.Interaction;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Mlp;

/// The inner products of all pairs of embeddings through a perceptron to embeddings again.
///
/// **Shapes**: `[B, n, D]` to `[B, l, D]`.
record DotInteractions(Mlp mlp, int n, int embeddings, int width) implements Interaction {
    static DotInteractions create(Parameters.Scope scope, int n, int width, Module.Dot config) {
        if (n < 2) {
            throw new InputException("the `dot` module of dhen needs at least two embeddings to multiply, but gets " + n
                    + "; use another module in this layer, or more `embeddings` in the one below");
        }
        long pairs = (long) n * (n - 1) / 2;
        long out = (long) config.embeddings() * width;
        return new DotInteractions(
                Mlp.create(scope.scope("mlp"), config.mlp(), pairs, out), n, config.embeddings(), width);
    }

    @Override
    public Tensor forward(Ops ops, Tensor embBND) {
        return ops.reshape(mlp.forward(ops, ops.pairwiseDots(embBND, n)), -1, embeddings, width);
    }
}
