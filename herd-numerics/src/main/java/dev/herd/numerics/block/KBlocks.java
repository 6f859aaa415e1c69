package dev.herd.numerics.block;

import static dev.herd.numerics.block.BlockFormat.half;
import static dev.herd.numerics.block.BlockFormat.put;
import static dev.herd.numerics.block.BlockFormat.signed;
import static dev.herd.numerics.block.BlockFormat.unsigned;

import java.lang.foreign.MemorySegment;

/// Blocks of 256 integers with small integer scales for parts of them, under one or two scales for the
/// whole.
final class KBlocks {
    private static final int WIDTH = 256;

    private KBlocks() {}

    /// 16 scale bytes (low half scale, high half minimum), 64 bytes of 2-bit numbers, `d`, `dmin`:
    /// `d scale q - dmin minimum` in parts of 16. Two bits at shift `s` of 32 bytes make 32 numbers.
    static void q2(MemorySegment from, long at, MemorySegment to, long toAt) {
        float d = half(from, at + 80);
        float dmin = half(from, at + 82);
        for (int i = 0; i < WIDTH; i++) {
            int scale = unsigned(from, at + i / 16);
            int q = unsigned(from, at + 16 + quarterByte(i)) >> quarterShift(i) & 3;
            put(to, toAt, i, d * (scale & 15) * q - dmin * (scale >> 4));
        }
    }

    /// 32 bytes of third bits, 64 bytes of 2-bit numbers, 12 bytes with sixteen 6-bit scales, `d`:
    /// `d (scale - 32) (q - 4)` in parts of 16.
    static void q3(MemorySegment from, long at, MemorySegment to, long toAt) {
        float d = half(from, at + 108);
        for (int i = 0; i < WIDTH; i++) {
            int low = unsigned(from, at + 32 + quarterByte(i)) >> quarterShift(i) & 3;
            int high = unsigned(from, at + i % 32) >> i / 32 & 1;
            put(to, toAt, i, d * (scaleOf16(from, at + 96, i / 16) - 32) * ((low | high << 2) - 4));
        }
    }

    /// `d`, `dmin`, 12 bytes with eight 6-bit scales and minima, 128 bytes of 4-bit numbers:
    /// `d scale q - dmin minimum` in parts of 32. The halves of 32 bytes make 64 numbers.
    static void q4(MemorySegment from, long at, MemorySegment to, long toAt) {
        float d = half(from, at);
        float dmin = half(from, at + 2);
        for (int part = 0; part < 8; part++) {
            float scale = d * scaleOf8(from, at + 4, part);
            float minimum = dmin * minimumOf8(from, at + 4, part);
            long quants = at + 16 + part / 2 * 32;
            for (int i = 0; i < 32; i++) {
                int q = unsigned(from, quants + i) >> part % 2 * 4 & 15;
                put(to, toAt, part * 32 + i, scale * q - minimum);
            }
        }
    }

    /// As [#q4] with 32 bytes of fifth bits before the numbers, part `p` in bit `p`.
    static void q5(MemorySegment from, long at, MemorySegment to, long toAt) {
        float d = half(from, at);
        float dmin = half(from, at + 2);
        for (int part = 0; part < 8; part++) {
            float scale = d * scaleOf8(from, at + 4, part);
            float minimum = dmin * minimumOf8(from, at + 4, part);
            long quants = at + 48 + part / 2 * 32;
            for (int i = 0; i < 32; i++) {
                int low = unsigned(from, quants + i) >> part % 2 * 4 & 15;
                int high = unsigned(from, at + 16 + i) >> part & 1;
                put(to, toAt, part * 32 + i, scale * (low | high << 4) - minimum);
            }
        }
    }

    /// 128 bytes of low halves, 64 bytes of upper 2 bits, 16 signed scales, `d`: `d scale (q - 32)` in
    /// parts of 16. Each half of the block takes 64 + 32 bytes; its four runs of 32 numbers lie side by
    /// side in them.
    static void q6(MemorySegment from, long at, MemorySegment to, long toAt) {
        float d = half(from, at + 208);
        for (int i = 0; i < WIDTH; i++) {
            int side = i / 128;
            int run = i % 128 / 32;
            int low = unsigned(from, at + side * 64 + run % 2 * 32 + i % 32) >> run / 2 * 4 & 15;
            int high = unsigned(from, at + 128 + side * 32 + i % 32) >> run * 2 & 3;
            put(to, toAt, i, d * signed(from, at + 192 + i / 16) * ((low | high << 4) - 32));
        }
    }

    /// An fp32 `d`, 256 signed bytes, 16 sums of 16 of them: `d q`. A format of activations.
    static void q8(MemorySegment from, long at, MemorySegment to, long toAt) {
        float d = from.get(LittleEndian.FLOAT, at);
        for (int i = 0; i < WIDTH; i++) {
            put(to, toAt, i, d * signed(from, at + 4 + i));
        }
    }

    /// The byte that holds 2-bit number `i`, and where in it: 32 bytes hold 128 numbers.
    private static int quarterByte(int i) {
        return i / 128 * 32 + i % 32;
    }

    private static int quarterShift(int i) {
        return i % 128 / 32 * 2;
    }

    /// Eight scales and eight minima of 6 bits in 12 bytes: four of each whole in the low 6 bits of the
    /// first 8 bytes, the rest with their low halves in the last 4 bytes and their upper bits above those
    /// of the first ones.
    static int scaleOf8(MemorySegment from, long at, int j) {
        return j < 4
                ? unsigned(from, at + j) & 63
                : unsigned(from, at + j + 4) & 15 | unsigned(from, at + j - 4) >> 6 << 4;
    }

    static int minimumOf8(MemorySegment from, long at, int j) {
        return j < 4
                ? unsigned(from, at + j + 4) & 63
                : unsigned(from, at + j + 4) >> 4 | unsigned(from, at + j) >> 6 << 4;
    }

    /// Sixteen scales of 6 bits in 12 bytes: low halves in the first 8, upper bits in the last 4.
    static int scaleOf16(MemorySegment from, long at, int j) {
        int low = unsigned(from, at + j % 8) >> j / 8 * 4 & 15;
        int high = unsigned(from, at + 8 + j % 4) >> j / 4 * 2 & 3;
        return low | high << 4;
    }
}
