package dev.herd.numerics.kernel;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.herd.numerics.CounterRandom;
import dev.herd.numerics.kernel.PanelProduct.Panel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/// The kernels of a transformer: the vector form gives the bits of the scalar definition on sizes that are
/// no multiple of any vector.
class LlamaKernelParityTest {
    private static final int[] SIZES = {1, 3, 7, 8, 15, 16, 17, 31, 63, 64, 65, 100, 172, 255, 1023};
    private static final int[] EVEN = {2, 6, 8, 14, 16, 30, 32, 34, 64, 66, 128};
    private static final Arena ARENA = Arena.ofAuto();

    private static MemorySegment random(long floats, long seed) {
        MemorySegment segment = ARENA.allocate(floats * 4, 64);
        for (long i = 0; i < floats; i++) {
            segment.setAtIndex(JAVA_FLOAT, i, (float) CounterRandom.gaussian(seed, 0, i));
        }
        return segment;
    }

    private static MemorySegment copy(MemorySegment of) {
        return ARENA.allocate(of.byteSize(), 64).copyFrom(of);
    }

    private static void assertSameBits(MemorySegment actual, MemorySegment expected) {
        assertThat(actual.mismatch(expected)).as("first differing byte").isEqualTo(-1);
    }

    @Test
    void normalizedRowsHaveTheBitsOfTheDefinitionAndUnitMeanSquare() {
        for (int n : SIZES) {
            MemorySegment x = random(n + 3L, n);
            MemorySegment weight = random(n, n + 1);
            MemorySegment expected = random(n + 3L, 5);
            MemorySegment actual = copy(expected);
            new ScalarRmsNorm().scale(x, 2, weight, 0.7f, expected, n);
            new VectorRmsNorm().scale(x, 2, weight, 0.7f, actual, n);
            assertSameBits(actual, expected);
        }
        MemorySegment x = ARENA.allocateFrom(JAVA_FLOAT, 3, 4);
        MemorySegment y = ARENA.allocate(8, 64);
        RmsNorm.normalize(x, ARENA.allocateFrom(JAVA_FLOAT, 1, 2), 0, 1, 2, y);
        assertThat(y.getAtIndex(JAVA_FLOAT, 0)).isCloseTo((float) (3 / Math.sqrt(12.5)), within(1e-7f));
        assertThat(y.getAtIndex(JAVA_FLOAT, 1)).isCloseTo((float) (8 / Math.sqrt(12.5)), within(2e-7f));
    }

    @Test
    void turnedPairsHaveTheBitsOfTheDefinition() {
        for (int dim : EVEN) {
            MemorySegment table = random(2L * dim + 1, dim);
            MemorySegment expected = random(3L * dim + 1, 4);
            MemorySegment actual = copy(expected);
            new ScalarRotary().turnAdjacent(expected, 1, 3, dim, table, 1);
            new VectorRotary().turnAdjacent(actual, 1, 3, dim, table, 1);
            assertSameBits(actual, expected);
            new ScalarRotary().turnHalves(expected, 1, 3, dim, table, 1);
            new VectorRotary().turnHalves(actual, 1, 3, dim, table, 1);
            assertSameBits(actual, expected);
        }
    }

    @Test
    void gatedUnitsHaveTheBitsOfTheDefinition() {
        for (int n : SIZES) {
            MemorySegment expected = random(n + 1L, 4);
            for (int i = 0; i <= n; i++) {
                expected.setAtIndex(JAVA_FLOAT, i, expected.getAtIndex(JAVA_FLOAT, i) * (i % 7 == 0 ? 100 : 3));
            }
            MemorySegment actual = copy(expected);
            MemorySegment up = random(n + 1L, 5);
            new ScalarGatedUnit().apply(expected, up, 1, n);
            new VectorGatedUnit().apply(actual, up, 1, n);
            assertSameBits(actual, expected);
        }
    }

    @Test
    void softmaxPiecesHaveTheBitsOfTheDefinition() {
        for (int n : SIZES) {
            MemorySegment expected = random(n + 2L, n);
            expected.setAtIndex(JAVA_FLOAT, 1 + n / 2, Float.NEGATIVE_INFINITY);
            MemorySegment actual = copy(expected);
            float top = new ScalarRowSoftmax().max(expected, 1, n);
            assertThat(new VectorRowSoftmax().max(actual, 1, n)).isEqualTo(top);
            float sum = new ScalarRowSoftmax().exponentiate(expected, 1, n, 1.5f);
            assertThat(new VectorRowSoftmax().exponentiate(actual, 1, n, 1.5f)).isEqualTo(sum);
            assertSameBits(actual, expected);
            assertThat(actual.getAtIndex(JAVA_FLOAT, 1 + n / 2)).isZero();
        }
    }

    @Test
    void theExponentialIsAccurateOverItsRange() {
        for (int i = 0; i < 20_000; i++) {
            float x = (float) (CounterRandom.uniform(1, 1, i) * 175 - 87);
            double exact = Math.exp(x);
            assertThat(Exponential.of(x) / exact - 1).as("exp(%s)", x).isCloseTo(0, within(3e-7));
        }
        assertThat(Exponential.of(0)).isEqualTo(1);
        assertThat(Exponential.of(Float.NEGATIVE_INFINITY)).isZero();
        assertThat(Exponential.of(Float.NaN)).isNaN();
        assertThat(Exponential.of(500)).isGreaterThan(1e38f);
    }

    @Test
    void smallProductsHaveTheBitsOfTheDefinition() {
        int[] columns = {1, 15, 16, 33, 64, 67, 129};
        for (int inner : new int[] {1, 5, 64}) {
            for (int rows : new int[] {1, 3, 4, 9}) {
                for (int n : columns) {
                    Panel a = new Panel(random((long) rows * (inner + 2) + 1, 1), 1, inner + 2);
                    Panel b = new Panel(random((long) inner * (n + 3) + 2, 2), 2, n + 3);
                    MemorySegment expected = random((long) rows * (n + 1) + 3, 3);
                    MemorySegment actual = copy(expected);
                    new ScalarPanelProduct().multiplyAdd(a, b, new Panel(expected, 3, n + 1), rows, inner, n);
                    new VectorPanelProduct().multiplyAdd(a, b, new Panel(actual, 3, n + 1), rows, inner, n);
                    assertSameBits(actual, expected);
                }
            }
        }
    }

    @Test
    void rowsOfInnerProductsAreCloseToTheDefinition() {
        for (int inner : SIZES) {
            MemorySegment w = random(13L * inner + 1, inner);
            MemorySegment x = random(12L * inner + 2, 3);
            MemorySegment expected = ARENA.allocate(12 * 15 * 4 + 12, 64);
            MemorySegment actual = copy(expected);
            new ScalarRowDots().multiply(w, 1, 13, x, 2, 12, inner, expected, 3, 15);
            new VectorRowDots().multiply(w, 1, 13, x, 2, 12, inner, actual, 3, 15);
            for (int i = 0; i < expected.byteSize() / 4; i++) {
                float wanted = expected.getAtIndex(JAVA_FLOAT, i);
                assertThat(actual.getAtIndex(JAVA_FLOAT, i)).isCloseTo(wanted, within(3e-6f * (inner + 1)));
            }
        }
    }

    @Test
    void anInnerProductHasTheSameBitsInEveryGrouping() {
        int rows = 23;
        int count = 13;
        for (int inner : new int[] {64, 172, 1023}) {
            MemorySegment w = random((long) rows * inner, inner);
            MemorySegment x = random((long) count * inner, 3);
            MemorySegment whole = ARENA.allocate((long) rows * count * 4, 64);
            MemorySegment single = copy(whole);
            RowDots.multiply(w, 0, rows, x, 0, count, inner, whole, 0, rows);
            for (int t = 0; t < count; t++) {
                int first = t % rows;
                long at = (long) t * inner;
                RowDots.multiply(w, 0, first, x, at, 1, inner, single, (long) t * rows, rows);
                long rest = (long) first * inner;
                RowDots.multiply(w, rest, rows - first, x, at, 1, inner, single, (long) t * rows + first, rows);
            }
            assertSameBits(single, whole);
        }
    }

    @Test
    void productsOfStripsHaveTheBitsOfTheDefinitionAndOfRowsMetOneByOne() {
        int rows = 3;
        int count = 4;
        for (int inner : SIZES) {
            MemorySegment w = random((long) rows * inner, inner);
            MemorySegment x = random((long) count * (inner + 2), 3);
            MemorySegment alone = ARENA.allocate((long) rows * count * 4, 64);
            for (int t = 0; t < count; t++) {
                RowDots.multiply(w, 0, rows, x, (long) t * (inner + 2), 1, inner, alone, (long) t * rows, rows);
            }
            RowStrips.Kernel vector = new VectorRowStrips();
            for (int part : new int[] {vector.lanes(), 1 << 20}) {
                assertSameBits(product(vector, w, rows, x, count, inner, part), alone);
                RowStrips.Kernel definition = new ScalarRowStrips(vector.lanes());
                assertSameBits(product(definition, w, rows, x, count, inner, part), alone);
            }
        }
    }

    /// The inner index is cut into parts.
    private static MemorySegment product(
            RowStrips.Kernel kernel, MemorySegment w, int rows, MemorySegment x, int count, int inner, int part) {
        float[] sums = new float[RowStrips.sums() + 1];
        for (int at = 0; at < inner; at += part) {
            int width = Math.min(part, inner - at);
            float[] left = new float[RowStrips.floats(RowStrips.TALL, width) + 2];
            float[] right = new float[RowStrips.floats(RowStrips.WIDE, width) + 3];
            kernel.pack(w, at, inner, rows, width, left, 2, RowStrips.TALL);
            kernel.pack(x, at, inner + 2, count, width, right, 3, RowStrips.WIDE);
            kernel.multiplyAdd(left, 2, right, 3, RowStrips.steps(width), sums, 1);
        }
        MemorySegment out = ARENA.allocate((long) rows * count * 4, 64);
        kernel.fold(sums, 1, rows, count, out, 0, rows);
        return out;
    }

    @Test
    void facesNameWhatDoesNotFit() {
        MemorySegment four = ARENA.allocate(16);
        assertThatThrownBy(() -> RowDots.multiply(four, 0, 2, four, 0, 1, 3, four, 0, 2))
                .hasMessageContaining("floats 0 to 6 of a segment of 4");
        assertThatThrownBy(() -> Rotary.turnHalves(four, 0, 1, 3, four, 0))
                .hasMessageContaining("width must be even, got 3");
        assertThatThrownBy(() -> RowStrips.pack(four, 0, 1, 6, 1, new float[99], 0, 5))
                .hasMessage("a strip of 5 rows cannot take 6");
        assertThatThrownBy(() -> PanelProduct.multiplyAdd(
                        new Panel(four, 0, 2), new Panel(four, 0, 3), new Panel(four, 0, 4), 2, 2, 3))
                .hasMessageContaining("of a segment of 4");
    }
}
