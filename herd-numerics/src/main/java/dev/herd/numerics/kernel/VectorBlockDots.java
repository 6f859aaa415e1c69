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
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/// [ScalarBlockDots] with the Vector API, the same bits: weights go from their blocks to products in
/// registers, two rows at a time, for the formats that models are published in. The others, a last odd
/// row, and vectors of other than sixteen lanes are left to the definition.
///
/// Four bits are looked up in a vector of the sixteen numbers that they can mean in this block. It holds
/// what decoding rounds to, so nothing is computed twice.
final class VectorBlockDots implements BlockDots.Kernel {
    private static final int ROWS = 2;
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
        int r = 0;
        if (LANES == 16 && inner % LANES == 0) {
            while (r + ROWS <= rows && both(format, w, wByte + r * row, row, x, xAt * 4, inner, out, (outAt + r) * 4)) {
                r += ROWS;
            }
        }
        scalar.multiply(format, w, wByte + r * row, rows - r, x, xAt, inner, out, outAt + r, scratch);
    }

    /// Two rows of a format that has a way of its own; whether it has.
    private static boolean both(
            BlockFormat format,
            MemorySegment w,
            long at,
            long row,
            MemorySegment x,
            long xAt,
            int inner,
            MemorySegment out,
            long outAt) {
        switch (format) {
            case Q4_0 -> q4With0(w, at, row, x, xAt, inner / 32, out, outAt);
            case MXFP4 -> mxfp4(w, at, row, x, xAt, inner / 32, out, outAt);
            case Q8_0 -> q8With0(w, at, row, x, xAt, inner / 32, out, outAt);
            case Q4_K -> q4(w, at, row, x, xAt, inner / 256, out, outAt);
            case Q6_K -> q6(w, at, row, x, xAt, inner / 256, out, outAt);
            case F16 -> f16(w, at, row, x, xAt, inner, out, outAt);
            case BF16 -> bf16(w, at, row, x, xAt, inner, out, outAt);
            case F32, Q4_1, Q5_0, Q5_1, Q8_1, Q2_K, Q3_K, Q5_K, Q8_K -> {
                return false;
            }
        }
        return true;
    }

    private static void q4With0(
            MemorySegment w, long at, long row, MemorySegment x, long xAt, int blocks, MemorySegment out, long outAt) {
        FloatVector a = FloatVector.zero(FLOATS);
        FloatVector b = FloatVector.zero(FLOATS);
        for (int block = 0; block < blocks; block++) {
            long from = at + block * 18L;
            FloatVector x0 = load(x, xAt + block * 128L);
            FloatVector x1 = load(x, xAt + block * 128L + 64);
            a = q4With0(w, from, x0, x1, a);
            b = q4With0(w, from + row, x0, x1, b);
        }
        out.set(JAVA_FLOAT_UNALIGNED, outAt, VectorSums.fold(a));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + 4, VectorSums.fold(b));
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
            MemorySegment w, long at, long row, MemorySegment x, long xAt, int blocks, MemorySegment out, long outAt) {
        FloatVector a = FloatVector.zero(FLOATS);
        FloatVector b = FloatVector.zero(FLOATS);
        for (int block = 0; block < blocks; block++) {
            long from = at + block * 17L;
            FloatVector x0 = load(x, xAt + block * 128L);
            FloatVector x1 = load(x, xAt + block * 128L + 64);
            a = mxfp4(w, from, x0, x1, a);
            b = mxfp4(w, from + row, x0, x1, b);
        }
        out.set(JAVA_FLOAT_UNALIGNED, outAt, VectorSums.fold(a));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + 4, VectorSums.fold(b));
    }

    private static FloatVector mxfp4(MemorySegment w, long at, FloatVector x0, FloatVector x1, FloatVector sum) {
        float scale = VectorBlockRows.e8m0(w.get(JAVA_BYTE, at) & 0xFF);
        return pairs(unsigned(w, at + 1), E2M1.mul(scale), x0, x1, sum);
    }

    private static void q8With0(
            MemorySegment w, long at, long row, MemorySegment x, long xAt, int blocks, MemorySegment out, long outAt) {
        FloatVector a = FloatVector.zero(FLOATS);
        FloatVector b = FloatVector.zero(FLOATS);
        for (int block = 0; block < blocks; block++) {
            long from = at + block * 34L;
            FloatVector x0 = load(x, xAt + block * 128L);
            FloatVector x1 = load(x, xAt + block * 128L + 64);
            a = q8With0(w, from, x0, x1, a);
            b = q8With0(w, from + row, x0, x1, b);
        }
        out.set(JAVA_FLOAT_UNALIGNED, outAt, VectorSums.fold(a));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + 4, VectorSums.fold(b));
    }

    private static FloatVector q8With0(MemorySegment w, long at, FloatVector x0, FloatVector x1, FloatVector sum) {
        FloatVector scale = FloatVector.broadcast(FLOATS, half(w, at));
        FloatVector first = signed(w, at + 2).mul(scale).fma(x0, sum);
        return signed(w, at + 18).mul(scale).fma(x1, first);
    }

    /// A block is four pairs of parts; a pair's 64 numbers lie in 32 bytes.
    private static void q4(
            MemorySegment w, long at, long row, MemorySegment x, long xAt, int blocks, MemorySegment out, long outAt) {
        FloatVector a = FloatVector.zero(FLOATS);
        FloatVector b = FloatVector.zero(FLOATS);
        for (int pair = 0; pair < 4 * blocks; pair++) {
            long from = at + pair / 4 * 144L;
            long here = xAt + pair * 256L;
            a = q4(w, from, pair % 4, x, here, a);
            b = q4(w, from + row, pair % 4, x, here, b);
        }
        out.set(JAVA_FLOAT_UNALIGNED, outAt, VectorSums.fold(a));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + 4, VectorSums.fold(b));
    }

    private static FloatVector q4(MemorySegment w, long at, int pair, MemorySegment x, long xAt, FloatVector sum) {
        float d = half(w, at);
        float dmin = half(w, at + 2);
        int scales = (int) (VectorBlockRows.scalesOf8(w, at + 4) >>> 16 * pair);
        int minima = (int) (VectorBlockRows.minimaOf8(w, at + 4) >>> 16 * pair);
        FloatVector first = numbers(d * (scales & 0xFF), dmin * (minima & 0xFF));
        FloatVector second = numbers(d * (scales >>> 8 & 0xFF), dmin * (minima >>> 8 & 0xFF));
        IntVector bytes = unsigned(w, at + 16 + pair * 32L);
        IntVector more = unsigned(w, at + 32 + pair * 32L);
        FloatVector one =
                low(more, first).fma(load(x, xAt + 64), low(bytes, first).fma(load(x, xAt), sum));
        return high(more, second).fma(load(x, xAt + 192), high(bytes, second).fma(load(x, xAt + 128), one));
    }

    /// The sixteen numbers `scale q - minimum`.
    private static FloatVector numbers(float scale, float minimum) {
        return CODES.fma(FloatVector.broadcast(FLOATS, scale), FloatVector.broadcast(FLOATS, -minimum));
    }

    /// A block is eight runs of 32 numbers.
    private static void q6(
            MemorySegment w, long at, long row, MemorySegment x, long xAt, int blocks, MemorySegment out, long outAt) {
        FloatVector a = FloatVector.zero(FLOATS);
        FloatVector b = FloatVector.zero(FLOATS);
        for (int run = 0; run < 8 * blocks; run++) {
            long from = at + run / 8 * 210L;
            FloatVector x0 = load(x, xAt + run * 128L);
            FloatVector x1 = load(x, xAt + run * 128L + 64);
            a = q6(w, from, run % 8, x0, x1, a);
            b = q6(w, from + row, run % 8, x0, x1, b);
        }
        out.set(JAVA_FLOAT_UNALIGNED, outAt, VectorSums.fold(a));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + 4, VectorSums.fold(b));
    }

    private static FloatVector q6(MemorySegment w, long at, int run, FloatVector x0, FloatVector x1, FloatVector sum) {
        float d = half(w, at + 208);
        long low = at + run / 4 * 64L + run % 2 * 32L;
        long high = at + 128 + run / 4 * 32L;
        float scale = d * w.get(JAVA_BYTE, at + 192 + run * 2L);
        float next = d * w.get(JAVA_BYTE, at + 193 + run * 2L);
        FloatVector first =
                sixes(w, low, run % 4 / 2 * 4, high, run % 4 * 2).mul(scale).fma(x0, sum);
        return sixes(w, low + 16, run % 4 / 2 * 4, high + 16, run % 4 * 2)
                .mul(next)
                .fma(x1, first);
    }

    private static FloatVector sixes(MemorySegment w, long low, int lowBit, long high, int highBit) {
        IntVector lower = unsigned(w, low).lanewise(LSHR, lowBit).and(15);
        IntVector upper = unsigned(w, high).lanewise(LSHR, highBit).and(3);
        return floats(lower.or(upper.lanewise(LSHL, 4)).sub(32));
    }

    private static void f16(
            MemorySegment w, long at, long row, MemorySegment x, long xAt, int inner, MemorySegment out, long outAt) {
        FloatVector a = FloatVector.zero(FLOATS);
        FloatVector b = FloatVector.zero(FLOATS);
        for (int i = 0; i < inner; i += LANES) {
            long from = at + i * 2L;
            FloatVector x0 = load(x, xAt + i * 4L);
            a = VectorSums.widenFp16(halves(w, from)).fma(x0, a);
            b = VectorSums.widenFp16(halves(w, from + row)).fma(x0, b);
        }
        out.set(JAVA_FLOAT_UNALIGNED, outAt, VectorSums.fold(a));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + 4, VectorSums.fold(b));
    }

    private static void bf16(
            MemorySegment w, long at, long row, MemorySegment x, long xAt, int inner, MemorySegment out, long outAt) {
        FloatVector a = FloatVector.zero(FLOATS);
        FloatVector b = FloatVector.zero(FLOATS);
        for (int i = 0; i < inner; i += LANES) {
            long from = at + i * 2L;
            FloatVector x0 = load(x, xAt + i * 4L);
            a = VectorSums.widenBf16(halves(w, from)).fma(x0, a);
            b = VectorSums.widenBf16(halves(w, from + row)).fma(x0, b);
        }
        out.set(JAVA_FLOAT_UNALIGNED, outAt, VectorSums.fold(a));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + 4, VectorSums.fold(b));
    }

    private static FloatVector load(MemorySegment segment, long at) {
        return FloatVector.fromMemorySegment(FLOATS, segment, at, ORDER);
    }
}
