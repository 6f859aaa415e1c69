package dev.herd.data.dataset;

import org.jspecify.annotations.Nullable;

/// Decoded rows, laid out so that fetching one row touches few cache lines: numbers and single ids lie row by row,
/// lists feature by feature.
///
/// **Shapes**: R rows; `numbers[R*(K+I)]`; ids of single-valued features in `singles[R*S]` or, when one of them needs
/// 64 bits, in `wideSingles[R*S]`; `sessions[R]` and `timestamps[R]`, or empty.
record RowBlock(
        int rows,
        float[] numbers,
        int[] singles,
        long[] wideSingles,
        IdList[] lists,
        long[] sessions,
        long[] timestamps) {

    /// Row r of the feature is `[offsets[r], offsets[r+1])` of the ids, held in one of the two arrays.
    record IdList(int[] offsets, int @Nullable [] ids, long @Nullable [] wideIds, float @Nullable [] weights) {
        int length(int row) {
            return offsets[row + 1] - offsets[row];
        }
    }
}
