package dev.herd.data.dataset;

import org.jspecify.annotations.Nullable;

/// Decoded rows, laid out so that fetching one row touches few cache lines: numbers and single ids lie row
/// by row, lists feature by feature.
///
/// **Shapes**: R rows; `numbers[R*(K+I)]`; ids of single-valued features in `singles[R*S]` or, when one of
/// them needs 64 bits, in `wideSingles[R*S]`; `sessions[R]` and `timestamps[R]`, or empty.
record RowBlock(
        int rows,
        float[] numbers,
        int[] singles,
        long[] wideSingles,
        IdList[] lists,
        long[] sessions,
        long[] timestamps) {

    /// Row r of the feature is the `lengths[r]` ids from `starts[r]` on, held in one of the two arrays. A
    /// row that repeats the one before it starts where that one does: within a session, ids are held once
    /// a run.
    record IdList(
            int[] starts, int[] lengths, int @Nullable [] ids, long @Nullable [] wideIds, float @Nullable [] weights) {
        int length(int row) {
            return lengths[row];
        }

        long bytes() {
            return 4L * starts.length
                    + 4L * lengths.length
                    + (ids == null ? 0 : 4L * ids.length)
                    + (wideIds == null ? 0 : 8L * wideIds.length)
                    + (weights == null ? 0 : 4L * weights.length);
        }
    }

    /// Bytes of the arrays.
    long bytes() {
        long bytes = 4L * numbers.length
                + 4L * singles.length
                + 8L * wideSingles.length
                + 8L * sessions.length
                + 8L * timestamps.length;
        for (IdList list : lists) {
            bytes += list.bytes();
        }
        return bytes;
    }
}
