package dev.herd.data.dataset;

import dev.herd.data.DistinctRows;
import dev.herd.data.InverseKeyedJaggedTensor;
import dev.herd.data.KeyedJaggedTensor;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// Gathers the ids of some features from rows of blocks.
final class IdGather {
    private final List<String> keys;
    private final boolean weighted;
    private final boolean wide;
    private final int singleWidth;
    /// Of each feature: its place among the layout's lists, or -1.
    private final int[] lists;
    /// Of each feature: its place among the layout's single ids, or -1.
    private final int[] singles;

    /// @param features numbers of the features in the schema, in the order they should have
    IdGather(RowLayout layout, int[] features) {
        keys = Arrays.stream(features).mapToObj(layout.keys::get).toList();
        weighted = Arrays.stream(features).anyMatch(f -> layout.feature(f).weighted());
        wide = layout.wide;
        singleWidth = layout.singles.length;
        lists = Arrays.stream(features).map(f -> place(layout.lists, f)).toArray();
        singles = Arrays.stream(features).map(f -> place(layout.singles, f)).toArray();
    }

    private static int place(int[] among, int feature) {
        int found = Arrays.binarySearch(among, feature);
        return found < 0 ? -1 : found;
    }

    /// **Shapes**: row b of the tensor is row `rows[b]` of `blocks[b]`.
    KeyedJaggedTensor gather(RowBlock[] blocks, int[] rows) {
        int[] offsets = offsets(blocks, rows);
        long[] values = new long[offsets[offsets.length - 1]];
        fillSingles(blocks, rows, offsets, values);
        float[] weights = new float[weighted ? values.length : 0];
        Arrays.fill(weights, 1f);
        for (int f = 0; f < lists.length; f++) {
            int list = lists[f];
            for (int b = 0; list >= 0 && b < rows.length; b++) {
                copyList(blocks[b].lists()[list], rows[b], offsets[f * rows.length + b], values, weights);
            }
        }
        return weighted
                ? KeyedJaggedTensor.ofWeighted(keys, rows.length, values, offsets, weights)
                : KeyedJaggedTensor.of(keys, rows.length, values, offsets);
    }

    /// The same rows, each distinct one gathered once: repetitions are found in the blocks and never
    /// copied.
    InverseKeyedJaggedTensor deduplicate(RowBlock[] blocks, int[] rows) {
        DistinctRows distinct = DistinctRows.of(new BlockRows(singles, lists, singleWidth, blocks, rows));
        int[] firsts = distinct.firsts();
        RowBlock[] fromBlocks = new RowBlock[firsts.length];
        int[] fromRows = new int[firsts.length];
        for (int u = 0; u < firsts.length; u++) {
            fromBlocks[u] = blocks[firsts[u]];
            fromRows[u] = rows[firsts[u]];
        }
        return InverseKeyedJaggedTensor.of(gather(fromBlocks, fromRows), distinct.numbers());
    }

    private int[] offsets(RowBlock[] blocks, int[] rows) {
        int size = rows.length;
        int[] offsets = new int[lists.length * size + 1];
        for (int f = 0; f < lists.length; f++) {
            int list = lists[f];
            for (int b = 0, at = f * size; b < size; b++, at++) {
                int length = list >= 0 ? blocks[b].lists()[list].length(rows[b]) : 1;
                offsets[at + 1] = Math.addExact(offsets[at], length);
            }
        }
        return offsets;
    }

    private void fillSingles(RowBlock[] blocks, int[] rows, int[] offsets, long[] values) {
        int[] features = Arrays.stream(singles).filter(s -> s >= 0).toArray();
        int[] first = new int[features.length];
        for (int f = 0, s = 0; f < singles.length; f++) {
            if (singles[f] >= 0) {
                first[s++] = offsets[f * rows.length];
            }
        }
        for (int b = 0; features.length > 0 && b < rows.length; b++) {
            int from = rows[b] * singleWidth;
            if (wide) {
                long[] ids = blocks[b].wideSingles();
                for (int s = 0; s < features.length; s++) {
                    values[first[s] + b] = ids[from + features[s]];
                }
            } else {
                int[] ids = blocks[b].singles();
                for (int s = 0; s < features.length; s++) {
                    values[first[s] + b] = ids[from + features[s]];
                }
            }
        }
    }

    private static void copyList(RowBlock.IdList list, int row, int to, long[] values, float[] weights) {
        int from = list.starts()[row];
        int length = list.length(row);
        int[] ids = list.ids();
        if (ids != null) {
            for (int i = 0; i < length; i++) {
                values[to + i] = ids[from + i];
            }
        } else {
            System.arraycopy(Objects.requireNonNull(list.wideIds()), from, values, to, length);
        }
        float[] given = list.weights();
        if (given != null) {
            System.arraycopy(given, from, weights, to, length);
        }
    }
}
