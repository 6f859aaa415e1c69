package dev.herd.models.din;

import dev.herd.nn.Init;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameter;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;

/// The data adaptive activation `p s + (1 - p) alpha s` with `p = sigmoid((s - E[s]) / sqrt(Var[s] +
/// eps))`, column by column. Statistics are those of the rows that count, so that padding moves nothing.
///
/// **Shapes**: `[R, C]` to the same.
/// **Units**: running statistics move by a tenth of the way per batch; 1e-8 is added to the variance.
/// **Paper**: Zhou et al. 2018, section 4.3, equation 4.
record Dice(Parameter alpha, Parameter runningMean, Parameter runningVar) implements UnitActivation {
    private static final double MOMENTUM = 0.1;
    private static final double EPS = 1e-8;

    static Dice create(Parameters.Scope scope, long columns) {
        return new Dice(
                scope.parameter("alpha", Init.ZEROS, columns),
                scope.buffer("running_mean", Init.ZEROS, columns),
                scope.buffer("running_var", Init.ONES, columns));
    }

    @Override
    public Tensor forward(Ops ops, Tensor x, Tensor countR1) {
        Tensor p = ops.sigmoid(ops.standardize(x, countR1, runningMean, runningVar, MOMENTUM, EPS));
        Tensor linear = ops.mul(x, ops.parameter(alpha));
        return ops.add(linear, ops.mul(p, ops.sub(x, linear)));
    }
}
