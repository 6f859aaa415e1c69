package dev.herd.models.din;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.herd.nn.Parameters;
import dev.herd.nn.SlicedStep;
import dev.herd.nn.Tape;
import dev.herd.nn.Tensor;
import dev.herd.numerics.WorkerPool;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class DiceTest {
    /// The third row pads.
    private static final float[] X = {1, -2, 3, 4, 100, -100, 5, 1};
    private static final float[] COUNT = {1, 1, 0, 1};

    @Test
    void paddingMovesNeitherTheBatchsStatisticsNorTheRunningOnes() {
        try (Arena arena = Arena.ofConfined();
                Tape tape = Tape.training(1)) {
            Dice dice = Dice.create(Parameters.create(arena, 1).root(), 2);
            float[] found = tape.floats(dice.forward(tape.ops(), tape.input(X, 4, 2), tape.input(COUNT, 4, 1)));
            // columns 1 3 5 and -2 4 1: means 3 and 1, variances 8/3 and 6
            assertThat(found[0]).isCloseTo((float) (1 / (1 + Math.exp(2 / Math.sqrt(8 / 3.0)))), within(1e-6f));
            assertThat(found[3]).isCloseTo((float) (4 / (1 + Math.exp(-3 / Math.sqrt(6)))), within(1e-6f));
            // a tenth of the way to the mean and to the unbiased variance
            assertThat(dice.runningMean().values().toArray(ValueLayout.JAVA_FLOAT))
                    .containsExactly(new float[] {0.3f, 0.1f}, within(1e-6f));
            assertThat(dice.runningVar().values().toArray(ValueLayout.JAVA_FLOAT))
                    .containsExactly(new float[] {0.9f + 0.4f, 0.9f + 0.9f}, within(1e-6f));
        }
    }

    @Test
    void aBatchWithoutAnyBehaviorLeavesRunningStatisticsAlone() {
        try (Arena arena = Arena.ofConfined();
                Tape tape = Tape.training(1)) {
            Dice dice = Dice.create(Parameters.create(arena, 1).root(), 2);
            Tensor nothing = tape.input(new float[4], 4, 1);
            assertThat(tape.floats(dice.forward(tape.ops(), tape.input(X, 4, 2), nothing)))
                    .doesNotContain(Float.NaN);
            assertThat(dice.runningMean().values().toArray(ValueLayout.JAVA_FLOAT))
                    .containsOnly(0);
            assertThat(dice.runningVar().values().toArray(ValueLayout.JAVA_FLOAT))
                    .containsOnly(1);
        }
    }

    @Test
    void itNeedsWholeBatches() {
        try (Arena arena = Arena.ofShared();
                WorkerPool pool = WorkerPool.create(1)) {
            Parameters parameters = Parameters.create(arena, 1);
            Dice dice = Dice.create(parameters.root(), 2);
            assertThat(dice.alpha().trainable()).isTrue();
            assertThatThrownBy(() -> SlicedStep.create(parameters, 2, pool))
                    .hasMessageContaining("needs whole batches: use 1 slice, not 2");
        }
    }
}
