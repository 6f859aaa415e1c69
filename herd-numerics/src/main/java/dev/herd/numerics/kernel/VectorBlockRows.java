package dev.herd.numerics.kernel;

import static dev.herd.numerics.kernel.VectorSums.FLOATS;
import static dev.herd.numerics.kernel.VectorSums.INTS;
import static dev.herd.numerics.kernel.VectorSums.LANES;
import static dev.herd.numerics.kernel.VectorSums.ORDER;
import static dev.herd.numerics.kernel.VectorSums.SHORTS;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import dev.herd.numerics.block.BlockFormat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// [ScalarBlockRows] with the Vector API, the same bits, for the formats that models are published in. The
/// others, and vectors of fewer than eight lanes, are left to the definition.
///
/// Each loop converts few vectors: the compiler stops inlining in a method of too many, and boxes every
/// vector then.
final class VectorBlockRows implements BlockRows.Kernel {
    private static final boolean WIDE = LANES >= 8;
    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE);

    /// As many bytes as a vector has floats.
    private static final VectorSpecies<Byte> BYTES =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, FLOATS.vectorBitSize() / 4)));

    /// The bits of what the codes of E2M1 mean, the sign apart, as often as they fit.
    private static final IntVector E2M1 = IntVector.fromArray(INTS, magnitudes(), 0);

    private static int[] magnitudes() {
        float[] values = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6};
        int[] bits = new int[LANES];
        for (int i = 0; i < LANES; i++) {
            bits[i] = Float.floatToRawIntBits(values[i % values.length]);
        }
        return bits;
    }

    private final ScalarBlockRows scalar = new ScalarBlockRows();

    @Override
    public void decode(
            BlockFormat format, MemorySegment from, long fromByte, MemorySegment to, long toAt, long blocks) {
        long out = toAt * Float.BYTES;
        switch (WIDE ? format : BlockFormat.Q8_K) {
            case F16 -> f16(from, fromByte, to, out, blocks);
            case BF16 -> bf16(from, fromByte, to, out, blocks);
            case Q4_0 -> q4With0(from, fromByte, to, out, blocks);
            case Q4_1 -> q4With1(from, fromByte, to, out, blocks);
            case Q8_0 -> q8With0(from, fromByte, to, out, blocks);
            case Q4_K -> q4(from, fromByte, to, out, blocks);
            case Q5_K -> q5(from, fromByte, to, out, blocks);
            case Q6_K -> q6(from, fromByte, to, out, blocks);
            case MXFP4 -> mxfp4(from, fromByte, to, out, blocks);
            case MX9 -> VectorMicroBlocks.mx9(from, fromByte, to, out, blocks);
            case MX6 -> VectorMicroBlocks.mx6(from, fromByte, to, out, blocks);
            case F32, Q5_0, Q5_1, Q8_1, Q2_K, Q3_K, Q8_K -> scalar.decode(format, from, fromByte, to, toAt, blocks);
        }
    }

    private void f16(MemorySegment from, long at, MemorySegment to, long out, long numbers) {
        long vectors = numbers - numbers % LANES;
        for (long i = 0; i < vectors; i += LANES) {
            VectorSums.widenFp16(halves(from, at + 2 * i)).intoMemorySegment(to, out + 4 * i, ORDER);
        }
        scalar.decode(BlockFormat.F16, from, at + 2 * vectors, to, out / 4 + vectors, numbers - vectors);
    }

    private void bf16(MemorySegment from, long at, MemorySegment to, long out, long numbers) {
        long vectors = numbers - numbers % LANES;
        for (long i = 0; i < vectors; i += LANES) {
            VectorSums.widenBf16(halves(from, at + 2 * i)).intoMemorySegment(to, out + 4 * i, ORDER);
        }
        scalar.decode(BlockFormat.BF16, from, at + 2 * vectors, to, out / 4 + vectors, numbers - vectors);
    }

    private static void q4With0(MemorySegment from, long first, MemorySegment to, long firstOut, long blocks) {
        long at = first;
        long out = firstOut;
        for (long block = 0; block < blocks; block++) {
            FloatVector d = FloatVector.broadcast(FLOATS, half(from, at));
            for (int i = 0; i < 16; i += LANES) {
                IntVector pair = unsigned(from, at + 2 + i);
                floats(pair.and(15).sub(8)).mul(d).intoMemorySegment(to, out + 4L * i, ORDER);
                floats(pair.lanewise(LSHR, 4).sub(8)).mul(d).intoMemorySegment(to, out + 64 + 4L * i, ORDER);
            }
            at += 18;
            out += 128;
        }
    }

    /// A number times `d` is exact, so that one fused operation rounds as the definition does.
    private static void q4With1(MemorySegment from, long first, MemorySegment to, long firstOut, long blocks) {
        long at = first;
        long out = firstOut;
        for (long block = 0; block < blocks; block++) {
            FloatVector d = FloatVector.broadcast(FLOATS, half(from, at));
            FloatVector m = FloatVector.broadcast(FLOATS, half(from, at + 2));
            for (int i = 0; i < 16; i += LANES) {
                IntVector pair = unsigned(from, at + 4 + i);
                floats(pair.and(15)).fma(d, m).intoMemorySegment(to, out + 4L * i, ORDER);
                floats(pair.lanewise(LSHR, 4)).fma(d, m).intoMemorySegment(to, out + 64 + 4L * i, ORDER);
            }
            at += 20;
            out += 128;
        }
    }

    private static void q8With0(MemorySegment from, long first, MemorySegment to, long firstOut, long blocks) {
        long at = first;
        long out = firstOut;
        for (long block = 0; block < blocks; block++) {
            FloatVector d = FloatVector.broadcast(FLOATS, half(from, at));
            for (int i = 0; i < 32; i += LANES) {
                signed(from, at + 2 + i).mul(d).intoMemorySegment(to, out + 4L * i, ORDER);
            }
            at += 34;
            out += 128;
        }
    }

    private static void q4(MemorySegment from, long first, MemorySegment to, long firstOut, long blocks) {
        long at = first;
        long out = firstOut;
        for (long block = 0; block < blocks; block++) {
            float d = half(from, at);
            float dmin = half(from, at + 2);
            long scales = scalesOf8(from, at + 4);
            long minima = minimaOf8(from, at + 4);
            for (int part = 0; part < 8; part += 2) {
                FloatVector low = FloatVector.broadcast(FLOATS, d * byteOf(scales, part));
                FloatVector lowest = FloatVector.broadcast(FLOATS, -(dmin * byteOf(minima, part)));
                FloatVector high = FloatVector.broadcast(FLOATS, d * byteOf(scales, part + 1));
                FloatVector highest = FloatVector.broadcast(FLOATS, -(dmin * byteOf(minima, part + 1)));
                long to1 = out + part * 128L;
                for (int i = 0; i < 32; i += LANES) {
                    IntVector pair = unsigned(from, at + 16 + part * 16L + i);
                    floats(pair.and(15)).fma(low, lowest).intoMemorySegment(to, to1 + 4L * i, ORDER);
                    floats(pair.lanewise(LSHR, 4)).fma(high, highest).intoMemorySegment(to, to1 + 128 + 4L * i, ORDER);
                }
            }
            at += 144;
            out += 1024;
        }
    }

    private static void q5(MemorySegment from, long first, MemorySegment to, long firstOut, long blocks) {
        long at = first;
        long out = firstOut;
        for (long block = 0; block < blocks; block++) {
            float d = half(from, at);
            float dmin = half(from, at + 2);
            long scales = scalesOf8(from, at + 4);
            long minima = minimaOf8(from, at + 4);
            for (int part = 0; part < 8; part += 2) {
                FloatVector low = FloatVector.broadcast(FLOATS, d * byteOf(scales, part));
                FloatVector lowest = FloatVector.broadcast(FLOATS, -(dmin * byteOf(minima, part)));
                FloatVector high = FloatVector.broadcast(FLOATS, d * byteOf(scales, part + 1));
                FloatVector highest = FloatVector.broadcast(FLOATS, -(dmin * byteOf(minima, part + 1)));
                long to1 = out + part * 128L;
                for (int i = 0; i < 32; i += LANES) {
                    IntVector pair = unsigned(from, at + 48 + part * 16L + i);
                    IntVector fifths = unsigned(from, at + 16 + i).lanewise(LSHR, part);
                    IntVector one = pair.and(15).or(fifths.and(1).lanewise(LSHL, 4));
                    IntVector other = pair.lanewise(LSHR, 4).or(fifths.and(2).lanewise(LSHL, 3));
                    floats(one).fma(low, lowest).intoMemorySegment(to, to1 + 4L * i, ORDER);
                    floats(other).fma(high, highest).intoMemorySegment(to, to1 + 128 + 4L * i, ORDER);
                }
            }
            at += 176;
            out += 1024;
        }
    }

    private static void q6(MemorySegment from, long first, MemorySegment to, long firstOut, long blocks) {
        long at = first;
        long out = firstOut;
        for (long block = 0; block < blocks; block++) {
            float d = half(from, at + 208);
            for (int run = 0; run < 8; run++) {
                long low = at + run / 4 * 64L + run % 2 * 32L;
                long high = at + 128 + run / 4 * 32L;
                for (int i = 0; i < 32; i += LANES) {
                    float scale = d * from.get(ValueLayout.JAVA_BYTE, at + 192 + run * 2L + i / 16);
                    IntVector lower = unsigned(from, low + i).lanewise(LSHR, run % 4 / 2 * 4);
                    IntVector upper = unsigned(from, high + i).lanewise(LSHR, run % 4 * 2);
                    FloatVector q = floats(
                            lower.and(15).or(upper.and(3).lanewise(LSHL, 4)).sub(32));
                    q.mul(FloatVector.broadcast(FLOATS, scale)).intoMemorySegment(to, out + run * 128L + 4L * i, ORDER);
                }
            }
            at += 210;
            out += 1024;
        }
    }

    private static void mxfp4(MemorySegment from, long first, MemorySegment to, long firstOut, long blocks) {
        long at = first;
        long out = firstOut;
        for (long block = 0; block < blocks; block++) {
            FloatVector scale = FloatVector.broadcast(FLOATS, e8m0(from.get(ValueLayout.JAVA_BYTE, at) & 0xFF));
            for (int i = 0; i < 16; i += LANES) {
                IntVector pair = unsigned(from, at + 1 + i);
                e2m1(pair).mul(scale).intoMemorySegment(to, out + 4L * i, ORDER);
                e2m1(pair.lanewise(LSHR, 4)).mul(scale).intoMemorySegment(to, out + 64 + 4L * i, ORDER);
            }
            at += 17;
            out += 128;
        }
    }

    /// `2^(code - 127)`; 255 is NaN.
    static float e8m0(int code) {
        float power = Float.intBitsToFloat(code == 0 ? 0x00400000 : code << 23);
        return code == 255 ? Float.NaN : power;
    }

    /// What the low four bits mean.
    static FloatVector e2m1(IntVector code) {
        IntVector magnitude = code.and(7).selectFrom(E2M1);
        return magnitude.or(code.and(8).lanewise(LSHL, 28)).reinterpretAsFloats();
    }

    /// Eight numbers of six bits in as many bytes of a long; the layout is that of `KBlocks`.
    static long scalesOf8(MemorySegment from, long at) {
        int whole = from.get(INT, at);
        int rest = from.get(INT, at + 8) & 0x0F0F0F0F | (whole >>> 6 & 0x03030303) << 4;
        return whole & 0x3F3F3F3F | (long) rest << 32;
    }

    static long minimaOf8(MemorySegment from, long at) {
        int whole = from.get(INT, at + 4);
        int rest = from.get(INT, at + 8) >>> 4 & 0x0F0F0F0F | (whole >>> 6 & 0x03030303) << 4;
        return whole & 0x3F3F3F3F | (long) rest << 32;
    }

    static int byteOf(long bytes, int index) {
        return (int) (bytes >>> 8 * index) & 0xFF;
    }

    static float half(MemorySegment from, long at) {
        return Float.float16ToFloat(from.get(SHORT, at));
    }

    static ShortVector halves(MemorySegment from, long at) {
        return ShortVector.fromMemorySegment(SHORTS, from, at, LITTLE);
    }

    static IntVector unsigned(MemorySegment from, long at) {
        Vector<Integer> wide = ByteVector.fromMemorySegment(BYTES, from, at, LITTLE)
                .convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
        return (IntVector) wide;
    }

    static FloatVector signed(MemorySegment from, long at) {
        return (FloatVector)
                ByteVector.fromMemorySegment(BYTES, from, at, LITTLE).convertShape(VectorOperators.B2F, FLOATS, 0);
    }

    static FloatVector floats(IntVector ints) {
        return (FloatVector) ints.convertShape(VectorOperators.I2F, FLOATS, 0);
    }
}
