package dev.herd.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class StandardizeTest {
    /// The second row pads.
    private static final float[] X = {1, -2, 70, 80, 3, 4, 5, 1};
    private static final float[] COUNT = {1, 0, 1, 1};

    @Test
    void trainingUsesTheRowsThatCountAndEvaluationTheRunningStatistics() {
        try (Arena arena = Arena.ofConfined()) {
            Parameters parameters = Parameters.create(arena, 1);
            Parameter mean = parameters.root().buffer("mean", Init.ZEROS, 2);
            Parameter variance = parameters.root().buffer("var", Init.ONES, 2);
            try (Tape tape = Tape.training(0)) {
                double[] y = tape.doubles(tape.ops()
                        .standardize(tape.input(X, 4, 2), tape.input(COUNT, 4, 1), mean, variance, 0.5, 0.25));
                // columns 1 3 5 and -2 4 1
                assertThat(y[0]).isCloseTo((1 - 3) / Math.sqrt(8 / 3.0 + 0.25), within(1e-6));
                assertThat(y[5]).isCloseTo((4 - 1) / Math.sqrt(6 + 0.25), within(1e-6));
            }
            assertThat(mean.values().toArray(ValueLayout.JAVA_FLOAT)).containsExactly(1.5f, 0.5f);
            assertThat(variance.values().toArray(ValueLayout.JAVA_FLOAT)).containsExactly(0.5f + 2, 0.5f + 4.5f);
            try (Tape tape = Tape.inference()) {
                double[] y = tape.doubles(tape.ops()
                        .standardize(tape.input(X, 4, 2), tape.input(COUNT, 4, 1), mean, variance, 0.5, 0.25));
                assertThat(y[2]).isCloseTo((70 - 1.5) / Math.sqrt(2.5 + 0.25), within(1e-4));
            }
        }
    }

    @Test
    void itIsDifferentiatedThroughItsStatistics() {
        try (GradientCheck check = new GradientCheck();
                Arena arena = Arena.ofConfined()) {
            Parameters parameters = Parameters.create(arena, 1);
            Parameter mean = parameters.root().buffer("mean", Init.ZEROS, 3);
            Parameter variance = parameters.root().buffer("var", Init.ONES, 3);
            check.input(-1.0, 1.0, 5, 3)
                    .check(
                            (t, in) -> {
                                Tensor count = t.input(new float[] {1, 0, 1, 1, 0}, 5, 1);
                                Tensor y = t.ops().standardize(in.getFirst(), count, mean, variance, 0.1, 1e-2);
                                return t.ops().mul(y, t.ops().sigmoid(in.getFirst()));
                            },
                            1e-4);
        }
    }
}
