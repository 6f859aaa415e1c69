package dev.herd.models.behavior;

import dev.herd.models.Fields;
import dev.herd.models.ModelInput;
import dev.herd.models.RankingModel;
import dev.herd.nn.Ops;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Mlp;
import java.util.ArrayList;
import java.util.List;

/// The pooled fields beside one summary of every sequence, under a perceptron.
///
/// @param summaries one per behavior, in their order
public record BehaviorNetwork(Fields fields, Behaviors behaviors, List<Summary> summaries, Mlp deep)
        implements RankingModel {
    public BehaviorNetwork {
        summaries = List.copyOf(summaries);
    }

    /// What a model makes of a sequence with a candidate in view.
    @FunctionalInterface
    public interface Summary {
        /// **Shapes**: target `[B, 1, D]`, result `[B, C]`.
        Tensor forward(Ops ops, ModelInput.Sequence sequence, Tensor targetB1D);
    }

    @Override
    public Tensor forward(Ops ops, ModelInput input) {
        List<Tensor> parts = new ArrayList<>(List.of(fields.flat(ops, input)));
        for (int i = 0; i < summaries.size(); i++) {
            Behavior behavior = behaviors.all().get(i);
            Tensor target = behaviors.target(ops, input, behavior);
            parts.add(summaries.get(i).forward(ops, input.sequence(behavior.sequence()), target));
        }
        return deep.forward(ops, ops.concat(parts, 1));
    }
}
