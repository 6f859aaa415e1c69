package dev.herd.data;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The rows of a tensor over some of its features: equal when lengths, ids and the bits of weights are.
final class TensorRows implements DistinctRows.Rows {
    private final int[] bases;
    private final int stride;
    private final int[] offsets;
    private final long[] values;
    private final float @Nullable [] weights;

    TensorRows(KeyedJaggedTensor tensor, int[] features) {
        stride = tensor.stride();
        bases = Arrays.stream(features).map(f -> f * stride).toArray();
        offsets = tensor.offsets();
        values = tensor.values();
        weights = tensor.weights();
    }

    @Override
    public int count() {
        return stride;
    }

    @Override
    public long hash(int row) {
        long hash = 0;
        for (int base : bases) {
            int at = base + row;
            hash = RowHash.ids(hash, values, offsets[at], offsets[at + 1]);
            if (weights != null) {
                hash = RowHash.weights(hash, weights, offsets[at], offsets[at + 1]);
            }
        }
        return hash;
    }

    @Override
    public boolean same(int row, int other) {
        for (int base : bases) {
            int at = base + row;
            int to = base + other;
            int a = offsets[at];
            int b = offsets[to];
            int length = offsets[at + 1] - a;
            if (offsets[to + 1] - b != length || !Arrays.equals(values, a, a + length, values, b, b + length)) {
                return false;
            }
            if (weights != null && !sameBits(weights, a, weights, b, length)) {
                return false;
            }
        }
        return true;
    }

    /* Arrays.equals would take any two NaN for the same. */
    static boolean sameBits(float[] weights, int a, float[] others, int b, int length) {
        for (int i = 0; i < length; i++) {
            if (Float.floatToRawIntBits(weights[a + i]) != Float.floatToRawIntBits(others[b + i])) {
                return false;
            }
        }
        return true;
    }
}
