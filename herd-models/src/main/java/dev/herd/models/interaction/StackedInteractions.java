package dev.herd.models.interaction;

import dev.herd.models.Fields;
import dev.herd.models.ModelInput;
import dev.herd.models.RankingModel;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Mlp;
import java.util.ArrayList;
import java.util.List;

/// Interaction layers on top of each other, and a perceptron over all embeddings of the last one.
public record StackedInteractions(Fields fields, List<InteractionLayer> layers, int flat, Mlp head)
        implements RankingModel {
    public StackedInteractions {
        layers = List.copyOf(layers);
    }

    /// Makes one layer.
    @FunctionalInterface
    public interface Layers {
        /// @param number from 0 on
        /// @param n embeddings that come into the layer
        InteractionLayer create(Parameters.Scope scope, int number, int n);
    }

    /// Declares layer after layer and the head.
    public static StackedInteractions create(
            Parameters.Scope scope, Fields fields, int count, Layers made, Mlp.Config head, int tasks) {
        List<InteractionLayer> layers = new ArrayList<>();
        int n = fields.count();
        for (int i = 0; i < count; i++) {
            InteractionLayer layer = made.create(scope.scope("layer" + i), i, n);
            layers.add(layer);
            n = layer.embeddings();
        }
        int flat = Math.multiplyExact(n, fields.width());
        return new StackedInteractions(fields, layers, flat, Mlp.create(scope.scope("head"), head, flat, tasks));
    }

    @Override
    public Tensor forward(Ops ops, ModelInput input) {
        Tensor embBND = fields.forward(ops, input);
        for (InteractionLayer layer : layers) {
            embBND = layer.forward(ops, embBND);
        }
        return head.forward(ops, ops.reshape(embBND, -1, flat));
    }
}
