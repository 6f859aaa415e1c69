package dev.herd.embedding;

import java.util.Arrays;

/// Stable least-significant-digit radix sort of longs by their upper 32 bits.
///
/// Only the digits that occur are sorted by, so a table of few rows costs one pass. Short runs use narrow digits, whose
/// counters cost less to clear than they save; long runs use wide ones.
final class RadixSort {
    private static final int SHORT_RUN = 1 << 13;
    private static final int NARROW = 8;
    private static final int WIDE = 11;

    private RadixSort() {}

    /// Sorts `entries[from..to)` by unsigned upper half; entries of equal upper half keep their order.
    ///
    /// @param buffer as long as `entries`; its range `[from..to)` is overwritten
    /// @return whichever of the two arrays holds the result in `[from..to)`
    static long[] byUpperHalf(long[] entries, long[] buffer, int from, int to) {
        long used = 0;
        for (int i = from; i < to; i++) {
            used |= entries[i];
        }
        int bits = 64 - Long.numberOfLeadingZeros(used >>> 32);
        int passes = Math.ceilDiv(bits, to - from < SHORT_RUN ? NARROW : WIDE);
        long[] source = entries;
        long[] target = buffer;
        if (passes > 0) {
            int digit = Math.ceilDiv(bits, passes);
            int[] counts = new int[1 << digit];
            for (int pass = 0; pass < passes; pass++) {
                Arrays.fill(counts, 0);
                pass(source, target, from, to, 32 + pass * digit, counts);
                long[] swap = source;
                source = target;
                target = swap;
            }
        }
        return source;
    }

    private static void pass(long[] source, long[] target, int from, int to, int shift, int[] counts) {
        int mask = counts.length - 1;
        for (int i = from; i < to; i++) {
            counts[(int) (source[i] >>> shift) & mask]++;
        }
        int at = from;
        for (int digit = 0; digit < counts.length; digit++) {
            int count = counts[digit];
            counts[digit] = at;
            at += count;
        }
        for (int i = from; i < to; i++) {
            long entry = source[i];
            target[counts[(int) (entry >>> shift) & mask]++] = entry;
        }
    }
}
