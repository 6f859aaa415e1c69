package dev.herd.nn.layer;

import dev.herd.nn.Init;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameter;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;

/// Normalizes every column by the batch's mean and variance in training, by their running values otherwise, then scales
/// and shifts it.
///
/// **Shapes**: `[B, C]` to the same.
/// **Units**: running values move by a tenth of the way per batch; 1e-5 is added to the variance.
public record BatchNorm(Parameter weight, Parameter bias, Parameter runningMean, Parameter runningVar)
        implements Layer {
    private static final double MOMENTUM = 0.1;
    private static final double EPS = 1e-5;

    public static BatchNorm create(Parameters.Scope scope, long columns) {
        return new BatchNorm(
                scope.parameter("weight", Init.ONES, columns),
                scope.parameter("bias", Init.ZEROS, columns),
                scope.buffer("running_mean", Init.ZEROS, columns),
                scope.buffer("running_var", Init.ONES, columns));
    }

    @Override
    public Tensor forward(Ops ops, Tensor x) {
        return ops.batchNorm(x, weight, bias, runningMean, runningVar, MOMENTUM, EPS);
    }
}
