package dev.herd.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The ids of F sparse features for B rows, each row holding any number of ids per feature.
///
/// **Shapes**: `values` holds the N ids feature-major, then row by row; row b of feature f is
/// `values[offsets[f*B+b] .. offsets[f*B+b+1])`; `weights`, if present, runs parallel to `values`;
/// `stride` is B. For two features of three rows with lengths `2 0 1 | 1 1 3` the offsets are `0 2 2 3 4 5
/// 8`.
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

    /// The ids of one feature.
    ///
    /// **Throws** `IllegalArgumentException` for an unknown key, naming the known ones.
    public JaggedTensor jagged(String key) {
        int feature = index(key);
        int start = offsets[feature * stride];
        int end = offsets[(feature + 1) * stride];
        int[] own = new int[stride + 1];
        for (int b = 0; b <= stride; b++) {
            own[b] = offsets[feature * stride + b] - start;
        }
        return new JaggedTensor(
                Arrays.copyOfRange(values, start, end),
                own,
                weights == null ? null : Arrays.copyOfRange(weights, start, end));
    }

    /// The features of all tensors side by side, for the same rows. Where only some carry weights, the
    /// others' are 1.
    ///
    /// **Throws** `IllegalArgumentException` when the strides differ or a key occurs twice.
    public static KeyedJaggedTensor concat(List<KeyedJaggedTensor> tensors) {
        int stride = tensors.getFirst().stride;
        List<String> keys = new ArrayList<>();
        int features = tensors.stream().mapToInt(t -> t.keys.size()).reduce(0, Math::addExact);
        JaggedRows rows = rows(tensors, Math.multiplyExact(features, stride));
        for (KeyedJaggedTensor tensor : tensors) {
            if (tensor.stride != stride) {
                throw new IllegalArgumentException(
                        "tensors side by side need the same number of rows, got " + stride + " and " + tensor.stride);
            }
            for (int f = 0; f < tensor.keys.size(); f++) {
                if (keys.contains(tensor.keys.get(f))) {
                    throw new IllegalArgumentException(
                            "key '" + tensor.keys.get(f) + "' occurs twice among the tensors");
                }
                keys.add(tensor.keys.get(f));
                rows.append(tensor, f, 0, stride);
            }
        }
        return rows.build(keys, stride);
    }

    /// The rows of all tensors one after the other; their keys must be the same. Where only some carry
    /// weights, the others' are 1.
    public static KeyedJaggedTensor stack(List<KeyedJaggedTensor> tensors) {
        List<String> keys = tensors.getFirst().keys;
        int stride = 0;
        for (KeyedJaggedTensor tensor : tensors) {
            if (!tensor.keys.equals(keys)) {
                throw new IllegalArgumentException(
                        "tensors on top of each other need the same keys, got " + keys + " and " + tensor.keys);
            }
            stride = Math.addExact(stride, tensor.stride);
        }
        JaggedRows rows = rows(tensors, Math.multiplyExact(keys.size(), stride));
        for (int f = 0; f < keys.size(); f++) {
            for (KeyedJaggedTensor tensor : tensors) {
                rows.append(tensor, f, 0, tensor.stride);
            }
        }
        return rows.build(keys, stride);
    }

    /// Room for the ids of all tensors.
    private static JaggedRows rows(List<KeyedJaggedTensor> tensors, int runs) {
        int ids = tensors.stream().mapToInt(t -> t.values.length).reduce(0, Math::addExact);
        return new JaggedRows(tensors.stream().anyMatch(t -> t.weights != null), runs, ids);
    }

    /// Some of the features, in the given order.
    public KeyedJaggedTensor select(List<String> wanted) {
        int[] features = wanted.stream().mapToInt(this::index).toArray();
        int ids = Arrays.stream(features).map(f -> count(f, 0, stride)).reduce(0, Math::addExact);
        JaggedRows rows = new JaggedRows(weights != null, Math.multiplyExact(features.length, stride), ids);
        for (int f : features) {
            rows.append(this, f, 0, stride);
        }
        return rows.build(wanted, stride);
    }

    /// All features, with `order[i]` becoming the i-th.
    ///
    /// **Throws** `IllegalArgumentException` when `order` is not a permutation of the features.
    public KeyedJaggedTensor permute(int... order) {
        boolean[] seen = new boolean[keys.size()];
        for (int f : order) {
            if (f < 0 || f >= seen.length || seen[f]) {
                throw new IllegalArgumentException(
                        "not a permutation of " + keys.size() + " features: " + Arrays.toString(order));
            }
            seen[f] = true;
        }
        if (order.length != seen.length) {
            throw new IllegalArgumentException(
                    "a permutation of " + seen.length + " features is needed, got " + order.length + " numbers");
        }
        return select(Arrays.stream(order).mapToObj(keys::get).toList());
    }

    /// The rows `[from, to)` of every feature.
    public KeyedJaggedTensor slice(int from, int to) {
        Objects.checkFromToIndex(from, to, stride);
        int ids = 0;
        for (int f = 0; f < keys.size(); f++) {
            ids += count(f, from, to);
        }
        JaggedRows rows = new JaggedRows(weights != null, keys.size() * (to - from), ids);
        for (int f = 0; f < keys.size(); f++) {
            rows.append(this, f, from, to);
        }
        return rows.build(keys, to - from);
    }

    /// The chosen rows of every feature, in the given order, each as often as it is named.
    public KeyedJaggedTensor rows(int... chosen) {
        for (int row : chosen) {
            Objects.checkIndex(row, stride);
        }
        int[] features = new int[keys.size()];
        Arrays.setAll(features, f -> f);
        return rows(keys, features, chosen);
    }

    /// The chosen rows of some features, which are called `names` in the result.
    KeyedJaggedTensor rows(List<String> names, int[] features, int[] chosen) {
        int ids = 0;
        for (int f : features) {
            ids = Math.addExact(ids, count(f, chosen));
        }
        JaggedRows rows = new JaggedRows(weights != null, Math.multiplyExact(features.length, chosen.length), ids);
        for (int f : features) {
            rows.append(this, f, chosen);
        }
        return rows.build(names, chosen.length);
    }

    /// Number of ids in the chosen rows of a feature.
    int count(int feature, int[] chosen) {
        int base = feature * stride;
        long ids = 0;
        for (int row : chosen) {
            ids += offsets[base + row + 1] - offsets[base + row];
        }
        return Math.toIntExact(ids);
    }

    /// Bytes of the arrays.
    public long bytes() {
        return (long) Long.BYTES * values.length
                + (long) Integer.BYTES * offsets.length
                + (weights == null ? 0 : (long) Float.BYTES * weights.length);
    }

    /// Number of ids in the rows `[from, to)` of a feature.
    int count(int feature, int from, int to) {
        return offsets[feature * stride + to] - offsets[feature * stride + from];
    }

    int index(String key) {
        int feature = keys.indexOf(key);
        if (feature < 0) {
            throw new IllegalArgumentException("no feature '" + key + "'; the keys are " + keys);
        }
        return feature;
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
