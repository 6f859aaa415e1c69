package dev.herd.numerics.block;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// How a row of weights is stored: in blocks of [#width] numbers, each [#bytes] long, one after the other,
/// little-endian. Each constant names the decoder that defines what its bytes mean, and the encoder where
/// there is one.
///
/// **Errors**: decoding is exact to the layouts; where a format multiplies and adds, each operation is
/// rounded to fp32 in the order its decoder shows. What encoding loses is told at each encoder.
///
/// **Paper**: the block layouts of GGUF files (ggml); MXFP4 is that of OCP Microscaling v1.0, MX9
/// and MX6 those of Rouhani et al. (2302.08007).
public enum BlockFormat {
    F32(1, 4, PlainBlocks::f32, PlainBlocks::toF32),
    F16(1, 2, PlainBlocks::f16, PlainBlocks::toF16),
    BF16(1, 2, PlainBlocks::bf16, PlainBlocks::toBf16),
    Q4_0(32, 18, QBlocks::q4With0, QBlocks::toQ4With0),
    Q4_1(32, 20, QBlocks::q4With1),
    Q5_0(32, 22, QBlocks::q5With0),
    Q5_1(32, 24, QBlocks::q5With1),
    Q8_0(32, 34, QBlocks::q8With0, QBlocks::toQ8With0),
    Q8_1(32, 36, QBlocks::q8With1),
    Q2_K(256, 84, KBlocks::q2),
    Q3_K(256, 110, KBlocks::q3),
    Q4_K(256, 144, KBlocks::q4, KEncoders::toQ4),
    Q5_K(256, 176, KBlocks::q5),
    Q6_K(256, 210, KBlocks::q6, KEncoders::toQ6),
    Q8_K(256, 292, KBlocks::q8),
    MXFP4(32, 17, MxBlocks::mxfp4, MxBlocks::toMxfp4),
    MX9(MicroBlocks.WIDTH, 18, MicroBlocks::mx9, MicroBlocks::toMx9),
    MX6(MicroBlocks.WIDTH, 12, MicroBlocks::mx6, MicroBlocks::toMx6);

    /// Adding it leaves no bits below 1, and keeps those above for either sign.
    private static final float MIDDLE = 0x1.8p23f;

    private final int width;
    private final int bytes;
    private final Decoder decoder;
    private final @Nullable Encoder encoder;

    BlockFormat(int width, int bytes, Decoder decoder) {
        this(width, bytes, decoder, null);
    }

    BlockFormat(int width, int bytes, Decoder decoder, @Nullable Encoder encoder) {
        this.width = width;
        this.bytes = bytes;
        this.decoder = decoder;
        this.encoder = encoder;
    }

    /// Numbers in one block.
    public int width() {
        return width;
    }

    /// Bytes of one block.
    public int bytes() {
        return bytes;
    }

    /// Bytes that one number takes, its share of the scales included.
    public double bytesPerNumber() {
        return (double) bytes / width;
    }

    /// Bytes of a row of `numbers` numbers.
    ///
    /// **Throws** `IllegalArgumentException` when the row is not made of whole blocks,
    /// `ArithmeticException` when the bytes exceed a long.
    public long rowBytes(long numbers) {
        if (numbers < 0 || numbers % width != 0) {
            throw new IllegalArgumentException(
                    "a row of " + numbers + " numbers is not made of whole " + name() + " blocks of " + width);
        }
        return Math.multiplyExact(numbers / width, bytes);
    }

    /// Writes the numbers of `blocks` blocks to fp32. This is the definition; kernels that are faster
    /// agree with it.
    ///
    /// @param fromByte where the first block starts in `from`
    /// @param toAt the number in `to`, which holds fp32, that is written first
    public void decode(MemorySegment from, long fromByte, MemorySegment to, long toAt, long blocks) {
        Objects.checkFromIndexSize(fromByte, Math.multiplyExact(blocks, bytes), from.byteSize());
        Objects.checkFromIndexSize(toAt, Math.multiplyExact(blocks, width), to.byteSize() / Float.BYTES);
        for (long block = 0; block < blocks; block++) {
            decoder.decode(from, fromByte + block * bytes, to, (toAt + block * width) * Float.BYTES);
        }
    }

    /// The same into a new array, for short rows and tests.
    public float[] decode(MemorySegment from, long fromByte, int blocks) {
        float[] numbers = new float[Math.multiplyExact(blocks, width)];
        decode(from, fromByte, MemorySegment.ofArray(numbers), 0, blocks);
        return numbers;
    }

    /// Whether [#encode] writes this format.
    public boolean encodes() {
        return encoder != null;
    }

    /// Writes `blocks` blocks that stand for fp32 numbers, which must be finite. A block is a function of
    /// its own numbers alone.
    ///
    /// @param fromAt the number in `from`, which holds fp32, that is read first
    /// @param toByte where the first block starts in `to`
    ///
    /// **Throws** `UnsupportedOperationException` for a format that is only read.
    public void encode(MemorySegment from, long fromAt, MemorySegment to, long toByte, long blocks) {
        Objects.checkFromIndexSize(fromAt, Math.multiplyExact(blocks, width), from.byteSize() / Float.BYTES);
        Objects.checkFromIndexSize(toByte, Math.multiplyExact(blocks, bytes), to.byteSize());
        if (encoder == null) {
            throw new UnsupportedOperationException(name() + " blocks are read and not written");
        }
        float[] numbers = new float[width];
        for (long block = 0; block < blocks; block++) {
            long at = (fromAt + block * width) * Float.BYTES;
            MemorySegment.copy(from, ValueLayout.JAVA_FLOAT_UNALIGNED, at, numbers, 0, width);
            encoder.encode(numbers, to, toByte + block * bytes);
        }
    }

    /// Decodes one block; both places count bytes and are in range.
    @FunctionalInterface
    interface Decoder {
        void decode(MemorySegment from, long at, MemorySegment to, long toAt);
    }

    /// Encodes one block of [#width] finite numbers, at a byte in range.
    @FunctionalInterface
    interface Encoder {
        void encode(float[] numbers, MemorySegment to, long at);
    }

    /// Byte `at`, unsigned.
    static int unsigned(MemorySegment from, long at) {
        return from.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
    }

    /// Byte `at`, signed.
    static int signed(MemorySegment from, long at) {
        return from.get(ValueLayout.JAVA_BYTE, at);
    }

    /// The fp16 at byte `at`, widened.
    static float half(MemorySegment from, long at) {
        return Float.float16ToFloat(from.get(LittleEndian.SHORT, at));
    }

    /// Writes fp32 number `index` after byte `toAt`.
    static void put(MemorySegment to, long toAt, int index, float value) {
        to.set(ValueLayout.JAVA_FLOAT_UNALIGNED, toAt + (long) index * Float.BYTES, value);
    }

    /// Writes the low eight bits of `value` to byte `at`.
    static void putByte(MemorySegment to, long at, int value) {
        to.set(ValueLayout.JAVA_BYTE, at, (byte) value);
    }

    /// Writes the nearest fp16 to byte `at` and returns what it stands for.
    static float putHalf(MemorySegment to, long at, float value) {
        short half = Float.floatToFloat16(value);
        to.set(LittleEndian.SHORT, at, half);
        return Float.float16ToFloat(half);
    }

    /// The whole number nearest to a float below 2^22 in size, ties to even.
    static float nearest(float value) {
        return value + MIDDLE - MIDDLE;
    }

    static float between(float value, float least, float most) {
        return Math.min(most, Math.max(least, value));
    }

    /// The number of largest size; the first of several.
    static float largest(float[] numbers, int from, int to) {
        float largest = 0;
        for (int i = from; i < to; i++) {
            largest = Math.abs(numbers[i]) > Math.abs(largest) ? numbers[i] : largest;
        }
        return largest;
    }
}
