package dev.herd.models.din;

import dev.herd.nn.Init;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameter;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Activation;

/// A nonlinearity inside the activation unit.
@FunctionalInterface
public interface UnitActivation {
    /// @param countR1 1 for rows that are behaviors, 0 for padding
    Tensor forward(Ops ops, Tensor x, Tensor countR1);

    /// Which nonlinearity.
    enum Kind {
        /// adaptive to the batch's statistics
        DICE,
        /// a trained slope for negative entries
        PRELU,
        SIGMOID,
        RELU;

        UnitActivation create(Parameters.Scope scope, long columns) {
            return switch (this) {
                case DICE -> Dice.create(scope, columns);
                case PRELU -> prelu(scope.parameter("alpha", new Init.Constant(0.25f), columns));
                case SIGMOID -> (ops, x, count) -> Activation.SIGMOID.forward(ops, x);
                case RELU -> (ops, x, count) -> Activation.RELU.forward(ops, x);
            };
        }

        private static UnitActivation prelu(Parameter alpha) {
            return (ops, x, count) -> {
                Tensor positive = ops.relu(x);
                return ops.add(positive, ops.mul(ops.sub(x, positive), ops.parameter(alpha)));
            };
        }
    }
}
