package dev.herd.nn;

/// How dense parameters follow their gradients. The formulas are those of the PyTorch documentation, in fp32.
///
/// Two kinds of weight decay: `l2` adds `l2 * parameter` to the gradient; `decay` shrinks the parameter by
/// `learningRate * decay` before the step, beside the gradient.
public sealed interface OptimizerConfig {
    double l2();

    double decay();

    /// Stochastic gradient descent, with momentum when that is positive: `m = momentum * m + g`, `p -= lr * m`.
    record Sgd(double momentum, double l2, double decay) implements OptimizerConfig {
        public Sgd {
            share("momentum", momentum);
            notNegative("l2", l2);
            notNegative("decay", decay);
        }

        public static Sgd defaults() {
            return new Sgd(0, 0, 0);
        }
    }

    /// Adagrad: `s += g^2`, `p -= lr * g / (sqrt(s) + eps)`.
    record Adagrad(double eps, double initialAccumulator, double l2, double decay) implements OptimizerConfig {
        public Adagrad {
            notNegative("eps", eps);
            notNegative("initialAccumulator", initialAccumulator);
            notNegative("l2", l2);
            notNegative("decay", decay);
        }

        public static Adagrad defaults() {
            return new Adagrad(1e-10, 0, 0, 0);
        }
    }

    /// Adam; AdamW is Adam with `decay` (usually 0.01) in place of `l2`.
    record Adam(double beta1, double beta2, double eps, double l2, double decay) implements OptimizerConfig {
        public Adam {
            share("beta1", beta1);
            share("beta2", beta2);
            notNegative("eps", eps);
            notNegative("l2", l2);
            notNegative("decay", decay);
        }

        public static Adam defaults() {
            return new Adam(0.9, 0.999, 1e-8, 0, 0);
        }

        /// AdamW with its usual decay.
        public static Adam decoupled() {
            return new Adam(0.9, 0.999, 1e-8, 0, 0.01);
        }
    }

    private static void share(String name, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(name + " must be in [0, 1), got " + value);
        }
    }

    private static void notNegative(String name, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " must not be negative, got " + value);
        }
    }
}
