package dev.herd.numerics.block;

import static dev.herd.numerics.block.BlockFormat.put;
import static dev.herd.numerics.block.BlockFormat.unsigned;

import java.lang.foreign.MemorySegment;

/// Blocks of 32 floating-point numbers of few bits under a shared power of two.
///
/// **Paper**: OCP Microscaling Formats v1.0; the order of the numbers is that of GGUF files.
final class MxBlocks {
    private static final int HALF = 16;

    /// What the sixteen E2M1 codes mean.
    private static final float[] E2M1 = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6, -0f, -0.5f, -1, -1.5f, -2, -3, -4, -6};

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

    /// `2^(code - 127)`; the smallest is an fp32 subnormal, 255 is NaN.
    static float e8m0(int code) {
        if (code == 255) {
            return Float.NaN;
        }
        return Float.intBitsToFloat(code == 0 ? 0x00400000 : code << 23);
    }
}
