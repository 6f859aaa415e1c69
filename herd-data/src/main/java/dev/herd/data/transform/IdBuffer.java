package dev.herd.data.transform;

import java.util.Arrays;

/// The ids of one feature over growing rows, with room for a row that is taken back.
final class IdBuffer {
    private final boolean weighted;
    private long[] ids;
    private float[] weights = new float[0];
    private int[] ends;
    private int size;
    private int rows;

    /// @param expectedRows that make room for an id each
    IdBuffer(boolean weighted, int expectedRows) {
        this.weighted = weighted;
        ids = new long[Math.max(16, expectedRows)];
        ends = new int[Math.max(16, expectedRows + 1)];
    }

    int size() {
        return size;
    }

    void add(long id) {
        if (size == ids.length) {
            ids = Arrays.copyOf(ids, size * 2);
        }
        ids[size++] = id;
        if (weighted && weights.length < ids.length) {
            weights = Arrays.copyOf(weights, ids.length);
        }
    }

    /// Adds the entries of a row that was kept.
    void repeat(int row) {
        repeat(row, 0);
    }

    /// Adds the entries of the row that was kept last, but for the first ones.
    void repeatLast(int but) {
        repeat(rows - 1, but);
    }

    private void repeat(int row, int but) {
        int from = ends[row] + but;
        int count = ends[row + 1] - from;
        if (size + count > ids.length) {
            ids = Arrays.copyOf(ids, Math.max(size + count, size * 2));
        }
        System.arraycopy(ids, from, ids, size, count);
        if (weighted) {
            weights = weights.length < ids.length ? Arrays.copyOf(weights, ids.length) : weights;
            System.arraycopy(weights, from, weights, size, count);
        }
        size += count;
    }

    void weigh(int at, float weight) {
        weights[at] = weight;
    }

    /// Keeps at most `count` of the entries from `first` on, the last ones.
    void keepLast(int first, int count) {
        int surplus = size - first - count;
        if (surplus > 0) {
            System.arraycopy(ids, first + surplus, ids, first, count);
            if (weighted) {
                System.arraycopy(weights, first + surplus, weights, first, count);
            }
            size = first + count;
        }
    }

    void keepRow() {
        if (rows + 1 == ends.length) {
            ends = Arrays.copyOf(ends, ends.length * 2);
        }
        ends[++rows] = size;
    }

    void dropRow() {
        size = ends[rows];
    }

    void copyIds(long[] into, int at) {
        System.arraycopy(ids, 0, into, at, size);
    }

    void copyWeights(float[] into, int at) {
        if (weighted) {
            System.arraycopy(weights, 0, into, at, size);
        } else {
            Arrays.fill(into, at, at + size, 1f);
        }
    }

    int end(int row) {
        return ends[row + 1];
    }
}
