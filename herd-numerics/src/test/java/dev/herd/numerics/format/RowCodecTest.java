package dev.herd.numerics.format;

import static dev.herd.numerics.format.Rows.segment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.numerics.CounterRandom;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RowCodecTest {
    private static final int ROWS = 60;

    static List<String> names() {
        return RowCodec.names();
    }

    /// Rows of sizes from 2^-8 to 2^8, each with a sigma of its own.
    private static float[] rows(int width) {
        float[] values = new float[ROWS * width];
        for (int i = 0; i < values.length; i++) {
            double sigma = Math.scalb(1.0, (int) CounterRandom.below(4, 1, i / width, 17) - 8);
            values[i] = (float) (sigma * CounterRandom.gaussian(4, width, i));
        }
        return values;
    }

    private static float at(MemorySegment values, long i) {
        return values.get(ValueLayout.JAVA_FLOAT_UNALIGNED, i * 4);
    }

    @ParameterizedTest
    @MethodSource("names")
    void rowsArriveWithinTheStatedErrorWhichIsNotFarFromWhatHappens(String name) {
        RowCodec codec = RowCodec.named(name);
        assertThat(codec.name()).isEqualTo(name);
        double worst = 0;
        for (int width : new int[] {1, 7, 16, 33, 64}) {
            MemorySegment values = segment(rows(width));
            MemorySegment bytes = MemorySegment.ofArray(new byte[(int) (ROWS * codec.rowBytes(width)) + 3]);
            codec.encode(values, 0, ROWS, width, bytes, 3, 0);
            MemorySegment arrived = segment(new float[ROWS * width + 1]);
            codec.decode(bytes, 3, ROWS, width, arrived, 1);
            for (int row = 0; row < ROWS; row++) {
                float largest = 0;
                double off = 0;
                for (int i = row * width; i < (row + 1) * width; i++) {
                    largest = Math.max(largest, Math.abs(at(values, i)));
                    off = Math.max(off, Math.abs((double) at(arrived, i + 1) - at(values, i)));
                }
                assertThat(off).as("width %s", width).isLessThanOrEqualTo(codec.error() * largest);
                worst = Math.max(worst, off / largest);
            }
        }
        assertThat(worst).isGreaterThanOrEqualTo(0.6 * codec.error());
    }

    @ParameterizedTest
    @MethodSource("names")
    void aRowHasTheSameBytesWhateverTravelsBesideIt(String name) {
        RowCodec codec = RowCodec.named(name);
        int width = 40;
        MemorySegment values = segment(rows(width));
        long bytes = codec.rowBytes(width);
        MemorySegment together = MemorySegment.ofArray(new byte[(int) (ROWS * bytes)]);
        codec.encode(values, 0, ROWS, width, together, 0, 0);
        MemorySegment alone = MemorySegment.ofArray(new byte[(int) bytes]);
        for (int row = 0; row < ROWS; row += 7) {
            codec.encode(values, (long) row * width, 1, width, alone, 0, 0);
            assertThat(alone.mismatch(together.asSlice(row * bytes, bytes))).isEqualTo(-1);
        }
    }

    @Test
    void fewerBitsTakeFewerBytes() {
        assertThat(RowCodec.FP32.rowBytes(64)).isEqualTo(256);
        assertThat(RowCodec.named("bf16").rowBytes(64)).isEqualTo(128);
        assertThat(RowCodec.named("MX9").rowBytes(64)).isEqualTo(72);
        assertThat(RowCodec.named("mxfp8-e4m3").rowBytes(64)).isEqualTo(66);
        assertThat(RowCodec.named("int8-row").rowBytes(64)).isEqualTo(68);
    }

    @Test
    void roundingAtRandomMayBeTwiceAsFarOffAndKeepsTheMean() {
        NumberFormat format = NumberFormats.MX6.withRounding(Rounding.STOCHASTIC);
        RowCodec codec = RowCodec.of(format);
        assertThat(codec.error()).isBetween(0.125, 0.126);
        MemorySegment row = segment(new float[] {1, 0.3f, 0.3f, 0.3f});
        MemorySegment bytes = MemorySegment.ofArray(new byte[12]);
        MemorySegment arrived = segment(new float[4]);
        double sum = 0;
        int times = 20_000;
        for (int i = 0; i < times; i++) {
            codec.encode(row, 0, 1, 4, bytes, 0, CounterRandom.bits(1, 2, i));
            codec.decode(bytes, 0, 1, 4, arrived, 0);
            sum += at(arrived, 2);
        }
        // Steps of 1/16: a standard deviation of less than 1/32 each.
        assertThat(Math.abs(sum / times - 0.3f)).isLessThan(5 / 32.0 / Math.sqrt(times));
    }

    @Test
    void formatsThatRowsCannotCarryAreRefusedWithWhatCan() {
        assertThatThrownBy(() -> RowCodec.of(NumberFormats.NVFP4)).hasMessageContaining("a scale for the whole tensor");
        assertThatThrownBy(() -> RowCodec.named("nvfp4"))
                .hasMessageContaining("fp32, mx9")
                .hasMessageContaining("not as 'nvfp4'");
        assertThatThrownBy(() -> RowCodec.FP32.encode(segment(new float[8]), 0, 1, 8, segment(new float[7]), 0, 0))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }
}
