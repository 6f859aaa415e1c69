package dev.herd.numerics.int8;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What [Int8Tokens] holds.
final class ScalarInt8Tokens implements Int8Tokens.Kernel {
    /// Below it all numbers of a block are 0.
    static final float SMALLEST = 0x1p-100f;

    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

    @Override
    public void round(MemorySegment x, long from, int blocks, MemorySegment to, TokenGroup layout, int token) {
        for (int block = 0; block < blocks; block++) {
            long at = from + (long) block * TokenGroup.WIDTH * Float.BYTES;
            round(x, at, to, (long) block * layout.block(), layout, token);
        }
    }

    private static void round(MemorySegment x, long from, MemorySegment to, long at, TokenGroup layout, int token) {
        float largest = 0;
        for (int i = 0; i < TokenGroup.WIDTH; i++) {
            largest = Math.max(largest, Math.abs(x.get(FLOAT, from + 4L * i)));
        }
        boolean counts = largest >= SMALLEST && largest <= Float.MAX_VALUE;
        float inverse = counts ? 127 / largest : 0;
        int[] sums = new int[2];
        for (int i = 0; i < TokenGroup.WIDTH; i++) {
            int whole = counts ? (int) Math.rint(x.get(FLOAT, from + 4L * i) * inverse) : 0;
            to.set(ValueLayout.JAVA_BYTE, at + layout.step(i / 4, token) + i % 4, (byte) whole);
            sums[i / 16] += whole;
        }
        finish(largest, sums[0], sums[1], to, at, layout, token);
    }

    /// Writes what follows the numbers of a block.
    static void finish(float largest, int first, int second, MemorySegment to, long at, TokenGroup layout, int token) {
        float scale = largest < SMALLEST ? 0 : largest <= Float.MAX_VALUE ? largest / 127 : Float.NaN;
        to.set(INT, at + layout.start(token), -128 * (first + second));
        to.set(INT, at + layout.startOfHalf(0, token), -128 * first);
        to.set(INT, at + layout.startOfHalf(1, token), -128 * second);
        to.set(FLOAT, at + layout.scale(token), scale);
        to.set(FLOAT, at + layout.sum(token), scale * (first + second));
    }
}
