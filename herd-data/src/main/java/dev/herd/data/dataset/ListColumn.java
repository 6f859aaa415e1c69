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

    /// Lists that arrive one after the other, beside those that are held.
    private interface Arriving {
        /// Whether the ids held from `start` on are those of the list that begins at `from`.
        boolean repeats(int start, int from, int length);

        /// Holds the list behind the others.
        void copy(int from, int length);
    }

    /// @param at number of the first of the rows in the block
    /// @param from where each of the rows begins in `given`
    /// @param present which of the rows are not missing; a missing one is the row before it
    void append(int[] given, float @Nullable [] givenWeights, int[] from, Validity present, int at, int count) {
        int needed = Math.addExact(size, from[count]);
        ids = needed > ids.length ? Arrays.copyOf(ids, grown(ids.length, needed)) : ids;
        int[] own = ids;
        Arriving lists = new Arriving() {
            @Override
            public boolean repeats(int start, int begin, int length) {
                return Arrays.equals(own, start, start + length, given, begin, begin + length);
            }

            @Override
            public void copy(int begin, int length) {
                System.arraycopy(given, begin, own, size, length);
            }
        };
        append(lists, givenWeights, from, present, at, count);
    }

    /// Like the other, for ids of 64 bits.
    void append(long[] given, float @Nullable [] givenWeights, int[] from, Validity present, int at, int count) {
        int needed = Math.addExact(size, from[count]);
        wideIds = needed > wideIds.length ? Arrays.copyOf(wideIds, grown(wideIds.length, needed)) : wideIds;
        long[] own = wideIds;
        Arriving lists = new Arriving() {
            @Override
            public boolean repeats(int start, int begin, int length) {
                return Arrays.equals(own, start, start + length, given, begin, begin + length);
            }

            @Override
            public void copy(int begin, int length) {
                System.arraycopy(given, begin, own, size, length);
            }
        };
        append(lists, givenWeights, from, present, at, count);
    }

    private void append(
            Arriving lists, float @Nullable [] givenWeights, int[] from, Validity present, int at, int count) {
        growWeights(Math.addExact(size, from[count]));
        for (int r = 0; r < count; r++) {
            int row = at + r;
            int length = from[r + 1] - from[r];
            if (present.isNull(r) || row > 0 && equalsRow(row - 1, lists, givenWeights, from[r], length)) {
                repeat(row);
            } else {
                lists.copy(from[r], length);
                place(row, length, givenWeights, from[r]);
            }
        }
    }

    private boolean equalsRow(int row, Arriving lists, float @Nullable [] givenWeights, int from, int length) {
        return lengths[row] == length
                && lists.repeats(starts[row], from, length)
                && sameWeights(starts[row], givenWeights, from, length);
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
