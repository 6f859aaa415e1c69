package dev.herd.data;

import java.util.Arrays;
import java.util.List;

/// Collects runs of rows of features into the arrays of a [KeyedJaggedTensor].
final class JaggedRows {
    private final boolean weighted;
    private long[] values = new long[64];
    private float[] weights = new float[0];
    private int[] offsets = new int[64];
    private int rows;
    private int size;

    JaggedRows(boolean weighted) {
        this.weighted = weighted;
    }

    /// Appends rows `[from, to)` of one feature.
    void append(KeyedJaggedTensor tensor, int feature, int from, int to) {
        int first = feature * tensor.stride() + from;
        int start = tensor.offsets()[first];
        int count = tensor.offsets()[first + to - from] - start;
        reserve(to - from, count);
        System.arraycopy(tensor.values(), start, values, size, count);
        float[] given = tensor.weights();
        if (weighted && given != null) {
            System.arraycopy(given, start, weights, size, count);
        } else if (weighted) {
            Arrays.fill(weights, size, size + count, 1f);
        }
        for (int b = 1; b <= to - from; b++) {
            offsets[++rows] = size + tensor.offsets()[first + b] - start;
        }
        size += count;
    }

    private void reserve(int moreRows, int moreValues) {
        int needed = Math.addExact(size, moreValues);
        if (needed > values.length) {
            values = Arrays.copyOf(values, Math.max(needed, size + (size >> 1)));
        }
        if (weighted && weights.length < values.length) {
            weights = Arrays.copyOf(weights, values.length);
        }
        int neededRows = Math.addExact(rows + 1, moreRows);
        if (neededRows > offsets.length) {
            offsets = Arrays.copyOf(offsets, Math.max(neededRows, rows + (rows >> 1)));
        }
    }

    KeyedJaggedTensor build(List<String> keys, int stride) {
        long[] ids = Arrays.copyOf(values, size);
        int[] ends = Arrays.copyOf(offsets, rows + 1);
        return weighted
                ? KeyedJaggedTensor.ofWeighted(keys, stride, ids, ends, Arrays.copyOf(weights, size))
                : KeyedJaggedTensor.of(keys, stride, ids, ends);
    }
}
