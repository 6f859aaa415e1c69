package dev.herd.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.herd.numerics.CounterRandom;
import dev.herd.numerics.WorkerPool;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class SlicedStepTest {
    private static final int ROWS = 203;
    private static final int WIDTH = 19;

    private record Outcome(double loss, float[] weights) {}

    private static Outcome train(int slices, int threads, double dropout, int hidden) {
        float[] x = new float[ROWS * WIDTH];
        float[] labels = new float[ROWS];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) CounterRandom.gaussian(4, 0, i);
        }
        for (int i = 0; i < ROWS; i++) {
            labels[i] = x[i * WIDTH] * x[i * WIDTH + 1] > 0 ? 1 : 0;
        }
        try (Arena arena = Arena.ofShared();
                WorkerPool pool = WorkerPool.create(threads)) {
            Parameters parameters = Parameters.create(arena, 2);
            Parameter first = parameters.root().parameter("first", new Init.XavierNormal(), hidden, WIDTH);
            Parameter second = parameters.root().parameter("second", new Init.XavierNormal(), 1, hidden);
            DenseOptimizer optimizer = DenseOptimizer.create(OptimizerConfig.Adam.defaults(), parameters, arena);
            SlicedStep step = SlicedStep.create(parameters, slices, pool);
            double loss = 0;
            for (int number = 0; number < 20; number++) {
                optimizer.zeroGradients();
                loss = step.run(ROWS, number, (tape, from, to) -> {
                    Ops ops = tape.ops();
                    Tensor input = tape.input(Arrays.copyOfRange(x, from * WIDTH, to * WIDTH), to - from, WIDTH);
                    Tensor units = ops.dropout(ops.relu(ops.linear(input, first, null)), dropout);
                    Tensor logits = ops.linear(units, second, null);
                    return Losses.bceWithLogits(tape, logits, Arrays.copyOfRange(labels, from, to));
                });
                optimizer.step(0.01, 1);
            }
            return new Outcome(loss, first.values().toArray(ValueLayout.JAVA_FLOAT));
        }
    }

    @Test
    void theNumberOfThreadsDoesNotChangeABit() {
        for (int slices : new int[] {2, 3}) {
            Outcome alone = train(slices, 1, 0.1, 33);
            for (int threads : new int[] {2, 4}) {
                Outcome together = train(slices, threads, 0.1, 33);
                assertThat(together.loss).isEqualTo(alone.loss);
                assertThat(together.weights).containsExactly(alone.weights);
            }
        }
    }

    @Test
    void theNumberOfThreadsDoesNotChangeABitOfMapsThatGoToOneDnn() {
        int hidden = 2300;
        Outcome alone = train(2, 1, 0.1, hidden);
        Outcome together = train(2, 2, 0.1, hidden);
        assertThat(together.loss).isEqualTo(alone.loss);
        assertThat(together.weights).containsExactly(alone.weights);
    }

    @Test
    void slicesGiveTheGradientOfTheWholeBatchUpToRounding() {
        Outcome whole = train(1, 1, 0, 33);
        Outcome sliced = train(3, 2, 0, 33);
        assertThat(sliced.loss).isCloseTo(whole.loss, within(1e-5));
        assertThat(sliced.weights).usingComparatorWithPrecision(1e-4f).containsExactly(whole.weights);
    }

    @Test
    void aModelWithRunningStatisticsIsRefusedInSlices() {
        try (Arena arena = Arena.ofShared();
                WorkerPool pool = WorkerPool.create(1)) {
            Parameters parameters = Parameters.create(arena, 2);
            parameters.root().buffer("mean", Init.ZEROS, 2);
            assertThat(SlicedStep.isSliceable(parameters)).isFalse();
            assertThatThrownBy(() -> SlicedStep.create(parameters, 2, pool))
                    .hasMessageContaining("needs whole batches: use 1 slice, not 2");
        }
    }

    @Test
    void anErrorInOneSliceReachesTheCaller() {
        try (Arena arena = Arena.ofShared();
                WorkerPool pool = WorkerPool.create(2)) {
            Parameters parameters = Parameters.create(arena, 2);
            Parameter weight = parameters.root().parameter("weight", Init.ONES, 1, 2);
            SlicedStep step = SlicedStep.create(parameters, 2, pool);
            assertThatThrownBy(() -> step.run(
                            4,
                            0,
                            (tape, from, to) -> tape.ops()
                                    .linear(tape.input(new float[3 * (to - from)], to - from, 3), weight, null)))
                    .hasMessageStartingWith("linear of [2, 3], weight[1, 2]:");
        }
    }
}
