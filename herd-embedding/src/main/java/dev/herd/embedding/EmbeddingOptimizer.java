package dev.herd.embedding;

import java.util.List;

/// How rows learn. Exact: the gradients of a row's uses in a batch are summed first, then the row takes one step, so
/// the result does not depend on the order or number of threads.
///
/// With g the summed gradient of a row, `g' = scale * (g + l2 * w)` enters the formulas; the scale is the one that
/// clipping by the global norm asks for.
///
/// **Paper**: Neo (arXiv 2104.05158), fused exact optimizers.
public sealed interface EmbeddingOptimizer {
    Decay decay();

    /// State kept beside the weights, in fp32, in a fixed order.
    List<State> states();

    /// Whether each step visits every row of every table instead of only those that the batch used.
    default boolean everyRow() {
        return decay().tableL2() > 0;
    }

    /// One kind of state.
    ///
    /// @param name name in checkpoints
    /// @param perRow true for one number a row, false for one a weight
    record State(String name, boolean perRow) {
        /// Numbers per row of a table of width `dim`.
        public int width(int dim) {
            return perRow ? 1 : dim;
        }
    }

    /// `w -= rate * g`.
    record ExactSgd(Decay decay) implements EmbeddingOptimizer {
        public static ExactSgd defaults() {
            return new ExactSgd(Decay.NONE);
        }

        @Override
        public List<State> states() {
            return List.of();
        }
    }

    /// `v += g*g; w -= rate * g / (sqrt(v) + epsilon)` per weight.
    record ExactAdagrad(double epsilon, Decay decay) implements EmbeddingOptimizer {
        public ExactAdagrad {
            checkEpsilon(epsilon);
        }

        public static ExactAdagrad defaults() {
            return new ExactAdagrad(1e-8, Decay.NONE);
        }

        @Override
        public List<State> states() {
            return List.of(new State("sum", false));
        }
    }

    /// `v += mean(g*g); w -= rate * g / (sqrt(v) + epsilon)` with one v per row.
    record ExactRowWiseAdagrad(double epsilon, Decay decay) implements EmbeddingOptimizer {
        public ExactRowWiseAdagrad {
            checkEpsilon(epsilon);
        }

        public static ExactRowWiseAdagrad defaults() {
            return new ExactRowWiseAdagrad(1e-8, Decay.NONE);
        }

        @Override
        public List<State> states() {
            return List.of(new State("sum", true));
        }
    }

    /// Adam on the rows that the batch used ("lazy"): the moments of other rows stand still, while the bias correction
    /// counts all steps.
    record ExactAdam(double beta1, double beta2, double epsilon, Decay decay) implements EmbeddingOptimizer {
        public ExactAdam {
            checkAdam(beta1, beta2, epsilon);
        }

        public static ExactAdam defaults() {
            return new ExactAdam(0.9, 0.999, 1e-8, Decay.NONE);
        }

        @Override
        public List<State> states() {
            return List.of(new State("exp_avg", false), new State("exp_avg_sq", false));
        }
    }

    /// Adam with dense semantics, as if the table had an ordinary gradient that is zero for unused rows: every step
    /// moves every row. The formulas are those of `torch.optim.Adam`.
    record DenseAdam(double beta1, double beta2, double epsilon, Decay decay) implements EmbeddingOptimizer {
        public DenseAdam {
            checkAdam(beta1, beta2, epsilon);
        }

        public static DenseAdam defaults() {
            return new DenseAdam(0.9, 0.999, 1e-8, Decay.NONE);
        }

        @Override
        public List<State> states() {
            return List.of(new State("exp_avg", false), new State("exp_avg_sq", false));
        }

        @Override
        public boolean everyRow() {
            return true;
        }
    }

    /// Row-wise Adagrad with epsilon 1e-8, the recipe of large one-pass training.
    static EmbeddingOptimizer rowWiseAdagrad() {
        return new ExactRowWiseAdagrad(1e-8, Decay.NONE);
    }

    /// Adam with dense semantics, betas 0.9 and 0.999, epsilon 1e-8 and L2 on whole tables: the recipe of BARS.
    static EmbeddingOptimizer bars(double tableL2) {
        return new DenseAdam(0.9, 0.999, 1e-8, Decay.tableL2(tableL2));
    }

    private static void checkEpsilon(double epsilon) {
        if (!(epsilon >= 0) || Double.isInfinite(epsilon)) {
            throw new IllegalArgumentException("epsilon must be finite and not negative, got " + epsilon);
        }
    }

    private static void checkAdam(double beta1, double beta2, double epsilon) {
        checkEpsilon(epsilon);
        if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1)) {
            throw new IllegalArgumentException("Adam's betas must lie in [0, 1), got " + beta1 + " and " + beta2);
        }
    }
}
