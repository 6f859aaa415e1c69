package dev.herd.data;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The ids of F sparse features for B rows, each row holding any number of ids per feature.
///
/// **Shapes**: `values` holds the N ids feature-major, then row by row; row b of feature f is
/// `values[offsets[f*B+b] .. offsets[f*B+b+1])`; `weights`, if present, runs parallel to `values`; `stride` is B.
/// For two features of three rows with lengths `2 0 1 | 1 1 3` the offsets are `0 2 2 3 4 5 8`.
///
/// The arrays are held, not copied: who hands them over must not write to them again.
///
/// **Paper**: TorchRec's KeyedJaggedTensor, the batch format of RecD (arXiv 2211.05239).
public final class KeyedJaggedTensor {
    private final List<String> keys;
    private final int stride;
    private final long[] values;
    private final int[] offsets;
    private final float @Nullable [] weights;

    private KeyedJaggedTensor(List<String> keys, int stride, long[] values, int[] offsets, float @Nullable [] weights) {
        this.keys = List.copyOf(keys);
        this.stride = stride;
        this.values = values;
        this.offsets = offsets;
        this.weights = weights;
        validate();
    }

    public static KeyedJaggedTensor of(List<String> keys, int stride, long[] values, int[] offsets) {
        return new KeyedJaggedTensor(keys, stride, values, offsets, null);
    }

    public static KeyedJaggedTensor ofWeighted(
            List<String> keys, int stride, long[] values, int[] offsets, float[] weights) {
        return new KeyedJaggedTensor(keys, stride, values, offsets, Objects.requireNonNull(weights));
    }

    private void validate() {
        int rows = Math.multiplyExact(keys.size(), stride);
        if (stride < 0 || offsets.length != rows + 1) {
            throw new IllegalArgumentException(
                    "offsets must have F*B+1 = " + keys.size() + "*" + stride + "+1 entries, got " + offsets.length);
        }
        if (offsets[0] != 0 || offsets[rows] != values.length) {
            throw new IllegalArgumentException("offsets must run from 0 to " + values.length
                    + " (the number of values), got " + offsets[0] + " to " + offsets[rows]);
        }
        for (int i = 0; i < rows; i++) {
            if (offsets[i] > offsets[i + 1]) {
                throw new IllegalArgumentException("offsets must not decrease: offsets[" + i + "]=" + offsets[i]
                        + " > offsets[" + (i + 1) + "]=" + offsets[i + 1]);
            }
        }
        if (weights != null && weights.length != values.length) {
            throw new IllegalArgumentException("weights must run parallel to values: " + weights.length + " weights, "
                    + values.length + " values");
        }
    }

    public List<String> keys() {
        return keys;
    }

    /// B, the number of rows of every feature.
    public int stride() {
        return stride;
    }

    public long[] values() {
        return values;
    }

    public int[] offsets() {
        return offsets;
    }

    public float @Nullable [] weights() {
        return weights;
    }

    public int length(int feature, int row) {
        int at = feature * stride + row;
        return offsets[at + 1] - offsets[at];
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KeyedJaggedTensor that
                && keys.equals(that.keys)
                && stride == that.stride
                && Arrays.equals(values, that.values)
                && Arrays.equals(offsets, that.offsets)
                && Arrays.equals(weights, that.weights);
    }

    @Override
    public int hashCode() {
        return Objects.hash(keys, stride, Arrays.hashCode(values), Arrays.hashCode(offsets), Arrays.hashCode(weights));
    }

    @Override
    public String toString() {
        return "KeyedJaggedTensor[keys=" + keys + ", stride=" + stride + ", values=" + values.length + "]";
    }
}
