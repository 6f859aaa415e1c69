package dev.herd.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.herd.numerics.CounterRandom;
import dev.herd.numerics.WorkerPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DenseOptimizerTest {
    private static final int STEPS = 50;

    static Stream<OptimizerConfig> configurations() {
        return Stream.of(
                OptimizerConfig.Sgd.defaults(),
                new OptimizerConfig.Sgd(0, 0.1, 0),
                new OptimizerConfig.Sgd(0.9, 0, 0),
                new OptimizerConfig.Sgd(0.9, 0.01, 0.02),
                OptimizerConfig.Adagrad.defaults(),
                new OptimizerConfig.Adagrad(1e-8, 0.5, 0.1, 0.05),
                OptimizerConfig.Adam.defaults(),
                new OptimizerConfig.Adam(0.8, 0.95, 1e-6, 0.1),
                OptimizerConfig.AdamW.defaults(),
                new OptimizerConfig.AdamW(0.8, 0.95, 1e-6, 0.5));
    }

    /// One scalar's path in double precision, by the formulas of the PyTorch documentation, written plainly.
    private static final class Reference {
        private final OptimizerConfig config;
        private double p;
        private double first;
        private double second;
        private int t;

        Reference(OptimizerConfig config, double start) {
            this.config = config;
            this.p = start;
            if (config instanceof OptimizerConfig.Adagrad adagrad) {
                second = adagrad.initialAccumulator();
            }
        }

        void step(double gradient, double rate) {
            t++;
            double g = gradient + config.l2() * p;
            p -= rate * config.decay() * p;
            switch (config) {
                case OptimizerConfig.Sgd sgd -> {
                    first = t == 1 ? g : sgd.momentum() * first + g;
                    p -= rate * first;
                }
                case OptimizerConfig.Adagrad adagrad -> {
                    second += g * g;
                    p -= rate * g / (Math.sqrt(second) + adagrad.eps());
                }
                case OptimizerConfig.Adam adam -> adam(g, rate, adam.beta1(), adam.beta2(), adam.eps());
                case OptimizerConfig.AdamW adam -> adam(g, rate, adam.beta1(), adam.beta2(), adam.eps());
            }
        }

        private void adam(double g, double rate, double beta1, double beta2, double eps) {
            first = beta1 * first + (1 - beta1) * g;
            second = beta2 * second + (1 - beta2) * g * g;
            double mean = first / (1 - Math.pow(beta1, t));
            double square = second / (1 - Math.pow(beta2, t));
            p -= rate * mean / (Math.sqrt(square) + eps);
        }
    }

    private static float gradient(int step, long i) {
        return (float) (CounterRandom.gaussian(9, step, i) * Math.pow(10, i % 5 - 2));
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void fiftyStepsFollowThePublishedFormula(OptimizerConfig config) {
        try (Arena arena = Arena.ofConfined()) {
            Parameters parameters = Parameters.create(arena, 3);
            Parameter p = parameters.root().parameter("p", new Init.Normal(1), 7, 9);
            float[] start = p.values().toArray(ValueLayout.JAVA_FLOAT);
            DenseOptimizer optimizer = DenseOptimizer.create(config, parameters, arena);
            Reference[] references = new Reference[start.length];
            for (int i = 0; i < start.length; i++) {
                references[i] = new Reference(config, start[i]);
            }
            for (int step = 0; step < STEPS; step++) {
                double rate = 0.01 / (1 + step % 3);
                for (int i = 0; i < start.length; i++) {
                    p.gradient().setAtIndex(ValueLayout.JAVA_FLOAT, i, gradient(step, i));
                    references[i].step(0.5 * (double) gradient(step, i), rate);
                }
                optimizer.step(rate, 0.5);
            }
            for (int i = 0; i < start.length; i++) {
                double travelled = Math.abs(references[i].p - start[i]);
                assertThat((double) p.values().getAtIndex(ValueLayout.JAVA_FLOAT, i))
                        .as("entry %s after %s steps", i, STEPS)
                        .isCloseTo(references[i].p, within(2e-6 * (1 + Math.abs(start[i]) + travelled)));
            }
            assertThat(optimizer.steps()).isEqualTo(STEPS);
        }
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void aRunContinuedFromItsStateIsTheSameBits(OptimizerConfig config) {
        try (Arena arena = Arena.ofConfined()) {
            float[] straight = run(arena, config, false);
            assertThat(run(arena, config, true)).containsExactly(straight);
        }
    }

    private static float[] run(Arena arena, OptimizerConfig config, boolean interrupted) {
        Parameters parameters = Parameters.create(arena, 3);
        Parameter p = parameters.root().parameter("p", new Init.Normal(1), 67);
        DenseOptimizer optimizer = DenseOptimizer.create(config, parameters, arena);
        for (int step = 0; step < 20; step++) {
            if (interrupted && step == 10) {
                DenseOptimizer resumed = DenseOptimizer.create(config, parameters, arena);
                var kept = optimizer.state();
                resumed.state().forEach((name, segment) -> segment.copyFrom(Objects.requireNonNull(kept.get(name))));
                resumed.restoreSteps(optimizer.steps());
                optimizer = resumed;
            }
            for (int i = 0; i < 67; i++) {
                p.gradient().setAtIndex(ValueLayout.JAVA_FLOAT, i, gradient(step, i));
            }
            optimizer.step(0.01, 1);
        }
        return p.values().toArray(ValueLayout.JAVA_FLOAT);
    }

    @Test
    void theNumberOfThreadsDoesNotChangeABit() {
        float[][] results = new float[2][];
        double[] norms = new double[2];
        for (int threads = 1; threads <= 2; threads++) {
            try (Arena arena = Arena.ofShared();
                    WorkerPool pool = WorkerPool.create(threads)) {
                Parameters parameters = Parameters.create(arena, 3);
                for (int i = 0; i < 5; i++) {
                    Parameter p = parameters.root().parameter("p" + i, new Init.Normal(1), 67 + i);
                    for (int j = 0; j < p.count(); j++) {
                        p.gradient().setAtIndex(ValueLayout.JAVA_FLOAT, j, gradient(i, j));
                    }
                }
                DenseOptimizer optimizer =
                        DenseOptimizer.create(OptimizerConfig.AdamW.defaults(), parameters, arena, pool);
                norms[threads - 1] = optimizer.squaredGradientNorm();
                optimizer.step(0.1, 1);
                results[threads - 1] = parameters.all().getLast().values().toArray(ValueLayout.JAVA_FLOAT);
            }
        }
        assertThat(results[1]).containsExactly(results[0]);
        assertThat(norms[1]).isEqualTo(norms[0]);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 7, 15, 17, 63, 65, 1023})
    void theSquaredNormIsTheSumOfSquaresInDoublePrecision(int count) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocate(count * 4L, 64);
            double expected = 0;
            for (int i = 0; i < count; i++) {
                float value = gradient(1, i);
                values.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
                expected += (double) value * value;
            }
            assertThat(UpdateKernels.squaredNorm(values)).isCloseTo(expected, within(1e-14 * expected));
        }
    }

    @Test
    void gradientsAddUpUntilTheyAreClearedAndTheirNormCoversAllParameters() {
        try (Arena arena = Arena.ofConfined()) {
            Parameters parameters = Parameters.create(arena, 3);
            Parameter a = parameters.root().parameter("a", Init.ONES, 2);
            Parameter b = parameters.root().parameter("b", Init.ONES, 1, 2);
            parameters.root().buffer("mean", Init.ZEROS, 2);
            DenseOptimizer optimizer = DenseOptimizer.create(OptimizerConfig.Sgd.defaults(), parameters, arena);
            for (int i = 0; i < 2; i++) {
                try (Tape tape = Tape.training(0)) {
                    Ops ops = tape.ops();
                    Tensor product = ops.linear(ops.parameter(a), b, null);
                    tape.backward(ops.sum(product, 0, false));
                }
            }
            assertThat(a.gradient().toArray(ValueLayout.JAVA_FLOAT)).containsExactly(2, 2);
            assertThat(optimizer.squaredGradientNorm()).isEqualTo(16);
            optimizer.zeroGradients();
            assertThat(optimizer.squaredGradientNorm()).isZero();
        }
    }

    @Test
    void stateIsNamedByParameter() {
        try (Arena arena = Arena.ofConfined()) {
            Parameters parameters = Parameters.create(arena, 3);
            parameters.root().scope("deep").parameter("weight", Init.ONES, 2);
            assertThat(DenseOptimizer.create(OptimizerConfig.Adam.defaults(), parameters, arena)
                            .state())
                    .containsOnlyKeys("deep.weight/exp_avg", "deep.weight/exp_avg_sq");
            assertThat(DenseOptimizer.create(OptimizerConfig.Sgd.defaults(), parameters, arena)
                            .state())
                    .isEmpty();
        }
    }

    @Test
    void badValuesAreNamed() {
        assertThatThrownBy(() -> new OptimizerConfig.Adam(1, 0.9, 1e-8, 0))
                .hasMessage("beta1 must be in [0, 1), got 1.0");
        assertThatThrownBy(() -> new OptimizerConfig.Sgd(0, -1, 0)).hasMessage("l2 must not be negative, got -1.0");
    }
}
