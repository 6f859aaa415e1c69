package dev.herd.data;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Collects runs of rows of features into the arrays of a [KeyedJaggedTensor], whose sizes are known
/// beforehand.
final class JaggedRows {
    private final long[] values;
    private final float @Nullable [] weights;
    private final int[] offsets;
    private int rows;
    private int size;

    /// @param runs how many rows will be appended, over all features
    /// @param ids how many ids these hold
    JaggedRows(boolean weighted, int runs, int ids) {
        values = new long[ids];
        weights = weighted ? new float[ids] : null;
        offsets = new int[Math.addExact(runs, 1)];
    }

    /// Appends rows `[from, to)` of one feature.
    void append(KeyedJaggedTensor tensor, int feature, int from, int to) {
        int first = feature * tensor.stride() + from;
        int start = tensor.offsets()[first];
        int count = tensor.offsets()[first + to - from] - start;
        System.arraycopy(tensor.values(), start, values, size, count);
        appendOffsets(tensor.offsets(), first, to - from, size - start);
        if (weights != null && tensor.weights() != null) {
            System.arraycopy(tensor.weights(), start, weights, size, count);
        } else if (weights != null) {
            Arrays.fill(weights, size, size + count, 1f);
        }
        size += count;
    }

    /// Appends the chosen rows of one feature, each as often as it is named.
    void append(KeyedJaggedTensor tensor, int feature, int[] chosen) {
        int[] given = tensor.offsets();
        int base = feature * tensor.stride();
        for (int row : chosen) {
            int start = given[base + row];
            int count = given[base + row + 1] - start;
            copy(tensor.values(), start, count);
            if (weights != null && tensor.weights() != null) {
                System.arraycopy(tensor.weights(), start, weights, size, count);
            } else if (weights != null) {
                Arrays.fill(weights, size, size + count, 1f);
            }
            size += count;
            offsets[++rows] = size;
        }
    }

    /// A copy of few ids costs less in a loop than through `arraycopy`.
    private void copy(long[] from, int start, int count) {
        if (count > 8) {
            System.arraycopy(from, start, values, size, count);
            return;
        }
        for (int i = 0; i < count; i++) {
            values[size + i] = from[start + i];
        }
    }

    private void appendOffsets(int[] given, int first, int count, int shift) {
        int[] own = offsets;
        int last = rows;
        for (int b = 1; b <= count; b++) {
            own[last + b] = given[first + b] + shift;
        }
        rows += count;
    }

    KeyedJaggedTensor build(List<String> keys, int stride) {
        return weights == null
                ? KeyedJaggedTensor.of(keys, stride, values, offsets)
                : KeyedJaggedTensor.ofWeighted(keys, stride, values, offsets, weights);
    }
}
