package dev.herd.numerics.block;

import static dev.herd.numerics.block.BlockFormat.largest;
import static dev.herd.numerics.block.BlockFormat.put;
import static dev.herd.numerics.block.BlockFormat.putByte;
import static dev.herd.numerics.block.BlockFormat.unsigned;

import java.lang.foreign.MemorySegment;

/// Blocks of 32 floating-point numbers of few bits under a shared power of two.
///
/// **Paper**: OCP Microscaling Formats v1.0; the order of the numbers is that of GGUF files.
final class MxBlocks {
    private static final int HALF = 16;
    private static final int WIDTH = 2 * HALF;

    /// The exponent of the largest E2M1 number, 6.
    private static final int LARGEST_EXPONENT = 2;

    private static final int BIAS = 127;
    private static final int MINUS = 8;

    /// What the sixteen E2M1 codes mean.
    private static final float[] E2M1 = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6, -0f, -0.5f, -1, -1.5f, -2, -3, -4, -6};

    /// Between the sizes of neighboring codes.
    private static final float[] MIDDLES = {0.25f, 0.75f, 1.25f, 1.75f, 2.5f, 3.5f, 5};

    private MxBlocks() {}

    /// The E8M0 scale byte, then 16 bytes: number `i` in the low half of byte `i`, number `i + 16` in its
    /// high half.
    ///
    /// **Errors**: exact. Scale 255 is NaN, as the specification says (ggml computes with 2^128).
    static void mxfp4(MemorySegment from, long at, MemorySegment to, long toAt) {
        float scale = e8m0(unsigned(from, at));
        for (int i = 0; i < HALF; i++) {
            int pair = unsigned(from, at + 1 + i);
            put(to, toAt, i, E2M1[pair & 15] * scale);
            put(to, toAt, i + HALF, E2M1[pair >> 4] * scale);
        }
    }

    /// The scale is the power of two that puts the largest number into the binade of the largest code, 4
    /// to 8; what lies above 6 there becomes 6.
    ///
    /// **Errors**: the nearest code, ties to the smaller size, zeros without a sign, as other writers of
    /// GGUF files do. The specification rounds ties to even, and lets a writer choose.
    static void toMxfp4(float[] numbers, MemorySegment to, long at) {
        float largest = largest(numbers, 0, WIDTH);
        int code = largest == 0 ? 0 : Math.max(0, Math.getExponent(largest) - LARGEST_EXPONENT + BIAS);
        float inverse = 1 / e8m0(code);
        putByte(to, at, code);
        for (int i = 0; i < HALF; i++) {
            putByte(to, at + 1 + i, nearest(numbers[i] * inverse) | nearest(numbers[i + HALF] * inverse) << 4);
        }
    }

    private static int nearest(float number) {
        float size = Math.abs(number);
        int code = 0;
        for (float middle : MIDDLES) {
            code += size > middle ? 1 : 0;
        }
        return number < 0 && code > 0 ? code | MINUS : code;
    }

    /// `2^(code - 127)`; the smallest is an fp32 subnormal, 255 is NaN.
    static float e8m0(int code) {
        if (code == 255) {
            return Float.NaN;
        }
        return Float.intBitsToFloat(code == 0 ? 0x00400000 : code << 23);
    }
}
