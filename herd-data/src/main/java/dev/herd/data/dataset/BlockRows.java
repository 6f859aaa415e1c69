package dev.herd.data.dataset;

import dev.herd.data.DistinctRows;
import dev.herd.data.RowHash;
import java.util.Arrays;
import java.util.Objects;

/// The rows of a batch over some features, where the blocks hold them.
///
/// @param singles of each feature: its place among a block's single ids, or -1
/// @param lists of each feature: its place among a block's lists, or -1
record BlockRows(int[] singles, int[] lists, int singleWidth, RowBlock[] blocks, int[] rows)
        implements DistinctRows.Rows {
    @Override
    public int count() {
        return rows.length;
    }

    @Override
    public long hash(int row) {
        RowBlock block = blocks[row];
        int at = rows[row];
        long hash = 0;
        for (int f = 0; f < lists.length; f++) {
            hash = lists[f] >= 0 ? list(hash, block.lists()[lists[f]], at) : RowHash.id(hash, single(block, at, f));
        }
        return hash;
    }

    private static long list(long hash, RowBlock.IdList list, int row) {
        int from = list.starts()[row];
        int to = from + list.length(row);
        int[] ids = list.ids();
        long[] wide = list.wideIds();
        float[] weights = list.weights();
        long now = ids != null
                ? RowHash.ids(hash, ids, from, to)
                : RowHash.ids(hash, Objects.requireNonNull(wide), from, to);
        return weights == null ? now : RowHash.weights(now, weights, from, to);
    }

    private long single(RowBlock block, int row, int feature) {
        int at = row * singleWidth + singles[feature];
        return block.singles().length == 0 ? block.wideSingles()[at] : block.singles()[at];
    }

    @Override
    public boolean same(int row, int other) {
        RowBlock a = blocks[row];
        RowBlock b = blocks[other];
        for (int f = 0; f < lists.length; f++) {
            boolean equal = lists[f] >= 0
                    ? same(a.lists()[lists[f]], rows[row], b.lists()[lists[f]], rows[other])
                    : single(a, rows[row], f) == single(b, rows[other], f);
            if (!equal) {
                return false;
            }
        }
        return true;
    }

    private static boolean same(RowBlock.IdList a, int row, RowBlock.IdList b, int other) {
        int from = a.starts()[row];
        int to = from + a.length(row);
        int start = b.starts()[other];
        int end = start + b.length(other);
        if (a == b && from == start && to == end) {
            return true;
        }
        if (end - start != to - from) {
            return false;
        }
        int[] ids = a.ids();
        int[] others = b.ids();
        boolean equal = ids != null && others != null
                ? Arrays.equals(ids, from, to, others, start, end)
                : Arrays.equals(
                        Objects.requireNonNull(a.wideIds()), from, to, Objects.requireNonNull(b.wideIds()), start, end);
        float[] weights = a.weights();
        float[] given = b.weights();
        return equal && (weights == null || given == null || ListRuns.sameBits(weights, from, given, start, to - from));
    }
}
