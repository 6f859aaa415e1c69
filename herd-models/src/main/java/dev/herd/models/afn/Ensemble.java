package dev.herd.models.afn;

import dev.herd.nn.Init;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameter;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;

/// Two answers weighed against each other, `w_1 y_1 + w_2 y_2 + b`, by every task in its own way.
///
/// **Shapes**: `[B, K]` twice to `[B, K]`.
/// **Paper**: Cheng et al. 2020, "Ensemble AFN with DNN".
record Ensemble(Parameter first, Parameter second, Parameter bias) {
    static Ensemble create(Parameters.Scope scope, int tasks) {
        // Xavier's rule for a map from two answers to one.
        Init weight = new Init.Normal(Math.sqrt(2.0 / 3));
        return new Ensemble(
                scope.parameter("afn", weight, tasks),
                scope.parameter("deep", weight, tasks),
                scope.parameter("bias", Init.ZEROS, tasks));
    }

    Tensor forward(Ops ops, Tensor firstBK, Tensor secondBK) {
        Tensor sum = ops.add(ops.mul(firstBK, ops.parameter(first)), ops.mul(secondBK, ops.parameter(second)));
        return ops.add(sum, ops.parameter(bias));
    }
}
