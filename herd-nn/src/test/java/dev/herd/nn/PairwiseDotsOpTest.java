package dev.herd.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.herd.numerics.CounterRandom;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PairwiseDotsOpTest {
    private static final int ROWS = 5;
    private static final int N = 7;
    private static final int WIDTH = 19;

    private final Arena arena = Arena.ofAuto();

    /// A checking tape computes the definition of [Ops#pairwiseDots] in fp64 and lets libtorch differentiate it.
    /// With a format for weights, of which there are none here, the gradient is formed as where operands are
    /// rounded.
    @ParameterizedTest
    @ValueSource(strings = {"fp32", "bf16"})
    void valuesAndGradientsAreThoseOfTheDefinition(String unusedWeights) {
        Numerics numerics = new Numerics(unusedWeights, "fp32", "fp32");
        MemorySegment x = arena.allocate(ROWS * N * WIDTH * 4L, 64);
        for (int i = 0; i < ROWS * N * WIDTH; i++) {
            x.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) CounterRandom.gaussian(5, 1, i));
        }
        MemorySegment ours = arena.allocate(x.byteSize(), 64);
        MemorySegment theirs = arena.allocate(x.byteSize(), 64);

        float[] values = run(() -> Tape.training(1, numerics), x, ours);
        float[] expected = run(() -> Tape.checking(1), x, theirs);

        close(values, expected);
        close(ours.toArray(ValueLayout.JAVA_FLOAT), theirs.toArray(ValueLayout.JAVA_FLOAT));
    }

    private static float[] run(Supplier<Tape> opened, MemorySegment x, MemorySegment gradient) {
        try (Tape tape = opened.get()) {
            Ops ops = tape.ops();
            Tensor pairs = ops.pairwiseDots(tape.leaf(x, gradient, ROWS, N, WIDTH), N);
            tape.backward(ops.sum(ops.reshape(ops.mul(pairs, pairs), -1), 0, false));
            return tape.floats(pairs);
        }
    }

    private static void close(float[] found, float[] expected) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.length; i++) {
            assertThat(found[i]).as("entry " + i).isCloseTo(expected[i], within(1e-4f * (1 + Math.abs(expected[i]))));
        }
    }
}
