package dev.herd.data;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/// The ids of one feature whose rows slide: each drops some of the oldest ids of the row before and
/// appends some newest. A run of such rows is held as the one list that all of them are windows of.
///
/// Serves what treats each id by itself: a lookup of rows of a table, or a transform of ids, runs on the
/// lists of the runs, and windows are cut from its result. What mixes the ids of a row, such as attention
/// over them, gains nothing, for every window mixes differently.
///
/// **Shapes**: row b is `values[starts[b] .. starts[b] + lengths[b])`; the rows `[3 4 5]`, `[4 5 6]` are
/// the values `3 4 5 6` with the windows `(0, 3)`, `(1, 3)`. `weights`, if present, runs parallel to
/// `values`.
/// **Paper**: RecD (arXiv 2211.05239), partial deduplication. How windows are found is decided here: a row
/// is compared with the row before it alone, and continues its run at the largest overlap.
public final class WindowedJaggedTensor {
    /// Comparisons spent on an id of two rows before their overlap is given up.
    private static final int EFFORT = 4;

    private final long[] values;
    private final float @Nullable [] weights;
    private final int[] starts;
    private final int[] lengths;
    private final int runs;

    private WindowedJaggedTensor(long[] values, float @Nullable [] weights, int[] starts, int[] lengths, int runs) {
        this.values = values;
        this.weights = weights;
        this.starts = starts;
        this.lengths = lengths;
        this.runs = runs;
    }

    /// Finds the runs among rows.
    ///
    /// Rows that repeat one further up are not found: hold equal rows once first, and take the distinct
    /// ones of [InverseKeyedJaggedTensor#unique].
    public static WindowedJaggedTensor of(JaggedTensor rows) {
        int count = rows.rows();
        long[] values = new long[rows.values().length];
        float[] given = rows.weights();
        float[] weights = given == null ? null : new float[values.length];
        int[] starts = new int[count];
        int[] lengths = new int[count];
        int size = 0;
        int runs = 0;
        for (int b = 0; b < count; b++) {
            int from = rows.offsets()[b];
            int length = rows.length(b);
            int start = b == 0 ? size : window(values, weights, starts[b - 1], size, rows, from, length);
            runs += start == size ? 1 : 0;
            int held = Math.min(size - start, length);
            System.arraycopy(rows.values(), from + held, values, size, length - held);
            if (given != null && weights != null) {
                System.arraycopy(given, from + held, weights, size, length - held);
            }
            starts[b] = start;
            lengths[b] = length;
            size += length - held;
        }
        return new WindowedJaggedTensor(
                Arrays.copyOf(values, size),
                weights == null ? null : Arrays.copyOf(weights, size),
                starts,
                lengths,
                runs);
    }

    /* The first place from the last row's start on where what is held agrees with the new row, as far as either goes;
     * the end when there is none. The work is bounded, because lists of few different ids could make it quadratic. */
    private static int window(
            long[] held, float @Nullable [] heldWeights, int first, int end, JaggedTensor rows, int from, int length) {
        if (length == 0) {
            return first;
        }
        long[] given = rows.values();
        float[] weights = rows.weights();
        long left = (long) EFFORT * (end - first + length);
        for (int at = first; at < end && left > 0; at++) {
            left--;
            if (held[at] != given[from]) {
                continue;
            }
            int common = Math.min(end - at, length);
            int differs = Arrays.mismatch(held, at, at + common, given, from, from + common);
            left -= differs < 0 ? common : differs;
            if (differs < 0
                    && (heldWeights == null
                            || weights == null
                            || TensorRows.sameBits(heldWeights, at, weights, from, common))) {
                return at;
            }
        }
        return end;
    }

    /// B, the number of rows.
    public int rows() {
        return starts.length;
    }

    /// How many lists the rows are windows of.
    public int runs() {
        return runs;
    }

    /// The lists of all runs, one after the other; not to be written to.
    public long[] values() {
        return values;
    }

    public float @Nullable [] weights() {
        return weights;
    }

    /// Where each row begins among the values; not to be written to.
    public int[] starts() {
        return starts;
    }

    /// How many ids each row has; not to be written to.
    public int[] lengths() {
        return lengths;
    }

    /// Ids of all rows over ids that are held; 1 when there are none.
    public double factor() {
        return values.length == 0
                ? 1
                : (double) Arrays.stream(lengths).asLongStream().sum() / values.length;
    }

    /// Bytes of the arrays.
    public long bytes() {
        return (long) Long.BYTES * values.length
                + (weights == null ? 0 : (long) Float.BYTES * weights.length)
                + 2L * Integer.BYTES * starts.length;
    }

    /// The rows written out, as they were.
    public JaggedTensor expand() {
        int[] offsets = new int[starts.length + 1];
        for (int b = 0; b < starts.length; b++) {
            offsets[b + 1] = Math.addExact(offsets[b], lengths[b]);
        }
        long[] all = new long[offsets[starts.length]];
        float[] allWeights = weights == null ? null : new float[all.length];
        for (int b = 0; b < starts.length; b++) {
            System.arraycopy(values, starts[b], all, offsets[b], lengths[b]);
            if (weights != null && allWeights != null) {
                System.arraycopy(weights, starts[b], allWeights, offsets[b], lengths[b]);
            }
        }
        return new JaggedTensor(all, offsets, allWeights);
    }

    /// The same windows over other ids, each made from the one in its place.
    public WindowedJaggedTensor map(LongUnaryOperator transform) {
        long[] mapped = new long[values.length];
        Arrays.setAll(mapped, i -> transform.applyAsLong(values[i]));
        return new WindowedJaggedTensor(mapped, weights, starts, lengths, runs);
    }

    /// Rows of numbers, one for every id of the rows written out, cut from those of the ids that are held:
    /// what a lookup of [#values] gave becomes what a lookup of all ids would have given.
    ///
    /// **Shapes**: `held[values.length * width]`, result `[sum of lengths, width]` row-major.
    public float[] expand(float[] held, int width) {
        if (held.length != values.length * (long) width) {
            throw new IllegalArgumentException("held must have " + values.length + " rows of " + width
                    + " numbers, got " + held.length + " numbers");
        }
        long ids = Arrays.stream(lengths).asLongStream().sum();
        float[] all = new float[Math.toIntExact(ids * width)];
        int at = 0;
        for (int b = 0; b < starts.length; b++) {
            System.arraycopy(held, starts[b] * width, all, at, lengths[b] * width);
            at += lengths[b] * width;
        }
        return all;
    }

    /// The transpose of [#expand(float[], int)]: gradients of all ids, summed over the windows that an id
    /// appears in.
    public float[] collect(float[] gradients, int width) {
        float[] held = new float[Math.multiplyExact(values.length, width)];
        int at = 0;
        for (int b = 0; b < starts.length; b++) {
            int first = starts[b] * width;
            for (int i = 0; i < lengths[b] * width; i++) {
                held[first + i] += gradients[at + i];
            }
            at += lengths[b] * width;
        }
        if (at != gradients.length) {
            throw new IllegalArgumentException(
                    "gradients must hold " + at + " numbers, width " + width + " for each id, got " + gradients.length);
        }
        return held;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof WindowedJaggedTensor that
                && Arrays.equals(values, that.values)
                && Arrays.equals(weights, that.weights)
                && Arrays.equals(starts, that.starts)
                && Arrays.equals(lengths, that.lengths);
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                Arrays.hashCode(values), Arrays.hashCode(weights), Arrays.hashCode(starts), Arrays.hashCode(lengths));
    }

    @Override
    public String toString() {
        return "WindowedJaggedTensor[rows=" + starts.length + ", runs=" + runs + ", values=" + values.length + "]";
    }
}
