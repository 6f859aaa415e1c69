package dev.herd.numerics.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class BlockFormatTest {
    @Test
    void fourBitNumbersAreSplitIntoHalvesOfTheBlock() {
        check(BlockFormat.Q4_0, bytes(18).half(0.5f).pattern(16, 37, 11), -15.5, 181.25, 1.5f, -4f, -1.5f, 1f, -2.5f);
    }

    @Test
    void eightBitNumbersAreTimesTheirScale() {
        check(BlockFormat.Q8_0, bytes(34).half(0.5f).pattern(32, 37, 11), 8, 45788, 5.5f, 24f, 42.5f, 61f, -61f);
    }

    @Test
    void microscaledNumbersAreTimesAPowerOfTwo() {
        check(BlockFormat.MXFP4, bytes(17).raw(127).pattern(16, 37, 11), 9.5, 275.25, -1.5f, 0f, 3f, -1f, 1.5f);
    }

    @Test
    void blocksOf256HaveScalesAndMinimaOfSixBits() {
        var block = bytes(144).half(1).half(0.5f).pattern(12, 37, 11).pattern(128, 29, 5);
        check(BlockFormat.Q4_K, block, 41960, 16902424, 39.5f, 6.5f, 149.5f, 116.5f, 103f);
    }

    @Test
    void sixBitNumbersLieInTwoPlaces() {
        var block = bytes(210)
                .pattern(128, 37, 11)
                .pattern(64, 29, 5)
                .pattern(16, 53, 7)
                .half(0.5f);
        check(BlockFormat.Q6_K, block, -646, 110348729, -17.5f, 0f, 73.5f, -77f, -442f);
    }

    @Test
    void offsetsAreAddedAfterTheScale() {
        var four = bytes(20).half(0.5f).half(-2).pattern(16, 1, 0xF0);
        assertThat(four.decode(BlockFormat.Q4_1)).startsWith(-2f, -1.5f, -1f).endsWith(5.5f, 5.5f);
        var five = bytes(24).half(0.5f).half(-2).raw(1, 0, 0, 0x80).pattern(16, 1, 0xF0);
        assertThat(five.decode(BlockFormat.Q5_1)).startsWith(6f, -1.5f, -1f).endsWith(5.5f, 13.5f);
        var centered = bytes(22).half(2).raw(1, 0, 0, 0x80).pattern(16, 0, 0xF0);
        assertThat(centered.decode(BlockFormat.Q5_0)).startsWith(0f, -32f).endsWith(-2f, 30f);
    }

    @Test
    void activationFormatsCarrySumsBesideTheirNumbers() {
        assertThat(bytes(36).half(0.25f).half(99).pattern(32, 1, 0xFE).decode(BlockFormat.Q8_1))
                .startsWith(-0.5f, -0.25f, 0f, 0.25f);
        var wide = bytes(292).raw(0, 0, 0, 0x3F).pattern(256, 1, 0x80).pattern(32, 7, 7);
        assertThat(wide.decode(BlockFormat.Q8_K)).startsWith(-64f, -63.5f).endsWith(63f, 63.5f);
    }

    @Test
    void twoAndThreeBitNumbersTakeTurnsInTheBitsOf32Bytes() {
        // Each byte 0b11_10_01_00: numbers 0, 1, 2, 3 for the four runs of 32; scale 2, minimum 3.
        var two = bytes(84).repeat(16, 0x32).repeat(64, 0xE4).half(1).half(0.5f);
        float[] decoded = two.decode(BlockFormat.Q2_K);
        for (int i = 0; i < 256; i++) {
            assertThat(decoded[i]).as("number " + i).isEqualTo(2f * (i % 128 / 32) - 1.5f);
        }
        // No third bits, all scales 33 (low half 1, upper bits 2): (33 - 32) * (q - 4).
        var three = bytes(110)
                .repeat(32, 0)
                .repeat(64, 0xE4)
                .repeat(8, 0x11)
                .repeat(4, 0xAA)
                .half(1);
        decoded = three.decode(BlockFormat.Q3_K);
        for (int i = 0; i < 256; i++) {
            assertThat(decoded[i]).as("number " + i).isEqualTo(i % 128 / 32 - 4f);
        }
    }

    @Test
    void scale255OfMicroscalingIsNotANumber() {
        for (float number : bytes(17).raw(255).pattern(16, 37, 11).decode(BlockFormat.MXFP4)) {
            assertThat(number).isNaN();
        }
        assertThat(bytes(17).raw(0).pattern(16, 0, 0x22).decode(BlockFormat.MXFP4)[0])
                .isEqualTo((float) 0x1p-127);
    }

    /// Files of another engine's quantizer and what it decodes them to, bit for bit.
    @ParameterizedTest
    @CsvSource({
        "f16, F16",
        "bf16, BF16",
        "q4_0, Q4_0",
        "q4_1, Q4_1",
        "q5_0, Q5_0",
        "q5_1, Q5_1",
        "q8_0, Q8_0",
        "q2_K, Q2_K",
        "q3_K, Q3_K",
        "q4_K, Q4_K",
        "q5_K, Q5_K",
        "q6_K, Q6_K",
        "mxfp4, MXFP4",
        "mxfp4-all-scales, MXFP4"
    })
    void decodesWhatAnotherEngineDecodesToTheSameBits(String name, BlockFormat format) throws IOException {
        byte[] stored = Files.readAllBytes(shared("llama-golden/dequant/" + name + ".bin"));
        ByteBuffer expected = ByteBuffer.wrap(Files.readAllBytes(shared("llama-golden/dequant/" + name + ".f32")))
                .order(ByteOrder.LITTLE_ENDIAN);
        float[] decoded = format.decode(MemorySegment.ofArray(stored), 0, stored.length / format.bytes());
        assertThat(decoded).hasSize(expected.remaining() / 4);
        for (int i = 0; i < decoded.length; i++) {
            if (format == BlockFormat.MXFP4 && (stored[i / 32 * 17] & 0xFF) == 255) {
                assertThat(decoded[i])
                        .as("the other engine computes with 2^128")
                        .isNaN();
            } else {
                // The other engine has no negative zero in this format.
                float number = format == BlockFormat.MXFP4 ? decoded[i] + 0f : decoded[i];
                assertThat(Float.floatToIntBits(number)).as("number " + i).isEqualTo(expected.getInt(4 * i));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void neverReadsOrWritesOutsideTheSegments(BlockFormat format) {
        MemorySegment one = MemorySegment.ofArray(new byte[format.bytes()]);
        MemorySegment room = MemorySegment.ofArray(new float[format.width()]);
        assertThatThrownBy(() -> format.decode(one, 0, room, 0, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> format.decode(one, 1, room, 0, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> format.decode(one, 0, room, 1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> format.decode(one, 0, room, 0, -1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void rowsAreMadeOfWholeBlocks() {
        assertThat(BlockFormat.Q4_K.rowBytes(512)).isEqualTo(288);
        assertThatThrownBy(() -> BlockFormat.Q4_K.rowBytes(300))
                .hasMessage("a row of 300 numbers is not made of whole Q4_K blocks of 256");
    }

    /// @param some the first four numbers and the last
    private static void check(BlockFormat format, Bytes block, double sum, double squares, float... some) {
        float[] decoded = block.decode(format);
        assertThat(decoded).startsWith(some[0], some[1], some[2], some[3]).endsWith(some[4]);
        double foundSum = 0;
        double foundSquares = 0;
        for (float one : decoded) {
            foundSum += one;
            foundSquares += (double) one * one;
        }
        assertThat(foundSum).isEqualTo(sum);
        assertThat(foundSquares).isEqualTo(squares);
    }

    private static Path shared(String name) {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path found = at.resolve("shared/data").resolve(name);
            if (Files.exists(found)) {
                return found;
            }
        }
        assumeTrue(false, "skipped: no shared/data/" + name + " beside the checkout");
        throw new AssertionError();
    }

    private static Bytes bytes(int size) {
        return new Bytes(ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN));
    }

    /// A block written part by part.
    private record Bytes(ByteBuffer buffer) {
        Bytes half(float value) {
            buffer.putShort(Float.floatToFloat16(value));
            return this;
        }

        Bytes raw(int... values) {
            for (int value : values) {
                buffer.put((byte) value);
            }
            return this;
        }

        Bytes repeat(int n, int value) {
            return pattern(n, 0, value);
        }

        Bytes pattern(int n, int factor, int start) {
            for (int i = 0; i < n; i++) {
                buffer.put((byte) (factor * i + start));
            }
            return this;
        }

        float[] decode(BlockFormat format) {
            assertThat(buffer.remaining()).as("bytes of the block not written").isZero();
            return format.decode(MemorySegment.ofArray(buffer.array()), 0, 1);
        }
    }
}
