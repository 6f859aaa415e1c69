package dev.herd.models.multitask;

import dev.herd.nn.Ops;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Mlp;
import java.util.ArrayList;
import java.util.List;

/// A perceptron to one logit for every label.
///
/// **Shapes**: one `[B, H]` for each of K labels to `[B, K]`.
public final class Towers {
    private final List<Mlp> towers;

    private Towers(List<Mlp> towers) {
        this.towers = List.copyOf(towers);
    }

    public static Towers create(Parameters.Scope scope, Mlp.Config config, int tasks, long in) {
        List<Mlp> towers = new ArrayList<>();
        for (int task = 0; task < tasks; task++) {
            towers.add(Mlp.create(scope.scope(Integer.toString(task)), config, in, 1));
        }
        return new Towers(towers);
    }

    /// @param inputs one per label, in the schema's order
    public Tensor forward(Ops ops, List<Tensor> inputs) {
        List<Tensor> logits = new ArrayList<>();
        for (int task = 0; task < towers.size(); task++) {
            logits.add(towers.get(task).forward(ops, inputs.get(task)));
        }
        return ops.concat(logits, 1);
    }
}
