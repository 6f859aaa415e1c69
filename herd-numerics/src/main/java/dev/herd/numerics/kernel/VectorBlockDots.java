package dev.herd.numerics.kernel;

import static dev.herd.numerics.kernel.VectorBlockRows.floats;
import static dev.herd.numerics.kernel.VectorBlockRows.half;
import static dev.herd.numerics.kernel.VectorBlockRows.halves;
import static dev.herd.numerics.kernel.VectorBlockRows.signed;
import static dev.herd.numerics.kernel.VectorBlockRows.unsigned;
import static dev.herd.numerics.kernel.VectorSums.FLOATS;
import static dev.herd.numerics.kernel.VectorSums.LANES;
import static dev.herd.numerics.kernel.VectorSums.ORDER;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import dev.herd.numerics.block.BlockFormat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/// [ScalarBlockDots] with the Vector API, the same bits: weights go from their blocks to products in
/// registers for the formats that models are published in. The others, a last odd
/// row, and vectors of other than sixteen lanes are left to the definition.
///
/// Four bits are looked up in a vector of the sixteen numbers that they can mean in this block. It holds
/// what decoding rounds to, so nothing is computed twice.
final class VectorBlockDots implements BlockDots.Kernel {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final VectorMask<Float> UPPER = VectorMask.fromLong(FLOATS, 0xFF00);
    private static final FloatVector CODES = FloatVector.fromArray(FLOATS, codes(), 0);
    private static final FloatVector CODES_LESS_8 = CODES.sub(8);
    private static final FloatVector E2M1 = FloatVector.fromArray(FLOATS, e2m1(), 0);

    private final ScalarBlockDots scalar = new ScalarBlockDots();

    private static float[] codes() {
        float[] codes = new float[LANES];
        for (int i = 0; i < LANES; i++) {
            codes[i] = i;
        }
        return codes;
    }

    private static float[] e2m1() {
        float[] values = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6, -0f, -0.5f, -1, -1.5f, -2, -3, -4, -6};
        float[] numbers = new float[LANES];
        System.arraycopy(values, 0, numbers, 0, Math.min(LANES, values.length));
        return numbers;
    }

    @Override
    public void multiply(
            BlockFormat format,
            MemorySegment w,
            long wByte,
            int rows,
            MemorySegment x,
            long xAt,
            int inner,
            MemorySegment out,
            long outAt,
            MemorySegment scratch) {
        long row = format.rowBytes(inner);
        int done = 0;
        if (LANES == 16 && inner % LANES == 0) {
            done = switch (format) {
                case Q4_0, MXFP4, Q8_0, F16, BF16 ->
                    inPairs(format, w, wByte, row, rows / 2, x, xAt * 4, inner, out, outAt);
                case Q4_K, Q6_K -> oneByOne(format, w, wByte, row, rows, x, xAt * 4, inner, out, outAt, scratch);
                case F32, Q4_1, Q5_0, Q5_1, Q8_1, Q2_K, Q3_K, Q5_K, Q8_K, MX9, MX6 -> 0;
            };
        }
        scalar.multiply(format, w, wByte + done * row, rows - done, x, xAt, inner, out, outAt + done, scratch);
    }

    /// Each row of the first half beside its like of the second: the memory sees two long runs.
    private static int inPairs(
            BlockFormat format,
            MemorySegment w,
            long first,
            long row,
            int half,
            MemorySegment x,
            long xAt,
            int inner,
            MemorySegment out,
            long outAt) {
        long apart = half * row;
        for (int r = 0; r < half; r++) {
            long at = first + r * row;
            long to = (outAt + r) * 4;
            switch (format) {
                case Q4_0 -> q4With0(w, at, apart, x, xAt, inner / 32, out, to, half * 4L);
                case MXFP4 -> mxfp4(w, at, apart, x, xAt, inner / 32, out, to, half * 4L);
                case Q8_0 -> q8With0(w, at, apart, x, xAt, inner / 32, out, to, half * 4L);
                case F16 -> f16(w, at, apart, x, xAt, inner, out, to, half * 4L);
                default -> bf16(w, at, apart, x, xAt, inner, out, to, half * 4L);
            }
        }
        return 2 * half;
    }

    /// Row by row; the scales of a row are decoded first, so that the loop over its numbers reads them.
    private static int oneByOne(
            BlockFormat format,
            MemorySegment w,
            long first,
            long row,
            int rows,
            MemorySegment x,
            long xAt,
            int inner,
            MemorySegment out,
            long outAt,
            MemorySegment scratch) {
        for (int r = 0; r < rows; r++) {
            long at = first + r * row;
            int blocks = inner / 256;
            if (format == BlockFormat.Q4_K) {
                scalesOfQ4(w, at, blocks, scratch);
                out.set(JAVA_FLOAT_UNALIGNED, (outAt + r) * 4, q4(w, at, x, xAt, blocks, scratch));
            } else {
                scalesOfQ6(w, at, blocks, scratch);
                out.set(JAVA_FLOAT_UNALIGNED, (outAt + r) * 4, q6(w, at, x, xAt, blocks, scratch));
            }
        }
        return rows;
    }

    private static void q4With0(
            MemorySegment w,
            long at,
            long row,
            MemorySegment x,
            long xAt,
            int blocks,
            MemorySegment out,
            long to,
            long half) {
        FloatVector a = FloatVector.zero(FLOATS);
        FloatVector b = FloatVector.zero(FLOATS);
        for (int block = 0; block < blocks; block++) {
            long from = at + block * 18L;
            FloatVector x0 = load(x, xAt + block * 128L);
            FloatVector x1 = load(x, xAt + block * 128L + 64);
            a = q4With0(w, from, x0, x1, a);
            b = q4With0(w, from + row, x0, x1, b);
        }
        out.set(JAVA_FLOAT_UNALIGNED, to, VectorSums.fold(a));
        out.set(JAVA_FLOAT_UNALIGNED, to + half, VectorSums.fold(b));
    }

    private static FloatVector q4With0(MemorySegment w, long at, FloatVector x0, FloatVector x1, FloatVector sum) {
        return pairs(unsigned(w, at + 2), CODES_LESS_8.mul(half(w, at)), x0, x1, sum);
    }

    private static FloatVector pairs(
            IntVector pairs, FloatVector numbers, FloatVector x0, FloatVector x1, FloatVector sum) {
        return high(pairs, numbers).fma(x1, low(pairs, numbers).fma(x0, sum));
    }

    /// What the low halves of bytes mean.
    private static FloatVector low(IntVector bytes, FloatVector numbers) {
        return bytes.and(15).selectFrom(numbers.reinterpretAsInts()).reinterpretAsFloats();
    }

    private static FloatVector high(IntVector bytes, FloatVector numbers) {
        return bytes.lanewise(LSHR, 4).selectFrom(numbers.reinterpretAsInts()).reinterpretAsFloats();
    }

    private static void mxfp4(
            MemorySegment w,
            long at,
            long row,
            MemorySegment x,
            long xAt,
            int blocks,
            MemorySegment out,
            long to,
            long half) {
        FloatVector a = FloatVector.zero(FLOATS);
        FloatVector b = FloatVector.zero(FLOATS);
        for (int block = 0; block < blocks; block++) {
            long from = at + block * 17L;
            FloatVector x0 = load(x, xAt + block * 128L);
            FloatVector x1 = load(x, xAt + block * 128L + 64);
            a = mxfp4(w, from, x0, x1, a);
            b = mxfp4(w, from + row, x0, x1, b);
        }
        out.set(JAVA_FLOAT_UNALIGNED, to, VectorSums.fold(a));
        out.set(JAVA_FLOAT_UNALIGNED, to + half, VectorSums.fold(b));
    }

    private static FloatVector mxfp4(MemorySegment w, long at, FloatVector x0, FloatVector x1, FloatVector sum) {
        float scale = VectorBlockRows.e8m0(w.get(JAVA_BYTE, at) & 0xFF);
        return pairs(unsigned(w, at + 1), E2M1.mul(scale), x0, x1, sum);
    }

    private static void q8With0(
            MemorySegment w,
            long at,
            long row,
            MemorySegment x,
            long xAt,
            int blocks,
            MemorySegment out,
            long to,
            long half) {
        FloatVector a = FloatVector.zero(FLOATS);
        FloatVector b = FloatVector.zero(FLOATS);
        for (int block = 0; block < blocks; block++) {
            long from = at + block * 34L;
            FloatVector x0 = load(x, xAt + block * 128L);
            FloatVector x1 = load(x, xAt + block * 128L + 64);
            a = q8With0(w, from, x0, x1, a);
            b = q8With0(w, from + row, x0, x1, b);
        }
        out.set(JAVA_FLOAT_UNALIGNED, to, VectorSums.fold(a));
        out.set(JAVA_FLOAT_UNALIGNED, to + half, VectorSums.fold(b));
    }

    private static FloatVector q8With0(MemorySegment w, long at, FloatVector x0, FloatVector x1, FloatVector sum) {
        FloatVector scale = FloatVector.broadcast(FLOATS, half(w, at));
        FloatVector first = signed(w, at + 2).mul(scale).fma(x0, sum);
        return signed(w, at + 18).mul(scale).fma(x1, first);
    }

    /// Writes for each block its eight scales, then its eight minima with their signs turned.
    private static void scalesOfQ4(MemorySegment w, long first, int blocks, MemorySegment scratch) {
        for (int block = 0; block < blocks; block++) {
            long at = first + block * 144L;
            long to = block * 64L;
            scratch.set(LONG, to, VectorBlockRows.scalesOf8(w, at + 4));
            scratch.set(LONG, to + 8, VectorBlockRows.minimaOf8(w, at + 4));
            FloatVector d = FloatVector.broadcast(FLOATS, half(w, at)).blend(-half(w, at + 2), UPPER);
            floats(unsigned(scratch, to)).mul(d).intoMemorySegment(scratch, to, ORDER);
        }
    }

    /// A block is four pairs of parts; a pair's 64 numbers lie in 32 bytes.
    private static float q4(MemorySegment w, long first, MemorySegment x, long xAt, int blocks, MemorySegment scales) {
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int pair = 0; pair < 4 * blocks; pair++) {
            long bytes = first + (pair >> 2) * 144L + 16 + (pair & 3) * 32L;
            long scale = (pair >> 2) * 64L + (pair & 3) * 8L;
            long here = xAt + pair * 256L;
            FloatVector numbers = CODES.fma(spread(scales, scale), spread(scales, scale + 32));
            IntVector one = unsigned(w, bytes);
            IntVector other = unsigned(w, bytes + 16);
            sum = low(one, numbers).fma(load(x, here), sum);
            sum = low(other, numbers).fma(load(x, here + 64), sum);
            numbers = CODES.fma(spread(scales, scale + 4), spread(scales, scale + 36));
            sum = high(one, numbers).fma(load(x, here + 128), sum);
            sum = high(other, numbers).fma(load(x, here + 192), sum);
        }
        return VectorSums.fold(sum);
    }

    private static void scalesOfQ6(MemorySegment w, long first, int blocks, MemorySegment scratch) {
        for (int block = 0; block < blocks; block++) {
            long at = first + block * 210L;
            signed(w, at + 192).mul(half(w, at + 208)).intoMemorySegment(scratch, block * 64L, ORDER);
        }
    }

    /// A block is eight runs of two vectors; their low and high bits lie in the same places.
    private static float q6(MemorySegment w, long first, MemorySegment x, long xAt, int blocks, MemorySegment scales) {
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int part = 0; part < 16 * blocks; part++) {
            long at = first + (part >> 4) * 210L + (part & 1) * 16L;
            IntVector lower =
                    unsigned(w, at + (part & 8) * 8L + (part & 2) * 16L).lanewise(LSHR, part & 4);
            IntVector upper = unsigned(w, at + 128 + (part & 8) * 4L).lanewise(LSHR, part & 6);
            FloatVector numbers =
                    floats(lower.and(15).or(upper.and(3).lanewise(LSHL, 4)).sub(32));
            sum = numbers.mul(spread(scales, part * 4L)).fma(load(x, xAt + part * 64L), sum);
        }
        return VectorSums.fold(sum);
    }

    private static void f16(
            MemorySegment w,
            long at,
            long row,
            MemorySegment x,
            long xAt,
            int inner,
            MemorySegment out,
            long to,
            long half) {
        FloatVector a = FloatVector.zero(FLOATS);
        FloatVector b = FloatVector.zero(FLOATS);
        for (int i = 0; i < inner; i += LANES) {
            long from = at + i * 2L;
            FloatVector x0 = load(x, xAt + i * 4L);
            a = VectorSums.widenFp16(halves(w, from)).fma(x0, a);
            b = VectorSums.widenFp16(halves(w, from + row)).fma(x0, b);
        }
        out.set(JAVA_FLOAT_UNALIGNED, to, VectorSums.fold(a));
        out.set(JAVA_FLOAT_UNALIGNED, to + half, VectorSums.fold(b));
    }

    private static void bf16(
            MemorySegment w,
            long at,
            long row,
            MemorySegment x,
            long xAt,
            int inner,
            MemorySegment out,
            long to,
            long half) {
        FloatVector a = FloatVector.zero(FLOATS);
        FloatVector b = FloatVector.zero(FLOATS);
        for (int i = 0; i < inner; i += LANES) {
            long from = at + i * 2L;
            FloatVector x0 = load(x, xAt + i * 4L);
            a = VectorSums.widenBf16(halves(w, from)).fma(x0, a);
            b = VectorSums.widenBf16(halves(w, from + row)).fma(x0, b);
        }
        out.set(JAVA_FLOAT_UNALIGNED, to, VectorSums.fold(a));
        out.set(JAVA_FLOAT_UNALIGNED, to + half, VectorSums.fold(b));
    }

    private static FloatVector load(MemorySegment segment, long at) {
        return FloatVector.fromMemorySegment(FLOATS, segment, at, ORDER);
    }

    private static FloatVector spread(MemorySegment segment, long at) {
        return FloatVector.broadcast(FLOATS, segment.get(JAVA_FLOAT_UNALIGNED, at));
    }
}
