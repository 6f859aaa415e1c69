package dev.herd.data.dataset;

import dev.herd.data.Batch;
import dev.herd.data.Features;
import dev.herd.data.KeyedJaggedTensor;
import java.util.Objects;

/// Gathers rows of blocks into one batch.
final class BatchAssembler {
    private final RowLayout layout;

    BatchAssembler(RowLayout layout) {
        this.layout = layout;
    }

    /// **Shapes**: row b of the batch is row `rows[b]` of `blocks[b]`.
    Batch assemble(RowBlock[] blocks, int[] rows) {
        int size = rows.length;
        int width = layout.numbers - layout.labels;
        float[] labels = new float[size * layout.labels];
        float[] dense = new float[size * width];
        for (int b = 0; b < size; b++) {
            int from = rows[b] * layout.numbers;
            System.arraycopy(blocks[b].numbers(), from, labels, b * layout.labels, layout.labels);
            System.arraycopy(blocks[b].numbers(), from + layout.labels, dense, b * width, width);
        }
        long[] sessions = new long[layout.hasSession() ? size : 0];
        for (int b = 0; b < sessions.length; b++) {
            sessions[b] = blocks[b].sessions()[rows[b]];
        }
        long[] timestamps = new long[layout.hasTimestamp() ? size : 0];
        for (int b = 0; b < timestamps.length; b++) {
            timestamps[b] = blocks[b].timestamps()[rows[b]];
        }
        return new Batch(new Features(size, dense, sparse(blocks, rows)), labels, sessions, timestamps);
    }

    private KeyedJaggedTensor sparse(RowBlock[] blocks, int[] rows) {
        int size = rows.length;
        int features = layout.keys.size();
        int[] offsets = offsets(blocks, rows);
        long[] values = new long[offsets[features * size]];
        fillSingles(blocks, rows, offsets, values);
        boolean weighted = layout.schema.sparse().stream().anyMatch(f -> f.weighted());
        float[] weights = new float[weighted ? values.length : 0];
        if (weighted) {
            java.util.Arrays.fill(weights, 1f);
        }
        for (int l = 0; l < layout.lists.length; l++) {
            for (int b = 0; b < size; b++) {
                copyList(blocks[b].lists()[l], rows[b], offsets[layout.lists[l] * size + b], values, weights);
            }
        }
        return weighted
                ? KeyedJaggedTensor.ofWeighted(layout.keys, size, values, offsets, weights)
                : KeyedJaggedTensor.of(layout.keys, size, values, offsets);
    }

    private int[] offsets(RowBlock[] blocks, int[] rows) {
        int size = rows.length;
        int features = layout.keys.size();
        int[] offsets = new int[features * size + 1];
        int list = 0;
        for (int f = 0; f < features; f++) {
            boolean isList = list < layout.lists.length && layout.lists[list] == f;
            for (int b = 0, at = f * size; b < size; b++, at++) {
                int length = isList ? blocks[b].lists()[list].length(rows[b]) : 1;
                offsets[at + 1] = Math.addExact(offsets[at], length);
            }
            list += isList ? 1 : 0;
        }
        return offsets;
    }

    private void fillSingles(RowBlock[] blocks, int[] rows, int[] offsets, long[] values) {
        int size = rows.length;
        int width = layout.singles.length;
        int[] first = new int[width];
        for (int s = 0; s < width; s++) {
            first[s] = offsets[layout.singles[s] * size];
        }
        for (int b = 0; b < size; b++) {
            int from = rows[b] * width;
            if (layout.wide) {
                long[] ids = blocks[b].wideSingles();
                for (int s = 0; s < width; s++) {
                    values[first[s] + b] = ids[from + s];
                }
            } else {
                int[] ids = blocks[b].singles();
                for (int s = 0; s < width; s++) {
                    values[first[s] + b] = ids[from + s];
                }
            }
        }
    }

    private static void copyList(RowBlock.IdList list, int row, int to, long[] values, float[] weights) {
        int from = list.offsets()[row];
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
