package dev.herd.models.interaction;

import dev.herd.nn.Init;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameter;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Linear;
import java.util.ArrayList;
import java.util.List;

/// Makes one list of embeddings of the results of interactions, with the parameters that it takes.
interface Joint {
    /// **Shapes**: input `[B, n, D]`, each result `[B, l, D]`.
    Tensor join(Ops ops, Tensor embBND, List<Tensor> results);

    /// Declares a joint of k results over n embeddings.
    static Joint create(Parameters.Scope scope, Ensemble ensemble, int k, int n, int width) {
        return switch (ensemble) {
            case CONCAT -> (ops, input, results) -> ops.concat(results, 1);
            case SUM -> (ops, input, results) -> sum(ops, results);
            case WEIGHTED_SUM -> weighted(scope, k);
            case GATED -> gated(scope, k, Math.multiplyExact(n, width));
        };
    }

    private static Joint weighted(Parameters.Scope scope, int k) {
        List<Parameter> weights = new ArrayList<>();
        for (int i = 0; i < k; i++) {
            weights.add(scope.parameter("ensemble." + i, Init.ONES, 1));
        }
        return (ops, input, results) -> {
            List<Tensor> scaled = new ArrayList<>();
            for (int i = 0; i < k; i++) {
                scaled.add(ops.mul(results.get(i), ops.parameter(weights.get(i))));
            }
            return sum(ops, scaled);
        };
    }

    private static Joint gated(Parameters.Scope scope, int k, int flat) {
        Linear gate = Linear.create(scope.scope("gate"), flat, k);
        return (ops, input, results) -> {
            Tensor shareBK = ops.softmax(gate.forward(ops, ops.reshape(input, -1, flat)), 1);
            List<Tensor> scaled = new ArrayList<>();
            for (int i = 0; i < k; i++) {
                Tensor share = ops.reshape(ops.slice(shareBK, 1, i, i + 1L), -1, 1, 1);
                scaled.add(ops.mul(results.get(i), share));
            }
            return sum(ops, scaled);
        };
    }

    private static Tensor sum(Ops ops, List<Tensor> results) {
        return results.stream().reduce(ops::add).orElseThrow();
    }
}
