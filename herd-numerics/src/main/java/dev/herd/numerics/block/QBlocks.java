package dev.herd.numerics.block;

import static dev.herd.numerics.block.BlockFormat.half;
import static dev.herd.numerics.block.BlockFormat.largest;
import static dev.herd.numerics.block.BlockFormat.put;
import static dev.herd.numerics.block.BlockFormat.putByte;
import static dev.herd.numerics.block.BlockFormat.putHalf;
import static dev.herd.numerics.block.BlockFormat.signed;
import static dev.herd.numerics.block.BlockFormat.unsigned;

import java.lang.foreign.MemorySegment;

/// Blocks of 32 integers of 4, 5 or 8 bits under one fp16 scale `d`; formats ending in 1 add an fp16
/// offset.
///
/// Four bits: byte `i` of 16 holds number `i` in its low half and number `i + 16` in its high half. The
/// fifth bits, where there are any, stand before them in a 32-bit word, number `i` in bit `i`.
final class QBlocks {
    private static final int WIDTH = 32;
    private static final int HALF = WIDTH / 2;
    private static final float UNDER_HALF = Math.nextDown(0.5f);

    private QBlocks() {}

    /// `d`, 16 bytes: `d (q - 8)`.
    static void q4With0(MemorySegment from, long at, MemorySegment to, long toAt) {
        float d = half(from, at);
        for (int i = 0; i < HALF; i++) {
            int pair = unsigned(from, at + 2 + i);
            put(to, toAt, i, ((pair & 15) - 8) * d);
            put(to, toAt, i + HALF, ((pair >> 4) - 8) * d);
        }
    }

    /// The number of largest size becomes -8 steps, whatever its sign.
    ///
    /// **Errors**: numbers are divided by the step before it is rounded to fp16, in fp32, and rounded to
    /// the nearest, ties up. At most half a step; a number as large as the largest with the other sign is
    /// cut to 7 steps.
    static void toQ4With0(float[] numbers, MemorySegment to, long at) {
        float step = largest(numbers, 0, WIDTH) / -8;
        float inverse = inverse(step);
        putHalf(to, at, step);
        for (int i = 0; i < HALF; i++) {
            int low = Math.min(15, (int) (numbers[i] * inverse + 8.5f));
            int high = Math.min(15, (int) (numbers[i + HALF] * inverse + 8.5f));
            putByte(to, at + 2 + i, low | high << 4);
        }
    }

    /// `d`, `m`, 16 bytes: `d q + m`.
    static void q4With1(MemorySegment from, long at, MemorySegment to, long toAt) {
        float d = half(from, at);
        float m = half(from, at + 2);
        for (int i = 0; i < HALF; i++) {
            int pair = unsigned(from, at + 4 + i);
            put(to, toAt, i, (pair & 15) * d + m);
            put(to, toAt, i + HALF, (pair >> 4) * d + m);
        }
    }

    /// `d`, 4 bytes of fifth bits, 16 bytes: `d (q - 16)`.
    static void q5With0(MemorySegment from, long at, MemorySegment to, long toAt) {
        float d = half(from, at);
        int fifths = from.get(LittleEndian.INT, at + 2);
        for (int i = 0; i < HALF; i++) {
            int pair = unsigned(from, at + 6 + i);
            put(to, toAt, i, ((pair & 15 | fifth(fifths, i)) - 16) * d);
            put(to, toAt, i + HALF, ((pair >> 4 | fifth(fifths, i + HALF)) - 16) * d);
        }
    }

    /// `d`, `m`, 4 bytes of fifth bits, 16 bytes: `d q + m`.
    static void q5With1(MemorySegment from, long at, MemorySegment to, long toAt) {
        float d = half(from, at);
        float m = half(from, at + 2);
        int fifths = from.get(LittleEndian.INT, at + 4);
        for (int i = 0; i < HALF; i++) {
            int pair = unsigned(from, at + 8 + i);
            put(to, toAt, i, (pair & 15 | fifth(fifths, i)) * d + m);
            put(to, toAt, i + HALF, (pair >> 4 | fifth(fifths, i + HALF)) * d + m);
        }
    }

    /// `d`, 32 signed bytes: `d q`.
    static void q8With0(MemorySegment from, long at, MemorySegment to, long toAt) {
        bytes(half(from, at), from, at + 2, to, toAt);
    }

    /// The largest size becomes 127 steps.
    ///
    /// **Errors**: numbers are divided by the step before it is rounded to fp16, in fp32, and rounded to
    /// the nearest, ties away from zero. At most half a step, and the rounding of the step.
    static void toQ8With0(float[] numbers, MemorySegment to, long at) {
        float step = Math.abs(largest(numbers, 0, WIDTH)) / 127;
        float inverse = inverse(step);
        putHalf(to, at, step);
        for (int i = 0; i < WIDTH; i++) {
            putByte(to, at + 2 + i, nearestAwayFromZero(numbers[i] * inverse));
        }
    }

    /// 0 for 0; a step so small that its inverse is infinite is stored as 0 anyway.
    private static float inverse(float step) {
        float inverse = 1 / step;
        return Float.isInfinite(inverse) ? 0 : inverse;
    }

    /// A whole number and a half plus what is just under a half rounds to the next whole number; anything
    /// less stays below it.
    private static int nearestAwayFromZero(float value) {
        return (int) (value + Math.copySign(UNDER_HALF, value));
    }

    /// `d`, the fp16 sum of the decoded numbers, 32 signed bytes: `d q`. A format of activations.
    static void q8With1(MemorySegment from, long at, MemorySegment to, long toAt) {
        bytes(half(from, at), from, at + 4, to, toAt);
    }

    private static void bytes(float d, MemorySegment from, long at, MemorySegment to, long toAt) {
        for (int i = 0; i < WIDTH; i++) {
            put(to, toAt, i, signed(from, at + i) * d);
        }
    }

    private static int fifth(int fifths, int i) {
        return (fifths >>> i & 1) << 4;
    }
}
