package dev.herd.data.transform;

import dev.herd.data.Batch;
import dev.herd.data.Features;
import dev.herd.data.KeyedJaggedTensor;
import java.util.Arrays;
import java.util.List;

/// Encoded rows on their way to a batch, with room for a row that is taken back.
final class RowBuffer {
    private final int labelWidth;
    private final int denseWidth;
    private final List<String> keys;
    private final boolean anyWeights;
    private final IdBuffer[] ids;
    private final float[] labels;
    private final float[] dense;
    private final long[] sessions;
    private final long[] timestamps;
    private final int[] kept;
    private int rows;
    private int nextLabel;
    private int nextDense;

    RowBuffer(FeaturePipeline pipeline, int capacity) {
        labelWidth = pipeline.labels().size();
        denseWidth = pipeline.dense().size();
        keys = pipeline.sparse().stream().map(SparseColumn::name).toList();
        ids = pipeline.sparse().stream()
                .map(c -> new IdBuffer(c.weights() != null, capacity))
                .toArray(IdBuffer[]::new);
        anyWeights = pipeline.sparse().stream().anyMatch(c -> c.weights() != null);
        labels = new float[capacity * labelWidth];
        dense = new float[capacity * denseWidth];
        sessions = new long[pipeline.session() == null ? 0 : capacity];
        timestamps = new long[pipeline.timestamp() == null ? 0 : capacity];
        kept = new int[capacity];
    }

    void addLabel(float label) {
        labels[nextLabel++] = label;
    }

    void addDense(float value) {
        dense[nextDense++] = value;
    }

    void addSession(long session) {
        sessions[rows] = session;
    }

    void addTimestamp(long timestamp) {
        timestamps[rows] = timestamp;
    }

    IdBuffer ids(int feature) {
        return ids[feature];
    }

    void keepRow(int row) {
        kept[rows++] = row;
        for (IdBuffer feature : ids) {
            feature.keepRow();
        }
    }

    void dropRow() {
        nextLabel = rows * labelWidth;
        nextDense = rows * denseWidth;
        for (IdBuffer feature : ids) {
            feature.dropRow();
        }
    }

    /// The number given to [#keepRow] last; -1 before the first.
    int lastRow() {
        return rows == 0 ? -1 : kept[rows - 1];
    }

    /// Numbers given to [#keepRow].
    int[] rows() {
        return Arrays.copyOf(kept, rows);
    }

    Batch batch() {
        int[] offsets = new int[ids.length * rows + 1];
        int size = 0;
        for (int f = 0, at = 1; f < ids.length; f++) {
            for (int r = 0; r < rows; r++) {
                offsets[at++] = size + ids[f].end(r);
            }
            size += ids[f].size();
        }
        long[] values = new long[size];
        float[] weights = new float[anyWeights ? size : 0];
        for (int f = 0; f < ids.length; f++) {
            int at = offsets[f * rows];
            ids[f].copyIds(values, at);
            if (anyWeights) {
                ids[f].copyWeights(weights, at);
            }
        }
        KeyedJaggedTensor sparse = anyWeights
                ? KeyedJaggedTensor.ofWeighted(keys, rows, values, offsets, weights)
                : KeyedJaggedTensor.of(keys, rows, values, offsets);
        return new Batch(
                new Features(rows, Arrays.copyOf(dense, nextDense), sparse),
                Arrays.copyOf(labels, nextLabel),
                Arrays.copyOf(sessions, sessions.length == 0 ? 0 : rows),
                Arrays.copyOf(timestamps, timestamps.length == 0 ? 0 : rows));
    }
}
