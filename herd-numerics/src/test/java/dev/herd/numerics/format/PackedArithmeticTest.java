package dev.herd.numerics.format;

import static dev.herd.numerics.format.Rows.segment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.herd.numerics.format.ExactDot.Shift;
import dev.herd.numerics.format.ExactDot.Sum;
import dev.herd.numerics.kernel.Bags;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PackedArithmeticTest {
    static List<NumberFormat> presets() {
        return NumberFormats.all();
    }

    static List<NumberFormat> blocks() {
        return NumberFormats.all().stream()
                .filter(format -> format.first().kind() == Level.Kind.POWER_OF_TWO)
                .toList();
    }

    private static float[] small(int n, int seed) {
        float[] values = Rows.numbers(n, seed);
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < n; i++) {
            values[i] /= largest;
        }
        return values;
    }

    @ParameterizedTest
    @MethodSource("presets")
    void matrixTimesVectorAgreesWithDoublePrecisionAndWithTheDefinition(NumberFormat format) {
        for (int width : new int[] {1, 17, 32, 64, 100, 160}) {
            int rows = 7;
            float[] values = small(rows * width, width);
            values[2] = 0x1p-100f;
            MemorySegment x = segment(small(width, 3));
            MemorySegment out = segment(new float[rows]);
            PackedRows packed = PackedRows.pack(format, segment(values), 0, rows, width, Arena.ofAuto());
            packed.multiply(0, rows, x, 0, out, 0);
            BlockCodec scalar =
                    BlockCodec.scalar(format).withTensorScale(packed.codec().tensorScale());
            MemorySegment definition = segment(new float[rows]);
            new PackedRows(scalar, packed.bytes(), rows, width).multiply(0, rows, x, 0, definition, 0);
            assertThat(out.mismatch(definition)).as("width %s", width).isEqualTo(-1);
            for (int r = 0; r < rows; r++) {
                MemorySegment row = segment(new float[width]);
                packed.get(r, row, 0);
                double exact = 0;
                for (int i = 0; i < width; i++) {
                    exact += (double) at(row, i) * at(x, i);
                }
                assertThat((double) at(out, r)).isCloseTo(exact, within(width * 0x1p-23));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("presets")
    void bagsOfPackedRowsAgreeWithDoublePrecisionAndWithTheDefinition(NumberFormat format) {
        for (int width : new int[] {8, 16, 33, 64, 128}) {
            int rows = 20;
            PackedRows packed =
                    PackedRows.pack(format, segment(small(rows * width, width)), 0, rows, width, Arena.ofAuto());
            long[] ids = {3, 3, 19, 0, 7, 7, 7, 1};
            float[] weights = {1, -0.5f, 2, 0.25f, 3, 1, 0.1f, 1};
            for (Bags bags : List.of(
                    new Bags(ids, new int[] {0, 0, 3, 8}, null, false),
                    new Bags(ids, new int[] {0, 0, 3, 8}, weights, true))) {
                MemorySegment out = segment(new float[3 * width + 2]);
                packed.pool(bags, 0, 3, out, 2, width);
                BlockCodec scalar =
                        BlockCodec.scalar(format).withTensorScale(packed.codec().tensorScale());
                MemorySegment definition = segment(new float[3 * width + 2]);
                new PackedRows(scalar, packed.bytes(), rows, width).pool(bags, 0, 3, definition, 2, width);
                assertThat(out.mismatch(definition)).as("width %s", width).isEqualTo(-1);
                checkBags(packed, bags, out);
            }
        }
    }

    private static void checkBags(PackedRows packed, Bags bags, MemorySegment out) {
        int width = packed.width();
        MemorySegment row = segment(new float[width]);
        for (int bag = 0; bag < 3; bag++) {
            double[] sums = new double[width];
            int from = bags.offsets()[bag];
            int to = bags.offsets()[bag + 1];
            for (int i = from; i < to; i++) {
                packed.get(bags.ids()[i], row, 0);
                for (int d = 0; d < width; d++) {
                    sums[d] += (bags.weights() == null ? 1 : bags.weights()[i]) * at(row, d);
                }
            }
            for (int d = 0; d < width; d++) {
                double expected = bags.mean() && to > from ? sums[d] / (to - from) : sums[d];
                assertThat((double) at(out, 2 + bag * width + d)).isCloseTo(expected, within(1e-5));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void theIntegerProductOfBlocksIsExact(NumberFormat format) {
        int n = 5 * format.first().width() - 3;
        BlockCodec codec = BlockCodec.of(format);
        float[] left = small(n, 1);
        float[] right = small(n, 2);
        byte[] a = Rows.pack(codec, 0, left);
        byte[] b = Rows.pack(codec, 0, right);
        float[] va = Rows.unpack(codec, a, n);
        float[] vb = Rows.unpack(codec, b, n);
        ExactDot dot = new ExactDot(format, Shift.KEEP, Sum.FLOAT32);
        double all = 0;
        int bytes = (int) codec.rowBytes(format.first().width());
        for (int block = 0; block < 5; block++) {
            double exact = 0;
            for (int i = block * format.first().width();
                    i < Math.min(n, (block + 1) * format.first().width());
                    i++) {
                exact += (double) va[i] * vb[i];
            }
            all += exact;
            MemorySegment x = MemorySegment.ofArray(a);
            assertThat(dot.block(x, (long) block * bytes, MemorySegment.ofArray(b), (long) block * bytes))
                    .isEqualTo(exact);
        }
        MemorySegment x = MemorySegment.ofArray(a);
        MemorySegment y = MemorySegment.ofArray(b);
        assertThat((double) dot.of(x, 0, y, 0, n)).isCloseTo(all, within(n * 0x1p-23));
        assertThat((double) new ExactDot(format, Shift.KEEP, Sum.FIXED25).of(x, 0, y, 0, n))
                .isCloseTo(all, within(n * 0x1p-22));
    }

    @Test
    void droppingShiftsLoseLessThanOneUnitAPair() {
        BlockCodec codec = BlockCodec.of(NumberFormats.MX9);
        MemorySegment a = MemorySegment.ofArray(Rows.pack(codec, 0, small(16, 4)));
        MemorySegment b = MemorySegment.ofArray(Rows.pack(codec, 0, small(16, 5)));
        double kept = new ExactDot(NumberFormats.MX9, Shift.KEEP, Sum.FLOAT32).block(a, 0, b, 0);
        double dropped = new ExactDot(NumberFormats.MX9, Shift.DROP, Sum.FLOAT32).block(a, 0, b, 0);
        assertThat(kept - dropped).isBetween(0.0, 8 * 0x1p-12);
    }

    @Test
    void theLargestIntegerProductsFitAndNaNSpreads() {
        float[] full = new float[16];
        java.util.Arrays.fill(full, Math.nextDown(2f));
        BlockCodec codec = BlockCodec.of(NumberFormats.MX9);
        MemorySegment a = MemorySegment.ofArray(Rows.pack(codec, 0, full));
        ExactDot dot = new ExactDot(NumberFormats.MX9, Shift.KEEP, Sum.FLOAT32);
        assertThat(dot.block(a, 0, a, 0)).isEqualTo(16 * 127.0 * 127 / 4096);
        full[0] = Float.NaN;
        MemorySegment b = MemorySegment.ofArray(Rows.pack(codec, 0, full));
        assertThat(dot.of(a, 0, b, 0, 16)).isNaN();
    }

    @Test
    void idsOutsideTheTableAreRefused() {
        PackedRows packed = PackedRows.pack(NumberFormats.MX6, segment(new float[64]), 0, 4, 16, Arena.ofAuto());
        Bags bags = new Bags(new long[] {4}, new int[] {0, 1}, null, false);
        assertThatThrownBy(() -> packed.pool(bags, 0, 1, segment(new float[16]), 0, 16))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> new PackedRows(packed.codec(), packed.bytes(), 5, 16))
                .hasMessage("[5, 16] of MX6 (floor, half-even) needs 60 bytes, the segment has 48");
    }

    private static float at(MemorySegment values, long i) {
        return values.get(ValueLayout.JAVA_FLOAT_UNALIGNED, i * 4);
    }
}
