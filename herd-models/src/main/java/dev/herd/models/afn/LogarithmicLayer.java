package dev.herd.models.afn;

import dev.herd.nn.Ops;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.BatchNorm;
import dev.herd.nn.layer.Linear;

/// Products of powers of the fields, `exp(sum_i w_ij ln |e_i|)`: the orders w_ij are learned.
///
/// Logarithms are normalized per field and products per neuron, over the batch and all D columns.
///
/// **Shapes**: `[B, n, D]` to `[B, D * neurons]`, a column's neurons side by side.
/// **Units**: magnitudes below 1e-5 count as 1e-5.
/// **Paper**: Cheng et al. 2020, "Logarithmic Transformation Layer".
record LogarithmicLayer(BatchNorm logNorm, Linear orders, BatchNorm expNorm, int fields, int width, int neurons) {
    /// Smaller magnitudes would make the largest logarithms; the paper proposes 1e-7, the BARS benchmark
    /// found this one better.
    private static final double LEAST = 1e-5;

    static LogarithmicLayer create(Parameters.Scope scope, int fields, int width, int neurons) {
        return new LogarithmicLayer(
                BatchNorm.create(scope.scope("log_norm"), fields),
                Linear.withoutBias(scope.scope("orders"), fields, neurons),
                BatchNorm.create(scope.scope("exp_norm"), neurons),
                fields,
                width,
                neurons);
    }

    Tensor forward(Ops ops, Tensor embBND) {
        // A row R is one column of one example: the columns of D never mix here.
        Tensor embRN = ops.reshape(ops.transpose(embBND, 1, 2), -1, fields);
        Tensor logRN = logNorm.forward(ops, ops.log(ops.clampMin(ops.abs(embRN), LEAST)));
        Tensor productsRJ = expNorm.forward(ops, ops.exp(orders.forward(ops, logRN)));
        return ops.reshape(productsRJ, -1, outWidth());
    }

    int outWidth() {
        return Math.multiplyExact(width, neurons);
    }
}
