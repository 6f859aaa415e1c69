package dev.herd.data;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The ids of one feature for B rows.
///
/// **Shapes**: row b is `values[offsets[b] .. offsets[b+1])`; `weights`, if present, runs parallel to `values`.
/// The arrays are held, not copied.
public record JaggedTensor(long[] values, int[] offsets, float @Nullable [] weights) {
    public JaggedTensor {
        if (offsets.length == 0 || offsets[0] != 0 || offsets[offsets.length - 1] != values.length) {
            throw new IllegalArgumentException(
                    "offsets must run from 0 to " + values.length + " (the number of values)");
        }
        if (weights != null && weights.length != values.length) {
            throw new IllegalArgumentException("weights must run parallel to values: " + weights.length + " weights, "
                    + values.length + " values");
        }
    }

    /// B.
    public int rows() {
        return offsets.length - 1;
    }

    public int length(int row) {
        return offsets[row + 1] - offsets[row];
    }

    /// A copy of one row's ids.
    public long[] row(int row) {
        return Arrays.copyOfRange(values, offsets[row], offsets[row + 1]);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof JaggedTensor that
                && Arrays.equals(values, that.values)
                && Arrays.equals(offsets, that.offsets)
                && Arrays.equals(weights, that.weights);
    }

    @Override
    public int hashCode() {
        return Objects.hash(Arrays.hashCode(values), Arrays.hashCode(offsets), Arrays.hashCode(weights));
    }

    @Override
    public String toString() {
        return "JaggedTensor[rows=" + rows() + ", values=" + values.length + "]";
    }
}
