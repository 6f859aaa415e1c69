package dev.herd.numerics.format;

import static dev.herd.numerics.format.Rows.hex;
import static dev.herd.numerics.format.Rows.quantized;
import static org.assertj.core.api.Assertions.assertThat;

import dev.herd.numerics.block.BlockFormat;
import dev.herd.numerics.format.NumberFormat.Order;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Examples that papers and other implementations print.
class PublishedVectorsTest {
    private static final float[] EXAMPLE = {
        1.0f, -0.5f, 0.3f, 0.2f, 1.99f, 0.01f, -0.4999f, 0.25f, 0.75f, 0.1f, 0, 0, -0.06f, 0.031f, 0.996f, -0.7f
    };

    @Test
    void mx9PacksTheWorkedExample() {
        assertThat(hex(NumberFormats.MX9, EXAMPLE)).isEqualTo("7ffa40e0261a7f01c020600d0000f8047fa6");
        assertThat(quantized(NumberFormats.MX9, EXAMPLE))
                .containsExactly(
                        1f,
                        -0.5f,
                        0.296875f,
                        0.203125f,
                        1.984375f,
                        0.015625f,
                        -0.5f,
                        0.25f,
                        0.75f,
                        0.1015625f,
                        0f,
                        0f,
                        -0.0625f,
                        0.03125f,
                        0.9921875f,
                        -0.703125f);
    }

    @Test
    void mx6PacksTheWorkedExample() {
        assertThat(hex(NumberFormats.MX6, EXAMPLE)).isEqualTo("7ffa4290c8350f482c000f5f");
        assertThat(steps(NumberFormats.MX6, 3)).containsExactly(8, -4, 5, 3, 15, 0, -8, 4, 12, 2, 0, 0, -1, 0, 15, -11);
    }

    @Test
    void mx4RoundsTheWorkedExampleAndSaturates() {
        assertThat(steps(NumberFormats.MX4, 1)).containsExactly(2, -1, 1, 1, 3, 0, -2, 1, 3, 0, 0, 0, 0, 0, 3, -3);
        assertThat(hex(NumberFormats.MX4, EXAMPLE)).hasSize(16).startsWith("7ffa" + "4280");
    }

    /// The integers of the example, by their steps: `2^-point`, halved in demoted pairs.
    private static int[] steps(NumberFormat format, int point) {
        float[] values = quantized(format, EXAMPLE);
        int[] steps = new int[values.length];
        for (int i = 0; i < steps.length; i++) {
            int demoted = 0xFA >> i / 2 & 1;
            steps[i] = (int) Math.scalb(values[i], point + demoted);
        }
        return steps;
    }

    @Test
    void numbersOfDemotedPairsJustBelowTheBinadeSaturateInMemoryAndInEmulation() {
        float[] block = Arrays.copyOf(new float[] {1.5f, 1.0f, 0.999f, 0.9f}, 16);
        assertThat(quantized(NumberFormats.MX9, block)[2]).isEqualTo(127 / 128f);
        assertThat(quantized(NumberFormats.MX6, block)[2]).isEqualTo(15 / 16f);
        assertThat(quantized(NumberFormats.MX4, block)[2]).isEqualTo(3 / 4f);
    }

    @Test
    void exponentsAreReadFromTheBitsSinceTheFp32LogarithmIsWrongBelowPowersOfTwo() {
        for (int k = -120; k <= 120; k++) {
            float below = Math.nextDown((float) Math.scalb(1.0, k));
            for (ScaleRule rule : new ScaleRule[] {ScaleRule.FLOOR, ScaleRule.CEIL}) {
                int expected = rule == ScaleRule.FLOOR ? k - 1 : k;
                assertThat(rule.exponent(below, Element.integer(7)))
                        .as("%s of %s", rule, below)
                        .isEqualTo(expected);
            }
            if (k >= 3 && k <= 11) {
                assertThat((int) Math.floor((float) (Math.log(below) / Math.log(2))))
                        .as("the trap")
                        .isEqualTo(k);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0.25, 0, 0.5, 0",
        "0.75, 1, 1, 0.5",
        "1.25, 1, 1.5, 1",
        "1.75, 2, 2, 1.5",
        "2.5, 2, 3, 2",
        "3.5, 4, 4, 3",
        "5, 4, 6, 4",
    })
    void tiesOfFourBitFloatsTellThreeConventionsApart(float tie, float even, float away, float first) {
        for (float sign : new float[] {1, -1}) {
            assertThat(cast(tie * sign, Rounding.HALF_EVEN)).isEqualTo(sign * even);
            assertThat(cast(tie * sign, Rounding.HALF_AWAY)).isEqualTo(sign * away);
            assertThat(cast(tie * sign, Rounding.HALF_DOWN)).isEqualTo(first == 0 ? 0f : sign * first);
        }
        assertThat(cast(Math.nextUp(tie), Rounding.HALF_EVEN)).isEqualTo(cast(Math.nextUp(tie), Rounding.HALF_DOWN));
        assertThat(cast(Math.nextDown(tie), Rounding.HALF_EVEN))
                .isEqualTo(cast(Math.nextDown(tie), Rounding.HALF_AWAY));
    }

    private static float cast(float value, Rounding rounding) {
        return Element.E2M1.value(Element.E2M1.code(value, rounding, 0, true));
    }

    @Test
    void floorSaturatesAndTheOtherRulesDoNot() {
        float[] block = Arrays.copyOf(new float[] {7, -3, 1, 0.4f}, 32);
        assertThat(quantized(NumberFormats.MXFP4, block)).startsWith(6f, -3f, 1f, 0.5f);
        block[0] = 3.0001f;
        block[1] = 0;
        assertThat(quantized(NumberFormats.MXFP4, block)).startsWith(3f);
        block[0] = Math.nextDown(8f);
        assertThat(quantized(NumberFormats.MXFP4, block)[0]).isEqualTo(6f);
        for (ScaleRule rule : new ScaleRule[] {ScaleRule.CEIL, ScaleRule.EVEN, ScaleRule.RCEIL}) {
            assertThat(quantized(NumberFormats.MXFP4.withRule(rule), block)[0])
                    .as("%s", rule)
                    .isEqualTo(8f);
        }
    }

    @Test
    void fourBitFloatsOfGptOssAreInterleavedAndThoseOfGgmlSplitInHalves() {
        float[] block = new float[32];
        float[] sixteen = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6, -0f, -0.5f, -1, -1.5f, -2, -3, -4, -6};
        for (int i = 0; i < 32; i++) {
            block[i] = 4 * sixteen[(i * 7 + i / 16) % 16];
        }
        String interleaved = hex(NumberFormats.MXFP4, block);
        assertThat(interleaved).startsWith("81" + "705e");
        NumberFormat ggml = NumberFormats.MXFP4.withOrder(Order.SPLIT_HALVES);
        byte[] bytes = Rows.pack(BlockCodec.scalar(ggml), 0, block);
        assertThat(bytes).hasSize(17);
        assertThat(BlockFormat.MXFP4.decode(MemorySegment.ofArray(bytes), 0, 1)).containsExactly(block);
        assertThat(Rows.unpack(BlockCodec.of(ggml), bytes, 32)).containsExactly(block);
    }

    @Test
    void aScaleOfFiveBitsOverflowsToNaNAndUnderflowsToItsSmallest() {
        NumberFormat format = new NumberFormat(
                "INT2 under E5M0",
                Element.integer(1),
                Level.powerOfTwo(5, 1),
                Level.NONE,
                ScaleRule.FLOOR,
                Rounding.HALF_AWAY,
                Order.INTERLEAVED);
        assertThat(quantized(format, 0x1p16f)).containsExactly(Float.NaN);
        assertThat(quantized(format, 0x1p15f)).containsExactly(0x1p15f);
        assertThat(quantized(format, 0x1p-16f)).containsExactly(0x1p-15f);
        assertThat(quantized(format, 0x1p-17f)).containsExactly(0f);
    }

    @Test
    void halvesRoundAsTheirStandardsSay() {
        NumberFormat away = NumberFormats.BF16.withRounding(Rounding.HALF_AWAY);
        assertThat(quantized(away, 65535, 0.49990001f)).containsExactly(65536f, 0.5f);
        assertThat(quantized(NumberFormats.FP16, 65519, 65520)).containsExactly(65504f, Float.POSITIVE_INFINITY);
        float tiny = 0x1p-126f;
        assertThat(quantized(NumberFormats.BF16, tiny * 253 / 256, tiny * 251 / 256))
                .containsExactly(tiny * 126 / 128, tiny * 126 / 128);
    }

    @Test
    void nvfp4ScalesBlocksByAnE4m3NumberUnderOneOfTheTensor() {
        float[] values = Arrays.copyOf(new float[] {2688, 448 * 3, -448}, 32);
        values[16] = 6;
        values[17] = -0.5f;
        BlockCodec codec = BlockCodec.of(NumberFormats.NVFP4).fitted(Rows.segment(values), 0, 32);
        assertThat(codec.tensorScale()).isEqualTo(1f);
        byte[] packed = Rows.pack(codec, 0, values);
        assertThat(packed).hasSize(18);
        assertThat(packed[0]).as("448").isEqualTo((byte) 0x7E);
        assertThat(packed[9]).as("1").isEqualTo((byte) 0x38);
        assertThat(Rows.unpack(codec, packed, 32)).containsExactly(values);
    }
}
