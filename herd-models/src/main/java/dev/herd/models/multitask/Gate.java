package dev.herd.models.multitask;

import dev.herd.nn.Ops;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Mlp;
import java.util.List;

/// The average of experts by weights that a perceptron and a softmax make of an input.
///
/// **Shapes**: input `[B, C]`, E experts `[B, H]`, result `[B, H]`.
public record Gate(Mlp mlp) {
    public static Gate create(Parameters.Scope scope, Mlp.Config config, long in, int experts) {
        return new Gate(Mlp.create(scope, config, in, experts));
    }

    public Tensor forward(Ops ops, Tensor x, List<Tensor> experts) {
        int count = experts.size();
        long width = experts.getFirst().shape()[1];
        Tensor expertsBEH = ops.reshape(ops.concat(experts, 1), -1, count, width);
        Tensor weightsB1E = ops.reshape(ops.softmax(mlp.forward(ops, x), -1), -1, 1, count);
        return ops.reshape(ops.matmul(weightsB1E, expertsBEH), -1, width);
    }
}
