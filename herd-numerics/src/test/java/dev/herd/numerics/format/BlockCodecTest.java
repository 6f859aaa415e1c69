package dev.herd.numerics.format;

import static dev.herd.numerics.format.Rows.quantized;
import static dev.herd.numerics.format.Rows.segment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.numerics.CounterRandom;
import dev.herd.numerics.format.BlockCodec.Axis;
import dev.herd.numerics.format.NumberFormat.Order;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class BlockCodecTest {
    private static final int[] SIZES = {0, 1, 3, 7, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 1023};

    static List<NumberFormat> presets() {
        return NumberFormats.all();
    }

    /// Every preset with every rounding and rule that it can have.
    static Stream<NumberFormat> variants() {
        List<NumberFormat> all = new ArrayList<>();
        for (NumberFormat format : NumberFormats.all()) {
            for (Rounding rounding : Rounding.values()) {
                all.add(format.withRounding(rounding));
            }
            if (format.first().kind() == Level.Kind.POWER_OF_TWO) {
                all.add(format.withRule(ScaleRule.CEIL));
                all.add(format.withRule(ScaleRule.EVEN));
                all.add(format.withRule(ScaleRule.RCEIL).withRounding(Rounding.STOCHASTIC));
            }
        }
        all.add(NumberFormats.MXFP4.withOrder(Order.SPLIT_HALVES));
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("variants")
    void theFastCodecPacksAndUnpacksTheBitsOfTheDefinition(NumberFormat format) {
        boolean halves = format.element().bits() == 16;
        if (halves && format.rounding() == Rounding.STOCHASTIC) {
            return; // one definition of its own, see HalvesCodec
        }
        for (int n : SIZES) {
            for (int trial = 0; trial < 4; trial++) {
                float[] values = Rows.numbers(n, n * 31L + trial);
                poison(values, trial);
                BlockCodec scalar = BlockCodec.scalar(format).fitted(segment(values), 0, n);
                BlockCodec fast = BlockCodec.of(format).fitted(segment(values), 0, n);
                byte[] packed = Rows.pack(scalar, 77 + trial, values);
                assertThat(Rows.pack(fast, 77 + trial, values))
                        .as("%s numbers", n)
                        .isEqualTo(packed);
                assertThat(Rows.unpack(fast, packed, n)).isEqualTo(Rows.unpack(scalar, packed, n));
            }
        }
    }

    /// Puts what is rare among ordinary numbers: NaN, infinity, subnormal and huge blocks.
    private static void poison(float[] values, int trial) {
        if (trial == 2 && values.length > 40) {
            values[3] = Float.NaN;
            values[40] = Float.NEGATIVE_INFINITY;
        }
        if (trial == 3) {
            for (int i = 0; i < values.length; i++) {
                values[i] *= i / 32 % 2 == 0 ? 0x1p-120f : 0x1p90f;
                values[i] = Math.clamp(values[i], -0x1p126f, 0x1p126f);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("presets")
    void everyCodeUnpacksToItsNumber(NumberFormat format) {
        for (int code = 0;
                code < 1 << format.element().bits();
                code += format.element().bits() == 16 ? 37 : 1) {
            int n = Math.max(1, format.first().width());
            byte[] bytes = new byte[(int) new Packing(format).rowBytes(n)];
            MemorySegment packed = MemorySegment.ofArray(bytes);
            float expected = format.element().value(code);
            switch (format.first().kind()) {
                case POWER_OF_TWO -> {
                    bytes[0] = 127;
                    new Packing(format).putBlockCode(packed, new Packing(format).codesAt(), n - 1, code);
                    expected = Math.scalb(expected, -format.element().unitBits());
                }
                case FLOAT32 -> {
                    if (format.second().kind() != Level.Kind.NONE) {
                        return; // inner scales: see the worked examples
                    }
                    if (format.first().width() == Level.ROW) {
                        packed.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 0, 1f);
                    }
                    Packing.put(
                            packed,
                            new Packing(format).headBytes() * 8L,
                            format.element().bits(),
                            code);
                }
                case NONE, MICROEXPONENT, E4M3, INTEGER -> Packing.put(packed, 0, 16, code);
            }
            for (BlockCodec codec : List.of(BlockCodec.of(format), BlockCodec.scalar(format))) {
                assertThat((Float) Rows.unpack(codec, bytes, n)[n - 1])
                        .as("code %s", code)
                        .isEqualTo(Float.valueOf(expected));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "E5M2, 57344, 0x1p-14, 0x1p-16",
        "E4M3, 448, 0x1p-6, 0x1p-9",
        "E3M2, 28, 0.25, 0.0625",
        "E2M3, 7.5, 1, 0.125",
        "E2M1, 6, 1, 0.5",
    })
    void elementsHaveTheRangesOfTheirTable(String name, float largest, float normal, float subnormal) {
        Element element = Stream.of(Element.E5M2, Element.E4M3, Element.E3M2, Element.E2M3, Element.E2M1)
                .filter(e -> e.toString().equals(name))
                .findFirst()
                .orElseThrow();
        assertThat(element.maxNormal()).isEqualTo(largest);
        assertThat(element.value(1)).isEqualTo(subnormal);
        assertThat(element.value(1 << element.mantissaBits())).isEqualTo(normal);
        assertThat(Element.E5M2.value(0x7C)).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(Element.E5M2.value(0x7D)).isNaN();
        assertThat(Element.E4M3.value(0x7F)).isNaN();
        assertThat(Element.E4M3.value(0x7E)).isEqualTo(448f);
    }

    @ParameterizedTest
    @MethodSource("presets")
    void anythingNotFiniteMakesAllUnderItsScaleNaN(NumberFormat format) {
        for (float odd : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            float[] values = new float[96];
            Arrays.fill(values, 0.5f);
            values[40] = odd;
            float[] result = quantized(format, values);
            int width = switch (format.second().kind()) {
                case E4M3 -> format.second().width();
                default ->
                    switch (format.first().kind()) {
                        case NONE -> 1;
                        case POWER_OF_TWO -> format.first().width();
                        default -> 96;
                    };
            };
            for (int i = 0; i < 96; i++) {
                boolean under = i / width == 40 / width;
                float expected = under ? width == 1 ? odd : Float.NaN : 0.5f;
                assertThat(result[i]).as("number %s with %s at 40", i, odd).isCloseTo(expected, within(expected));
            }
        }
    }

    private static org.assertj.core.data.Offset<Float> within(float expected) {
        return org.assertj.core.data.Offset.offset(Float.isFinite(expected) ? 0.04f : 0f);
    }

    @ParameterizedTest
    @MethodSource("presets")
    void zerosPackToZerosAndKeepTheirSignInFloats(NumberFormat format) {
        float[] zeros = new float[37];
        byte[] packed = Rows.pack(BlockCodec.scalar(format).fitted(segment(zeros), 0, 37), 0, zeros);
        assertThat(packed).containsOnly(0);
        float[] values = new float[37];
        values[0] = 1;
        values[1] = -0f;
        float[] result = quantized(format, values);
        boolean keeps = !format.element().isInteger();
        assertThat(Float.floatToRawIntBits(result[1])).isEqualTo(Float.floatToRawIntBits(keeps ? -0f : 0f));
        assertThat(result[0]).isEqualTo(1f);
    }

    @ParameterizedTest
    @MethodSource("presets")
    void subnormalNumbersStayWithinTheStepOfTheirBlock(NumberFormat format) {
        float[] values = new float[32];
        for (int i = 0; i < 32; i++) {
            values[i] = Float.MIN_VALUE * (i * 250_000 + 1);
        }
        float[] result = quantized(format, values);
        // The smallest scale is 2^-127, that of rows 2^-126: steps are at most a fourth or all of it.
        float step = format.first().kind() == Level.Kind.NONE ? 0x1p-24f : Float.MIN_NORMAL * 4;
        for (int i = 0; i < 32; i++) {
            assertThat(Math.abs(result[i] - values[i])).isLessThanOrEqualTo(step);
        }
        if (format.first().kind() == Level.Kind.POWER_OF_TWO && format.element().bits() == 8) {
            assertThat(result[31] / values[31]).isBetween(0.87f, 1.13f);
        }
    }

    @ParameterizedTest
    @MethodSource("presets")
    void theEndOfARowIsPackedAsIfZerosFollowed(NumberFormat format) {
        float[] values = Rows.numbers(41, 5);
        float[] longer = Arrays.copyOf(values, 96);
        assertThat(quantized(format, values)).containsExactly(Arrays.copyOf(quantized(format, longer), 41));
    }

    @ParameterizedTest
    @MethodSource("presets")
    void packingTwiceChangesNothing(NumberFormat format) {
        float[] once = quantized(format, Rows.numbers(64, 9));
        if (format.first().kind() == Level.Kind.POWER_OF_TWO) {
            assertThat(quantized(format, once)).containsExactly(once);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "mx9, 18, 9",
        "mx6, 12, 6",
        "mx4, 8, 4",
        "msfp16, 17, 8.5",
        "msfp12, 9, 4.5",
        "mxfp8-e4m3, 33, 8.25",
        "mxfp6-e2m3, 25, 6.25",
        "mxfp4, 17, 4.25",
        "nvfp4, 9, 4.5",
        "vsq-int4-d4, 13, 4.25",
        "int8-row, 20, 8",
        "fp4-e2m1-tensor, 8, 4",
    })
    void blocksHaveTheBytesOfTheirFormat(String name, int bytes, double bits) {
        NumberFormat format = NumberFormats.named(name).orElseThrow();
        assertThat(BlockCodec.of(format).rowBytes(Math.max(16, format.first().width())))
                .isEqualTo(bytes);
        assertThat(format.bitsPerNumber()).isEqualTo(bits);
    }

    @Test
    void aNameIsPrintedWithTheRulesThatMakeItsBits() {
        assertThat(NumberFormats.MXFP4).hasToString("MXFP4 (floor, half-even)");
        assertThat(NumberFormats.MXFP4
                        .withRule(ScaleRule.RCEIL)
                        .withRounding(Rounding.HALF_DOWN)
                        .withOrder(Order.SPLIT_HALVES))
                .hasToString("MXFP4 (rceil, half-down, split halves)");
        assertThat(NumberFormats.BF16).hasToString("BF16 (half-even)");
    }

    @ParameterizedTest
    @MethodSource("presets")
    void matricesPackAlongTheirColumnsAsTheTransposedAlongItsRows(NumberFormat format) {
        int rows = 35;
        int columns = 19;
        float[] values = Rows.numbers(rows * columns, 3);
        float[] turned = new float[values.length];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                turned[c * rows + r] = values[r * columns + c];
            }
        }
        MemorySegment matrix = segment(values);
        MemorySegment transposed = segment(turned);
        BlockCodec codec = BlockCodec.of(format).fitted(matrix, 0, values.length);
        byte[] one = new byte[(int) codec.rowBytes(rows) * columns];
        byte[] two = new byte[one.length];
        codec.encode(matrix, 0, rows, columns, Axis.COLUMNS, MemorySegment.ofArray(one), 0, 5);
        codec.encode(transposed, 0, columns, rows, Axis.ROWS, MemorySegment.ofArray(two), 0, 5);
        assertThat(one).isEqualTo(two);
        MemorySegment back = segment(new float[values.length]);
        codec.decode(MemorySegment.ofArray(one), 0, rows, columns, Axis.COLUMNS, back, 0);
        BlockCodec.of(format).quantize(matrix, 0, rows, columns, Axis.COLUMNS, 5);
        assertThat(back.mismatch(matrix)).isEqualTo(-1);
    }

    @Test
    void roundingAtRandomKeepsTheMeanAndIsTheSameForTheSameSeed() {
        NumberFormat format = NumberFormats.MX4.withRounding(Rounding.STOCHASTIC);
        BlockCodec codec = BlockCodec.of(format);
        float[] values = {1, 0.3f, -0.2f, 0.05f, 0.7f, -0.66f, 0.125f, 0.01f, 0, 0, 0.4f, 0.45f, 0.6f, -0.7f, 0.7f, 0.2f
        };
        double[] sums = new double[16];
        int trials = 20_000;
        for (int trial = 0; trial < trials; trial++) {
            float[] one = Rows.unpack(codec, Rows.pack(codec, CounterRandom.bits(1, 2, trial), values), 16);
            for (int i = 0; i < 16; i++) {
                sums[i] += one[i];
            }
        }
        for (int i = 0; i < 16; i++) {
            assertThat(sums[i] / trials).isCloseTo(values[i], org.assertj.core.data.Offset.offset(0.01));
        }
        assertThat(Rows.pack(codec, 42, values)).isEqualTo(Rows.pack(codec, 42, values));
        assertThat(Rows.pack(codec, 42, values)).isNotEqualTo(Rows.pack(codec, 43, values));
    }

    @Test
    void formatsThatCannotBeAreRefusedWithTheReason() {
        assertThatThrownBy(() -> NumberFormats.MX9.withRule(ScaleRule.AMAX))
                .hasMessage("MX9: a power of two needs the rule FLOOR, CEIL, EVEN or RCEIL");
        assertThatThrownBy(() -> NumberFormats.MX9.withOrder(Order.SPLIT_HALVES))
                .hasMessage("MX9: split halves need 4-bit floats");
        assertThatThrownBy(() -> new Element(4, 4, Element.Specials.NONE)).hasMessageContaining("2 to 8, or 16, bits");
        assertThatThrownBy(() -> BlockCodec.of(NumberFormats.MX9).encode(segment(1), 0, 1, segment(1), 0))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }
}
