package dev.herd.models.multitask;

import dev.herd.nn.Ops;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Mlp;
import java.util.ArrayList;
import java.util.List;

/// Perceptrons of one shape, each with its own weights, over the same input.
///
/// **Shapes**: `[B, C]` to one `[B, H]` for every expert.
public final class Experts {
    private final List<Mlp> experts;

    private Experts(List<Mlp> experts) {
        this.experts = List.copyOf(experts);
    }

    public static Experts create(Parameters.Scope scope, Mlp.Config config, int count, long in) {
        List<Mlp> experts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            experts.add(Mlp.hidden(scope.scope(Integer.toString(i)), config, in));
        }
        return new Experts(experts);
    }

    public List<Tensor> forward(Ops ops, Tensor x) {
        return experts.stream().map(expert -> expert.forward(ops, x)).toList();
    }

    /// Refuses experts that would pass on their input, and counts below one.
    ///
    /// @param key name of the count in the model's configuration
    public static void check(String key, int count, Mlp.Config expert) {
        if (count < 1) {
            throw new IllegalArgumentException("`" + key + "` must be positive, got " + count);
        }
        if (expert.hidden().isEmpty()) {
            throw new IllegalArgumentException("`expert.hidden` must hold at least one width, got []");
        }
    }
}
