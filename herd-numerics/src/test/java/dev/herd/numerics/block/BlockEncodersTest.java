package dev.herd.numerics.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.numerics.format.BlockCodec;
import dev.herd.numerics.format.NumberFormats;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class BlockEncodersTest {
    @ParameterizedTest
    @CsvSource({
        "Q4_0, 003480c4f73b6ea2d5194c8fb3f72a6e91d5",
        "Q8_0, 082481b9f0285f99d0084077b1e8205791c800386fa9e0184f89c0f83067a1d81047",
        "MXFP4, 7e0e3c59d2a51d4be0c4063c59d2a51d4b"
    })
    void writesTheBytesThatAreKnown(BlockFormat format, String bytes) {
        float[] numbers = new float[32];
        for (int i = 0; i < 32; i++) {
            numbers[i] = (7 * i % 32 - 16) / 8f;
        }
        assertThat(HexFormat.of().formatHex(encode(format, numbers))).isEqualTo(bytes);
    }

    /// Numbers of a normal distribution, some of them ten times as large, at several magnitudes.
    @ParameterizedTest
    @CsvSource({
        "F32, 0",
        "F16, 0.0003",
        "BF16, 0.0018",
        "Q8_0, 0.0095",
        "Q6_K, 0.031",
        "Q4_K, 0.1",
        "Q4_0, 0.15",
        "MXFP4, 0.16",
        "MX9, 0.006",
        "MX6, 0.05"
    })
    void losesNoMoreThanTheFormatDoes(BlockFormat format, double bound) {
        Random random = new Random(1);
        for (float magnitude : new float[] {1e-3f, 0.02f, 1, 300}) {
            float[] numbers = new float[256 * 40];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = magnitude * (float) random.nextGaussian() * (random.nextInt(200) == 0 ? 10 : 1);
            }
            assertThat(relativeError(format, numbers)).isLessThanOrEqualTo(bound);
        }
    }

    @ParameterizedTest
    @EnumSource
    void zerosStayZerosAndOneNumberAloneStaysNearItself(BlockFormat format) {
        if (!format.encodes()) {
            return;
        }
        float[] numbers = new float[256];
        assertThat(decoded(format, numbers)).containsOnly(0f);
        for (float alone : new float[] {3, -3, 0.01f, -0.01f}) {
            numbers[70] = alone;
            float[] back = decoded(format, numbers);
            assertThat(back[70] / alone).isBetween(0.75f, 1.25f);
            back[70] = 0;
            for (float other : back) {
                assertThat(other / alone).isBetween(-0.01f, 0.01f);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"MX9, 7ffa40e0261a7f01c020600d0000f8047fa6", "MX6, 7ffa4290c8350f482c000f5f"})
    void pairsOfMicroexponentsHaveTheBytesThatAreKnown(BlockFormat format, String bytes) {
        float[] numbers = {
            1, -0.5f, 0.3f, 0.2f, 1.99f, 0.01f, -0.4999f, 0.25f, 0.75f, 0.1f, 0, 0, -0.06f, 0.031f, 0.996f, -0.7f
        };
        assertThat(HexFormat.of().formatHex(encode(format, numbers))).isEqualTo(bytes);
    }

    /// The same format is packed for tables and rows that travel.
    @ParameterizedTest
    @EnumSource(names = {"MX9", "MX6"})
    void microexponentsAreTheBitsOfTheFormatOfThatName(BlockFormat format) {
        BlockCodec codec = BlockCodec.scalar(NumberFormats.named(format.name()).orElseThrow());
        Random random = new Random(7);
        float[] numbers = new float[16];
        for (int block = 0; block < 20_000; block++) {
            int middle = random.nextInt(-120, 120);
            for (int i = 0; i < 16; i++) {
                float size = Math.scalb(1 + random.nextFloat(), Math.clamp(middle + random.nextInt(-9, 9), -140, 126));
                numbers[i] = random.nextInt(9) == 0 ? 0 : random.nextBoolean() ? size : -size;
            }
            byte[] expected = new byte[format.bytes()];
            codec.encode(MemorySegment.ofArray(numbers), 0, 16, MemorySegment.ofArray(expected), 0);
            assertThat(encode(format, numbers)).isEqualTo(expected);
            random.nextBytes(expected);
            float[] back = new float[16];
            codec.decode(MemorySegment.ofArray(expected), 0, 16, MemorySegment.ofArray(back), 0);
            assertThat(format.decode(MemorySegment.ofArray(expected), 0, 1)).isEqualTo(back);
        }
    }

    @Test
    void theSearchFindsAffineNumbersExactly() {
        float[] numbers = new float[256];
        for (int i = 0; i < 256; i++) {
            // Each part of 32 holds all of 0 to 15, at a scale and a minimum of its own.
            int part = i / 32;
            numbers[i] = (63 - part) * (i * 7 % 16) / 16f - (63 - 2 * part) / 8f;
        }
        assertThat(decoded(BlockFormat.Q4_K, numbers)).isEqualTo(numbers);
        for (int i = 0; i < 256; i++) {
            numbers[i] = (i / 16 - 128) * (i * 5 % 16 * 4 - 32) / 64f;
        }
        assertThat(decoded(BlockFormat.Q6_K, numbers)).isEqualTo(numbers);
    }

    @Test
    void aMicroscaledBlockJustBelowAPowerOfTwoTakesTheBinadeItIsIn() {
        float[] numbers = new float[32];
        numbers[0] = Math.nextDown(8f);
        assertThat(encode(BlockFormat.MXFP4, numbers)[0]).isEqualTo((byte) 127);
        numbers[0] = 8;
        assertThat(encode(BlockFormat.MXFP4, numbers)[0]).isEqualTo((byte) 128);
    }

    @Test
    void formatsThatAreOnlyReadSaySo() {
        assertThatThrownBy(() -> encode(BlockFormat.Q2_K, new float[256]))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("Q2_K blocks are read and not written");
    }

    @ParameterizedTest
    @EnumSource
    void neverReadsOrWritesOutsideTheSegments(BlockFormat format) {
        MemorySegment room = MemorySegment.ofArray(new byte[format.bytes()]);
        MemorySegment one = MemorySegment.ofArray(new float[format.width()]);
        assertThatThrownBy(() -> format.encode(one, 0, room, 0, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> format.encode(one, 1, room, 0, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> format.encode(one, 0, room, 1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> format.encode(one, 0, room, 0, -1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    private static double relativeError(BlockFormat format, float[] numbers) {
        float[] back = decoded(format, numbers);
        double error = 0;
        double size = 0;
        for (int i = 0; i < numbers.length; i++) {
            error += Math.pow(back[i] - numbers[i], 2);
            size += Math.pow(numbers[i], 2);
        }
        return Math.sqrt(error / size);
    }

    /// Zeros without their sign, which depends on that of the scale.
    private static float[] decoded(BlockFormat format, float[] numbers) {
        byte[] stored = encode(format, numbers);
        float[] back = format.decode(MemorySegment.ofArray(stored), 0, numbers.length / format.width());
        for (int i = 0; i < back.length; i++) {
            back[i] += 0f;
        }
        return back;
    }

    private static byte[] encode(BlockFormat format, float[] numbers) {
        int blocks = numbers.length / format.width();
        byte[] stored = new byte[blocks * format.bytes()];
        format.encode(MemorySegment.ofArray(numbers), 0, MemorySegment.ofArray(stored), 0, blocks);
        return stored;
    }
}
