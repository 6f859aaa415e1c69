package dev.herd.numerics.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.numerics.CounterRandom;
import dev.herd.numerics.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The Vector API kernels give the bits of the scalar definitions, on sizes that are no multiple of any vector.
class KernelParityTest {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final int[] SIZES = {1, 3, 7, 8, 10, 15, 16, 17, 31, 32, 63, 64, 65, 100, 128, 129, 255, 1023};

    private static MemorySegment random(Arena arena, long floats, long seed) {
        MemorySegment segment = arena.allocate(floats * 4, 64);
        for (long i = 0; i < floats; i++) {
            segment.set(FLOAT, i * 4, (float) CounterRandom.gaussian(seed, 0, i));
        }
        return segment;
    }

    private static MemorySegment copy(Arena arena, MemorySegment of) {
        return arena.allocate(of.byteSize(), 64).copyFrom(of);
    }

    private static void assertSameBits(MemorySegment actual, MemorySegment expected) {
        assertThat(actual.mismatch(expected)).as("first differing byte").isEqualTo(-1);
    }

    @ParameterizedTest
    @EnumSource(ElementType.class)
    void pooledRowsHaveTheBitsOfTheDefinition(ElementType type) {
        int count = 20;
        int bags = 9;
        int[] offsets = {0, 0, 1, 2, 5, 5, 25, 26, 30, 43};
        int[] ones = new int[44];
        Arrays.setAll(ones, i -> i);
        long[] ids = new long[43];
        float[] factors = new float[43];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = CounterRandom.below(1, 2, i, count);
            factors[i] = (float) CounterRandom.uniform(1, 3, i);
        }
        for (int dim : SIZES) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment floats = random(arena, (long) count * dim, dim);
                MemorySegment table = arena.allocate((long) count * dim * type.bytes(), 64);
                Halves.encode(type, floats, 0, table, 0, (long) count * dim);
                Rows rows = new Rows(table, type, count, dim);
                table.set(ValueLayout.JAVA_BYTE, table.byteSize() - 1, (byte) 0x80); // a negative zero
                for (float[] weights : new float[][] {null, factors}) {
                    for (boolean mean : new boolean[] {false, true}) {
                        assertPooled(arena, rows, new Bags(ids, offsets, weights, mean), 1, bags - 1);
                        assertPooled(arena, rows, new Bags(ids, ones, weights, mean), 4, 20);
                    }
                }
            }
        }
    }

    private static void assertPooled(Arena arena, Rows rows, Bags of, int first, int count) {
        long stride = rows.dim() + 3L;
        MemorySegment expected = random(arena, count * stride + 2, 9);
        MemorySegment actual = copy(arena, expected);
        new ScalarPooling().pool(rows, of, first, count, expected, 2, stride);
        new VectorPooling().pool(rows, of, first, count, actual, 2, stride);
        assertSameBits(actual, expected);
    }

    @Test
    void runsOfFloatsHaveTheBitsOfTheDefinition() {
        for (int n : SIZES) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment x = random(arena, n + 5L, n);
                MemorySegment expected = random(arena, n + 5L, n + 1);
                MemorySegment actual = copy(arena, expected);
                new ScalarRowMath().axpy(0.3f, x, 1, expected, 2, n);
                new VectorRowMath().axpy(0.3f, x, 1, actual, 2, n);
                assertSameBits(actual, expected);
                new ScalarRowMath().scale(-1.7f, expected, 3, n);
                new VectorRowMath().scale(-1.7f, actual, 3, n);
                assertSameBits(actual, expected);
                assertThat(new VectorRowMath().squaredNorm(x, 3, n))
                        .isEqualTo(new ScalarRowMath().squaredNorm(x, 3, n));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void mergedGradientsHaveTheBitsOfTheDefinition(boolean scaled) {
        int[] starts = {0, 1, 1, 4, 600, 603, 1700};
        long[] entries = new long[1700];
        int[] at = new int[1700];
        float[] factor = new float[1700];
        for (int dim : SIZES) {
            for (int i = 0; i < entries.length; i++) {
                int place = (int) CounterRandom.below(1, 1, i, 50) * dim;
                entries[i] = scaled ? 7L << 32 | i : 7L << 32 | place;
                at[i] = place;
                factor[i] = (float) CounterRandom.uniform(1, 5, i);
            }
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment gradient = random(arena, 50L * dim, dim);
                MemorySegment expected = arena.allocate(6L * dim * 4, 64);
                MemorySegment actual = arena.allocate(6L * dim * 4, 64);
                if (scaled) {
                    GradientRows.Scaled by = new GradientRows.Scaled(at, factor);
                    new ScalarGradientRows().mergeScaled(entries, starts, 6, gradient, by, dim, expected);
                    new VectorGradientRows().mergeScaled(entries, starts, 6, gradient, by, dim, actual);
                } else {
                    new ScalarGradientRows().merge(entries, starts, 6, gradient, dim, expected);
                    new VectorGradientRows().merge(entries, starts, 6, gradient, dim, actual);
                }
                assertSameBits(actual, expected);
            }
        }
    }

    private interface Step {
        void take(RowSteps.Kernel kernel, RowBlock block, MemorySegment first, MemorySegment second);
    }

    @Test
    void optimizerStepsHaveTheBitsOfTheDefinition() {
        RowSteps.Adam adam = RowSteps.Adam.of(0.9, 0.999, 1e-8, 0.01, 3);
        assertSteps((k, block, m, v) -> k.regularize(block, 4, 0.1f, 0.7f));
        assertSteps((k, block, m, v) -> k.decay(block, 4, 0.99f));
        assertSteps((k, block, m, v) -> k.sgd(block, 4, 0.1f));
        assertSteps((k, block, m, v) -> k.adagrad(block, 4, v, 0.1f, 1e-8f));
        assertSteps((k, block, m, v) -> k.rowWiseAdagrad(block, 4, v, 0.1f, 1e-8f));
        assertSteps((k, block, m, v) -> k.adam(block, 4, m, v, adam));
    }

    private static void assertSteps(Step step) {
        for (int dim : SIZES) {
            try (Arena arena = Arena.ofConfined()) {
                long row = dim * 4L;
                long[] places = {5 * row, 0, 3 * row, 8 * row};
                MemorySegment[][] sides = new MemorySegment[2][];
                for (int side = 0; side < 2; side++) {
                    MemorySegment weights = random(arena, 9L * dim, 1);
                    MemorySegment gradients = random(arena, 4L * dim, 2);
                    MemorySegment means = random(arena, 9L * dim, 3);
                    MemorySegment squares = random(arena, 9L * dim, 4);
                    for (long i = 0; i < 9L * dim; i++) {
                        squares.set(FLOAT, i * 4, Math.abs(squares.get(FLOAT, i * 4)));
                    }
                    RowSteps.Kernel kernel = side == 0 ? new ScalarRowSteps() : new VectorRowSteps();
                    step.take(kernel, new RowBlock(weights, places, gradients, places, dim), means, squares);
                    sides[side] = new MemorySegment[] {weights, gradients, means, squares};
                }
                for (int i = 0; i < 4; i++) {
                    assertSameBits(sides[1][i], sides[0][i]);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ElementType.class)
    void conversionsHaveTheBitsOfTheDefinition(ElementType type) {
        for (int n : SIZES) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment floats = arena.allocate((n + 2L) * 4, 64);
                for (int i = 0; i < n + 2; i++) {
                    // every exponent, so also subnormal and overflowing halves
                    float value = (float) (CounterRandom.gaussian(n, 1, i) * Math.pow(2, i % 60 - 35));
                    floats.set(FLOAT, i * 4L, i % 29 == 28 ? Float.NEGATIVE_INFINITY : value);
                }
                MemorySegment expected = arena.allocate((n + 3L) * type.bytes(), 64);
                MemorySegment actual = copy(arena, expected);
                new ScalarHalves().encode(type, floats, 1, expected, 2, n);
                new VectorHalves().encode(type, floats, 1, actual, 2, n);
                assertSameBits(actual, expected);
                new ScalarHalves().encodeStochastic(type, floats, 1, expected, 2, n, 0x123456789ABCDEFL);
                new VectorHalves().encodeStochastic(type, floats, 1, actual, 2, n, 0x123456789ABCDEFL);
                assertSameBits(actual, expected);
                MemorySegment expectedBack = arena.allocate((n + 2L) * 4, 64);
                MemorySegment actualBack = copy(arena, expectedBack);
                new ScalarHalves().decode(type, expected, 2, expectedBack, 1, n);
                new VectorHalves().decode(type, expected, 2, actualBack, 1, n);
                assertSameBits(actualBack, expectedBack);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"FP16", "BF16"})
    void everyHalfWidensToItsValueAndNarrowsBackToItself(ElementType type) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment halves = arena.allocate(1 << 17, 64);
            for (int i = 0; i < 1 << 16; i++) {
                halves.set(ValueLayout.JAVA_SHORT, i * 2L, (short) i);
            }
            MemorySegment floats = arena.allocate(1 << 18, 64);
            MemorySegment back = arena.allocate(1 << 17, 64);
            Halves.decode(type, halves, 0, floats, 0, 1 << 16);
            Halves.encode(type, floats, 0, back, 0, 1 << 16);
            for (int i = 0; i < 1 << 16; i++) {
                float value = floats.get(FLOAT, i * 4L);
                float wanted = type.get(halves, i);
                assertThat(Float.isNaN(value)).isEqualTo(Float.isNaN(wanted));
                if (!Float.isNaN(value)) {
                    assertThat(Float.floatToRawIntBits(value)).isEqualTo(Float.floatToRawIntBits(wanted));
                    assertThat(back.get(ValueLayout.JAVA_SHORT, i * 2L)).isEqualTo((short) i);
                } else {
                    assertThat(type.get(back, i)).isNaN();
                }
            }
        }
    }

    /// 20,000 roundings of one number: the mean lies within five standard errors of it, and only its two neighbors
    /// occur.
    @ParameterizedTest
    @CsvSource({"FP16,1.0003", "FP16,-0.3333", "FP16,3.0e-6", "FP16,-2.0e-8", "BF16,1.003", "BF16,-1.0e-30"})
    void stochasticRoundingKeepsTheMean(ElementType type, float value) {
        int n = 20_000;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment floats = arena.allocate(n * 4L, 64);
            MemorySegment halves = arena.allocate(n * 2L, 64);
            for (int i = 0; i < n; i++) {
                floats.set(FLOAT, i * 4L, value);
            }
            Halves.encodeStochastic(type, floats, 0, halves, 0, n, 42);
            double sum = 0;
            float low = Float.POSITIVE_INFINITY;
            float high = Float.NEGATIVE_INFINITY;
            for (int i = 0; i < n; i++) {
                float rounded = type.get(halves, i);
                sum += rounded;
                low = Math.min(low, rounded);
                high = Math.max(high, rounded);
            }
            assertThat(value).isBetween(low, high);
            assertThat(low).isLessThan(high);
            double step = (double) high - low;
            double share = (value - low) / step;
            double error = step * Math.sqrt(share * (1 - share) / n);
            assertThat(Math.abs(sum / n - value)).isLessThan(5 * error);
            assertThat((high - low) / Math.abs(value)).isLessThan(value < -1e-9 && value > -1e-7 ? 4f : 0.05f);
        }
    }

    @Test
    void facesRefuseRangesOutsideTheirSegments() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment four = arena.allocate(16);
            assertThatThrownBy(() -> RowMath.scale(2, four, 1, 4))
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessageContaining("floats 1 to 5 of a segment of 4");
            assertThatThrownBy(() -> new Rows(four, ElementType.FP32, 2, 3))
                    .hasMessageContaining("[2, 3] of FP32 needs 24 bytes, the segment has 16");
        }
    }
}
