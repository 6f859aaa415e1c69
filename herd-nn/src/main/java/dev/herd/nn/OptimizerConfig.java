package dev.herd.nn;

import dev.herd.data.config.Doc;

/// How dense parameters follow their gradients. The formulas are those of the PyTorch documentation, in fp32.
///
/// Two kinds of weight decay: `l2` adds `l2 * parameter` to the gradient; `decay` shrinks the parameter by
/// `learningRate * decay` before the step, beside the gradient.
public sealed interface OptimizerConfig {
    /// Weight decay through the gradient.
    double l2();

    /// Weight decay beside the gradient.
    double decay();

    /// `m = momentum * m + g`, `p -= rate * m`.
    @Doc("stochastic gradient descent")
    record Sgd(
            @Doc("share of the last step's direction that is kept; 0 for none")
            double momentum,

            @Doc("weight decay that is added to the gradient")
            double l2,

            @Doc("weight decay beside the gradient, times the learning rate")
            double decay)
            implements OptimizerConfig {
        public Sgd {
            checkShare("momentum", momentum);
            checkNotNegative("l2", l2);
            checkNotNegative("decay", decay);
        }

        public static Sgd defaults() {
            return new Sgd(0, 0, 0);
        }
    }

    /// `s += g^2`, `p -= rate * g / (sqrt(s) + eps)`.
    @Doc("Adagrad: per-entry rates that fall with the squared gradients so far")
    record Adagrad(
            @Doc("added to the denominator") double eps,
            @Doc("where the sums of squares start") double initialAccumulator,

            @Doc("weight decay that is added to the gradient")
            double l2,

            @Doc("weight decay beside the gradient, times the learning rate")
            double decay)
            implements OptimizerConfig {
        public Adagrad {
            checkNotNegative("eps", eps);
            checkNotNegative("initial_accumulator", initialAccumulator);
            checkNotNegative("l2", l2);
            checkNotNegative("decay", decay);
        }

        public static Adagrad defaults() {
            return new Adagrad(1e-10, 0, 0, 0);
        }
    }

    /// `m += (1 - beta1) * (g - m)`, `v = beta2 * v + (1 - beta2) * g^2`, `p -= rate * m / (1 - beta1^t) /
    /// (sqrt(v / (1 - beta2^t)) + eps)`.
    @Doc("Adam")
    record Adam(
            @Doc("decay of the mean of the gradients") double beta1,
            @Doc("decay of the mean of their squares") double beta2,
            @Doc("added to the denominator") double eps,

            @Doc("weight decay that is added to the gradient")
            double l2)
            implements OptimizerConfig {
        public Adam {
            checkShare("beta1", beta1);
            checkShare("beta2", beta2);
            checkNotNegative("eps", eps);
            checkNotNegative("l2", l2);
        }

        public static Adam defaults() {
            return new Adam(0.9, 0.999, 1e-8, 0);
        }

        @Override
        public double decay() {
            return 0;
        }
    }

    /// Adam with the other kind of weight decay.
    @Doc("Adam with weight decay beside the gradient")
    record AdamW(
            @Doc("decay of the mean of the gradients") double beta1,
            @Doc("decay of the mean of their squares") double beta2,
            @Doc("added to the denominator") double eps,

            @Doc("weight decay beside the gradient, times the learning rate")
            double decay)
            implements OptimizerConfig {
        public AdamW {
            checkShare("beta1", beta1);
            checkShare("beta2", beta2);
            checkNotNegative("eps", eps);
            checkNotNegative("decay", decay);
        }

        public static AdamW defaults() {
            return new AdamW(0.9, 0.999, 1e-8, 0.01);
        }

        @Override
        public double l2() {
            return 0;
        }
    }

    private static void checkShare(String name, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(name + " must be in [0, 1), got " + value);
        }
    }

    private static void checkNotNegative(String name, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " must not be negative, got " + value);
        }
    }
}
