package dev.herd.data.synthetic;

/// The values of one column for the rows of a block.
///
/// **Shapes**: row r holds entries `[offsets[r], offsets[r+1])`; `weights` and `ranks` run in parallel. A dense column
/// keeps its one number a row in `weights` and has no ranks.
///
/// @param ranks popularity ranks of the ids
record ColumnValues(int[] offsets, long[] ranks, float[] weights) {
    int from(int row) {
        return offsets[row];
    }

    int to(int row) {
        return offsets[row + 1];
    }
}
