package dev.herd.nn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.herd.numerics.CounterRandom;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The gradient of rows that are selected many times.
class SelectGradientTest {
    @ParameterizedTest
    @CsvSource({"1, 1, 1", "3, 7, 1", "5, 17, 3", "1, 65, 16", "63, 1023, 15", "64, 4096, 33", "900, 1000, 64"})
    void gradientsOfARowAreAddedInTheOrderOfTheBatch(int unique, int batch, int width) {
        float[] weights = new float[batch * width];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) CounterRandom.gaussian(unique, width, i);
        }
        long[] rows = new long[batch];
        float[] expected = new float[unique * width];
        for (int row = 0; row < batch; row++) {
            rows[row] = CounterRandom.below(3, row, 0, unique);
            for (int d = 0; d < width; d++) {
                expected[Math.toIntExact(rows[row]) * width + d] += weights[row * width + d];
            }
        }
        try (Arena arena = Arena.ofConfined();
                Tape tape = Tape.training(1)) {
            MemorySegment values = arena.allocate(ValueLayout.JAVA_FLOAT, expected.length);
            MemorySegment gradient = arena.allocate(ValueLayout.JAVA_FLOAT, expected.length);
            Ops ops = tape.ops();
            Tensor selected = ops.select(tape.leaf(values, gradient, unique, width), 0, rows);
            Tensor products = ops.mul(selected, tape.input(weights, batch, width));
            tape.backward(ops.sum(ops.sum(products, 0, false), 0, false));
            assertThat(gradient.toArray(ValueLayout.JAVA_FLOAT)).containsExactly(expected);
        }
    }
}
