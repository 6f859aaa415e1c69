package dev.herd.numerics.block;

import static dev.herd.numerics.block.BlockFormat.largest;
import static dev.herd.numerics.block.BlockFormat.put;
import static dev.herd.numerics.block.BlockFormat.putByte;
import static dev.herd.numerics.block.BlockFormat.signed;
import static dev.herd.numerics.block.BlockFormat.unsigned;

import java.lang.foreign.MemorySegment;

/// Blocks of 16 whole numbers under a shared power of two, in pairs that may be a binade lower: a byte with
/// the exponent of the largest number plus 127, a byte with a bit for each pair, then the numbers.
///
/// **Errors**: decoding is exact. Encoding rounds to the nearest, ties to even, and saturates; the bits are
/// those of the formats MX9 and MX6 in `dev.herd.numerics.format`.
///
/// **Paper**: Rouhani et al. (2302.08007), section 3; files of this layout are Herd's own.
final class MicroBlocks {
    static final int WIDTH = 16;

    private static final int BIAS = 127;
    private static final int NAN = 255;
    private static final int SHIFTS = 1;
    private static final int NUMBERS = 2;
    private static final int NIBBLES = NUMBERS + 2;

    private MicroBlocks() {}

    /// Each number is a signed byte.
    static void mx9(MemorySegment from, long at, MemorySegment to, long toAt) {
        for (int i = 0; i < WIDTH; i++) {
            put(to, toAt, i, value(from, at, i, signed(from, at + NUMBERS + i), 6));
        }
    }

    /// Sixteen signs, then for each number the low four bits.
    static void mx6(MemorySegment from, long at, MemorySegment to, long toAt) {
        for (int i = 0; i < WIDTH; i++) {
            int nibble = unsigned(from, at + NIBBLES + i / 2) >> 4 * (i & 1) & 15;
            int sign = unsigned(from, at + NUMBERS + i / 8) >> (i & 7) & 1;
            put(to, toAt, i, value(from, at, i, nibble - 16 * sign, 3));
        }
    }

    /// @param point bits of a number behind the point
    private static float value(MemorySegment from, long at, int i, int number, int point) {
        int scale = unsigned(from, at);
        if (scale == NAN) {
            return Float.NaN;
        }
        int lower = unsigned(from, at + SHIFTS) >> i / 2 & 1;
        return (float) (number * power(scale - BIAS - lower - point));
    }

    static void toMx9(float[] numbers, MemorySegment to, long at) {
        int shifts = begin(numbers, to, at);
        for (int i = 0; i < WIDTH; i++) {
            putByte(to, at + NUMBERS + i, code(numbers[i], unsigned(to, at), shifts >> i / 2 & 1, 6));
        }
    }

    static void toMx6(float[] numbers, MemorySegment to, long at) {
        int shifts = begin(numbers, to, at);
        int signs = 0;
        for (int i = 0; i < WIDTH; i += 2) {
            int low = code(numbers[i], unsigned(to, at), shifts >> i / 2 & 1, 3);
            int high = code(numbers[i + 1], unsigned(to, at), shifts >> i / 2 & 1, 3);
            signs |= (low < 0 ? 1 : 0) << i | (high < 0 ? 2 : 0) << i;
            putByte(to, at + NIBBLES + i / 2, low & 15 | (high & 15) << 4);
        }
        putByte(to, at + NUMBERS, signs);
        putByte(to, at + NUMBERS + 1, signs >> 8);
    }

    /// Writes exponent and shifts and returns the shifts; a block of zeros has neither.
    private static int begin(float[] numbers, MemorySegment to, long at) {
        float largest = largest(numbers, 0, WIDTH);
        int shifts = 0;
        for (int pair = 0; pair < WIDTH / 2 && largest != 0; pair++) {
            float ofPair = largest(numbers, 2 * pair, 2 * pair + 2);
            boolean lower = ofPair == 0 || Math.getExponent(ofPair) < Math.getExponent(largest);
            shifts |= lower ? 1 << pair : 0;
        }
        putByte(to, at, largest == 0 ? 0 : Math.getExponent(largest) + BIAS);
        putByte(to, at + SHIFTS, shifts);
        return shifts;
    }

    private static int code(float number, int scale, int lower, int point) {
        int most = (2 << point) - 1;
        double steps = number * power(BIAS + point + lower - scale);
        return (int) Math.clamp(Math.rint(steps), -most, most);
    }

    /// `2^exponent` of a normal double.
    private static double power(int exponent) {
        return Double.longBitsToDouble((long) (exponent + 1023) << 52);
    }
}
