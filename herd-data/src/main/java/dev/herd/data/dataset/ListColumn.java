package dev.herd.data.dataset;

import dev.hardwood.reader.Validity;
import dev.herd.data.FeatureSchema.SparseFeature;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The lists of one feature while the rows of a block arrive. A row that repeats the one before it is not
/// copied.
final class ListColumn {
    private final boolean wide;
    private final int[] starts;
    private final int[] lengths;
    private int[] ids = new int[0];
    private long[] wideIds = new long[0];
    private float @Nullable [] weights;
    private int size;

    ListColumn(SparseFeature feature, int rows) {
        wide = RowLayout.isWide(feature);
        starts = new int[rows];
        lengths = new int[rows];
        weights = feature.weighted() ? new float[0] : null;
    }

    boolean wide() {
        return wide;
    }

    boolean weighted() {
        return weights != null;
    }

    /// @param at number of the first of the rows in the block
    /// @param from where each of the rows begins in `given`
    /// @param present which of the rows are not missing; a missing one is the row before it
    void append(int[] given, float @Nullable [] givenWeights, int[] from, Validity present, int at, int count) {
        int needed = Math.addExact(size, from[count]);
        ids = needed > ids.length ? Arrays.copyOf(ids, grown(ids.length, needed)) : ids;
        growWeights(needed);
        int[] own = ids;
        for (int r = 0; r < count; r++) {
            if (present.isNull(r)) {
                repeat(at + r);
                continue;
            }
            int length = from[r + 1] - from[r];
            int before = at + r - 1;
            boolean repeats = before >= 0
                    && lengths[before] == length
                    && Arrays.equals(own, starts[before], starts[before] + length, given, from[r], from[r + 1])
                    && sameWeights(starts[before], givenWeights, from[r], length);
            if (!repeats) {
                System.arraycopy(given, from[r], own, size, length);
            }
            if (repeats) {
                repeat(at + r);
            } else {
                place(at + r, length, givenWeights, from[r]);
            }
        }
    }

    /// Like the other, for ids of 64 bits.
    void append(long[] given, float @Nullable [] givenWeights, int[] from, Validity present, int at, int count) {
        int needed = Math.addExact(size, from[count]);
        wideIds = needed > wideIds.length ? Arrays.copyOf(wideIds, grown(wideIds.length, needed)) : wideIds;
        growWeights(needed);
        long[] own = wideIds;
        for (int r = 0; r < count; r++) {
            if (present.isNull(r)) {
                repeat(at + r);
                continue;
            }
            int length = from[r + 1] - from[r];
            int before = at + r - 1;
            boolean repeats = before >= 0
                    && lengths[before] == length
                    && Arrays.equals(own, starts[before], starts[before] + length, given, from[r], from[r + 1])
                    && sameWeights(starts[before], givenWeights, from[r], length);
            if (!repeats) {
                System.arraycopy(given, from[r], own, size, length);
            }
            if (repeats) {
                repeat(at + r);
            } else {
                place(at + r, length, givenWeights, from[r]);
            }
        }
    }

    private void repeat(int row) {
        starts[row] = starts[row - 1];
        lengths[row] = lengths[row - 1];
    }

    private void place(int row, int length, float @Nullable [] givenWeights, int from) {
        starts[row] = size;
        lengths[row] = length;
        if (weights != null && givenWeights != null) {
            System.arraycopy(givenWeights, from, weights, size, length);
        }
        size += length;
    }

    private boolean sameWeights(int start, float @Nullable [] given, int from, int length) {
        return weights == null || given == null || ListRuns.sameBits(weights, start, given, from, length);
    }

    private void growWeights(int needed) {
        if (weights != null && needed > weights.length) {
            weights = Arrays.copyOf(weights, grown(weights.length, needed));
        }
    }

    private static int grown(int length, int needed) {
        return Math.max(needed, length + (length >> 1) + 1024);
    }

    RowBlock.IdList finish() {
        return new RowBlock.IdList(
                starts,
                lengths,
                wide ? null : Arrays.copyOf(ids, size),
                wide ? Arrays.copyOf(wideIds, size) : null,
                weights == null ? null : Arrays.copyOf(weights, size));
    }
}
