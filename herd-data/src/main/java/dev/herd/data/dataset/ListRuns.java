package dev.herd.data.dataset;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Finds lists that repeat the row before.
final class ListRuns {
    private ListRuns() {}

    /// Whether each of some rows repeats the one before it, with the same bits of weights. Rows at
    /// multiples of [PartTable#CHUNK_ROWS] of the part never do, nor does the first row.
    ///
    /// @param offsets of the lists; the first row is `[offsets[first], offsets[first+1])`
    /// @param part number of the first row in its part, or that number less any multiple of the chunk
    static boolean[] repeats(long[] values, float @Nullable [] weights, int[] offsets, int first, int count, int part) {
        boolean[] repeats = new boolean[count];
        for (int r = 1; r < count; r++) {
            int before = offsets[first + r - 1];
            int from = offsets[first + r];
            int to = offsets[first + r + 1];
            repeats[r] = (part + r) % PartTable.CHUNK_ROWS != 0
                    && to - from == from - before
                    && Arrays.equals(values, before, from, values, from, to)
                    && (weights == null || sameBits(weights, before, weights, from, to - from));
        }
        return repeats;
    }

    /// Whether two runs of weights have the same bits.
    static boolean sameBits(float[] a, int from, float[] b, int start, int length) {
        for (int i = 0; i < length; i++) {
            if (Float.floatToRawIntBits(a[from + i]) != Float.floatToRawIntBits(b[start + i])) {
                return false;
            }
        }
        return true;
    }
}
