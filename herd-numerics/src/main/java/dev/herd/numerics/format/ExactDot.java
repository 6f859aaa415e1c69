package dev.herd.numerics.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;

/// The inner product of two packed rows as a unit in hardware would do it: integers multiplied and added
/// exactly inside a block, one shift by the sum of the scales, then sums of blocks.
///
/// A software reference: slow, with every step in the open.
///
/// **Errors**: a block is exact; across blocks fp32 sums, or fixed point.
///
/// **Paper**: 2302.08007, figure of the dot-product unit. Whether its right shift drops bits is not stated:
/// [Shift] says which.
///
/// @param format under a shared power of two
public record ExactDot(NumberFormat format, Shift shift, Sum sum) {
    /// What happens to the bits that a microexponent shifts out.
    public enum Shift {
        /// They are kept: all products are taken in the unit of the most demoted pair.
        KEEP,
        /// They are dropped, toward minus infinity, as an arithmetic shift does.
        DROP
    }

    /// How blocks are added.
    public enum Sum {
        /// One after the other in fp32.
        FLOAT32,
        /// Aligned to the largest of them, 25 bits kept, then rounded to fp32 once.
        FIXED25
    }

    private static final int FIXED_BITS = 25;

    public ExactDot {
        if (format.first().kind() != Level.Kind.POWER_OF_TWO) {
            throw new IllegalArgumentException(
                    format.name() + ": an exact inner product needs blocks under a power of two");
        }
    }

    /// Of two rows of `n` numbers packed in the format.
    public float of(MemorySegment a, long aAt, MemorySegment b, long bAt, int n) {
        int bytes = new Packing(format).blockBytes();
        int blocks = (int) Packing.ceil(n, format.first().width());
        double[] results = new double[blocks];
        for (int block = 0; block < blocks; block++) {
            results[block] = block(a, aAt + (long) block * bytes, b, bAt + (long) block * bytes);
        }
        return switch (sum) {
            case FLOAT32 -> floats(results);
            case FIXED25 -> fixed(results);
        };
    }

    /// Of two blocks, exact to a double (fp32 inputs with all products in 53 bits), NaN where one is.
    public double block(MemorySegment a, long aAt, MemorySegment b, long bAt) {
        int bits = format.first().bits();
        int nan = (1 << bits) - 1;
        int scaleA = a.get(ValueLayout.JAVA_BYTE, aAt) & 0xFF;
        int scaleB = b.get(ValueLayout.JAVA_BYTE, bAt) & 0xFF;
        if (scaleA == nan || scaleB == nan) {
            return Double.NaN;
        }
        int exponent = scaleA + scaleB - 2 * ((1 << bits - 1) - 1);
        return format.element().isInteger()
                ? Math.scalb((double) integers(a, aAt, b, bAt), exponent - unit())
                : floats(a, aAt, b, bAt, exponent);
    }

    private int unit() {
        int beta = shift == Shift.KEEP ? 2 * most() : 0;
        return 2 * format.element().unitBits() + beta;
    }

    private int most() {
        return format.second().kind() == Level.Kind.MICROEXPONENT
                ? (1 << format.second().bits()) - 1
                : 0;
    }

    private long integers(MemorySegment a, long aAt, MemorySegment b, long bAt) {
        Packing packing = new Packing(format);
        Element element = format.element();
        long sum = 0;
        int part = most() == 0 ? format.first().width() : format.second().width();
        for (int i = 0; i < format.first().width(); i += part) {
            long pair = 0;
            for (int k = i; k < i + part; k++) {
                long qa = (long) element.value(packing.blockCode(a, aAt + packing.codesAt(), k));
                long qb = (long) element.value(packing.blockCode(b, bAt + packing.codesAt(), k));
                pair += qa * qb;
            }
            int shifts = shiftOf(a, aAt, i) + shiftOf(b, bAt, i);
            sum += shift == Shift.KEEP ? pair << 2 * most() - shifts : pair >> shifts;
        }
        return sum;
    }

    private int shiftOf(MemorySegment from, long at, int i) {
        int bits = format.second().bits();
        return most() == 0
                ? 0
                : Packing.get(from, (at + 1) * 8 + (long) i / format.second().width() * bits, bits);
    }

    /// Floating-point elements as integers in the unit of their smallest step.
    private double floats(MemorySegment a, long aAt, MemorySegment b, long bAt, int exponent) {
        Packing packing = new Packing(format);
        Element element = format.element();
        int steps = element.mantissaBits() + element.bias() - 1;
        BigInteger sum = BigInteger.ZERO;
        for (int i = 0; i < format.first().width(); i++) {
            double va = element.value(packing.blockCode(a, aAt + packing.codesAt(), i));
            double vb = element.value(packing.blockCode(b, bAt + packing.codesAt(), i));
            if (!Double.isFinite(va) || !Double.isFinite(vb)) {
                return Double.NaN;
            }
            BigInteger qa = BigInteger.valueOf((long) Math.scalb(va, steps));
            sum = sum.add(qa.multiply(BigInteger.valueOf((long) Math.scalb(vb, steps))));
        }
        return Math.scalb(sum.doubleValue(), exponent - 2 * steps);
    }

    private static float floats(double[] blocks) {
        float sum = 0;
        for (double block : blocks) {
            sum += (float) block;
        }
        return sum;
    }

    private static float fixed(double[] blocks) {
        double largest = 0;
        for (double block : blocks) {
            largest = Math.max(largest, Math.abs(block));
        }
        if (!(largest > 0) || !Double.isFinite(largest)) {
            return (float) largest;
        }
        int point = FIXED_BITS - 2 - Math.getExponent(largest);
        long sum = 0;
        for (double block : blocks) {
            sum += (long) Math.scalb(block, point);
        }
        return (float) Math.scalb((double) sum, -point);
    }
}
