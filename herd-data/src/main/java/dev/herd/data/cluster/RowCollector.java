package dev.herd.data.cluster;

import dev.herd.data.Batch;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.data.Features;
import dev.herd.data.KeyedJaggedTensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/// Collects records into a batch.
final class RowCollector {
    private static final int ROWS = 8192;
    private static final int IDS = 1 << 22;

    private final RowRecord record;
    private final List<String> keys;
    private final boolean weighted;
    private final float[] labels;
    private final float[] dense;
    private final long[] sessions;
    private final long[] timestamps;
    private final int[][] ends;
    private final long[][] ids;
    private final float[][] weights;
    private int rows;
    private int size;

    RowCollector(RowRecord record) {
        this.record = record;
        int features = record.features.size();
        keys = record.features.stream().map(SparseFeature::name).toList();
        weighted = record.features.stream().anyMatch(SparseFeature::weighted);
        labels = new float[ROWS * record.labels];
        dense = new float[ROWS * record.dense];
        sessions = new long[ROWS];
        timestamps = new long[record.timed ? ROWS : 0];
        ends = new int[features][ROWS + 1];
        ids = new long[features][ROWS];
        weights = new float[features][weighted ? ROWS : 0];
    }

    boolean isEmpty() {
        return rows == 0;
    }

    boolean isFull() {
        return rows == ROWS || size >= IDS;
    }

    void add(MemorySegment from, long start) {
        sessions[rows] = RowRecord.session(from, start);
        if (record.timed) {
            timestamps[rows] = RowRecord.time(from, start);
        }
        long at = start + RowRecord.HEADER;
        MemorySegment.copy(from, RowRecord.FLOAT, at, labels, rows * record.labels, record.labels);
        at += 4L * record.labels;
        MemorySegment.copy(from, RowRecord.FLOAT, at, dense, rows * record.dense, record.dense);
        at += 4L * record.dense;
        for (int f = 0; f < ids.length; f++) {
            at = add(from, at, f);
        }
        rows++;
    }

    private long add(MemorySegment from, long start, int f) {
        SparseFeature feature = record.features.get(f);
        boolean single = RowRecord.single(feature);
        int length = single ? 1 : from.get(RowRecord.INT, start);
        long at = single ? start : start + 4;
        int before = ends[f][rows];
        int end = Math.addExact(before, length);
        if (end > ids[f].length) {
            ids[f] = Arrays.copyOf(ids[f], Math.max(end, 2 * ids[f].length));
            weights[f] = Arrays.copyOf(weights[f], weighted ? ids[f].length : 0);
        }
        if (RowRecord.wide(feature)) {
            MemorySegment.copy(from, RowRecord.LONG, at, ids[f], before, length);
            at += 8L * length;
        } else {
            for (int i = before; i < end; i++, at += 4) {
                ids[f][i] = from.get(RowRecord.INT, at);
            }
        }
        if (feature.weighted()) {
            MemorySegment.copy(from, RowRecord.FLOAT, at, weights[f], before, length);
            at += 4L * length;
        } else if (weighted) {
            Arrays.fill(weights[f], before, end, 1f);
        }
        ends[f][rows + 1] = end;
        size += length;
        return at;
    }

    /// The rows so far; the collector is empty afterwards.
    Batch take() {
        long[] values = new long[size];
        float[] all = new float[weighted ? size : 0];
        int[] offsets = new int[ids.length * rows + 1];
        int at = 0;
        for (int f = 0; f < ids.length; f++) {
            int count = ends[f][rows];
            System.arraycopy(ids[f], 0, values, at, count);
            if (weighted) {
                System.arraycopy(weights[f], 0, all, at, count);
            }
            for (int r = 1; r <= rows; r++) {
                offsets[f * rows + r] = at + ends[f][r];
            }
            at += count;
        }
        KeyedJaggedTensor sparse = weighted
                ? KeyedJaggedTensor.ofWeighted(keys, rows, values, offsets, all)
                : KeyedJaggedTensor.of(keys, rows, values, offsets);
        Batch batch = new Batch(
                new Features(rows, Arrays.copyOf(dense, rows * record.dense), sparse),
                Arrays.copyOf(labels, rows * record.labels),
                Arrays.copyOf(sessions, rows),
                Arrays.copyOf(timestamps, record.timed ? rows : 0));
        rows = 0;
        size = 0;
        return batch;
    }
}
