package dev.herd.nn;

import dev.herd.data.config.Doc;

/// How large the steps are: a linear rise from zero, then a decay. Run by [LearningRate].
public record LearningRateConfig(
        @Doc("step size after the warm-up, before any decay")
        double rate,

        @Doc("steps over which the rate rises linearly from 0")
        long warmUpSteps,

        @Doc("the same as a share of all steps of the run; used when warm_up_steps is 0")
        double warmUpShare,

        @Doc("what happens to the rate after the warm-up") Decay decay) {

    public LearningRateConfig {
        if (!(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("rate must be positive, got " + rate);
        }
        if (warmUpSteps < 0) {
            throw new IllegalArgumentException("warm_up_steps must not be negative, got " + warmUpSteps);
        }
        if (!(warmUpShare >= 0 && warmUpShare < 1)) {
            throw new IllegalArgumentException("warm_up_share must be in [0, 1), got " + warmUpShare);
        }
    }

    public static LearningRateConfig defaults() {
        return constant(1e-3);
    }

    /// Always the same rate.
    public static LearningRateConfig constant(double rate) {
        return new LearningRateConfig(rate, 0, 0, new Decay.Constant());
    }

    /// What happens after the warm-up. `steps` counts from the end of the warm-up; 0 means until the end of the
    /// run.
    public sealed interface Decay {
        @Doc("the rate stays")
        record Constant() implements Decay {
            public static Constant defaults() {
                return new Constant();
            }
        }

        @Doc("a straight line down")
        record Linear(
                @Doc("length of the decay in steps after the warm-up; 0: until the end of the run")
                long steps,

                @Doc("rate at the end, as a share of the full rate")
                double floor)
                implements Decay {
            public Linear {
                checkSpan(steps, floor);
            }

            public static Linear defaults() {
                return new Linear(0, 0);
            }
        }

        @Doc("half a cosine wave down")
        record Cosine(
                @Doc("length of the decay in steps after the warm-up; 0: until the end of the run")
                long steps,

                @Doc("rate at the end, as a share of the full rate")
                double floor)
                implements Decay {
            public Cosine {
                checkSpan(steps, floor);
            }

            public static Cosine defaults() {
                return new Cosine(0, 0);
            }
        }

        @Doc("the rate is multiplied by a factor every so many steps")
        record Step(
                @Doc("steps between two reductions") long every,

                @Doc("what each reduction multiplies the rate by")
                double factor)
                implements Decay {
            public Step {
                if (every < 1) {
                    throw new IllegalArgumentException("every must be positive, got " + every);
                }
                checkFactor(factor);
            }

            public static Step defaults() {
                return new Step(10_000, 0.5);
            }
        }

        @Doc("the rate is multiplied by a factor when the monitored metric stops improving")
        record Plateau(
                @Doc("what each reduction multiplies the rate by")
                double factor,

                @Doc("evaluations in a row without improvement before a reduction")
                int patience,

                @Doc("smallest gain that counts as an improvement")
                double minDelta,

                @Doc("rate below which no reduction goes") double floor)
                implements Decay {
            public Plateau {
                checkFactor(factor);
                if (patience < 1) {
                    throw new IllegalArgumentException("patience must be positive, got " + patience);
                }
                if (!(minDelta >= 0)) {
                    throw new IllegalArgumentException("min_delta must not be negative, got " + minDelta);
                }
                if (!(floor >= 0)) {
                    throw new IllegalArgumentException("floor must not be negative, got " + floor);
                }
            }

            /// The recipe of the BARS benchmark: a tenth at every evaluation without improvement.
            public static Plateau defaults() {
                return new Plateau(0.1, 1, 1e-6, 1e-6);
            }
        }

        private static void checkFactor(double factor) {
            if (!(factor > 0 && factor < 1)) {
                throw new IllegalArgumentException("factor must be between 0 and 1, got " + factor);
            }
        }

        private static void checkSpan(long steps, double floor) {
            if (steps < 0) {
                throw new IllegalArgumentException("steps must not be negative, got " + steps);
            }
            if (!(floor >= 0 && floor <= 1)) {
                throw new IllegalArgumentException("floor must be in [0, 1], got " + floor);
            }
        }
    }
}
