package dev.herd.data;

import java.util.Arrays;
import java.util.List;

/// What a model sees of B rows.
///
/// **Shapes**: `dense[B*I]` row-major in the schema's order of dense features; `sparse` holds every categorical and
/// sequence feature of the schema, in the schema's order, with stride B.
public record Features(int size, float[] dense, KeyedJaggedTensor sparse) {
    public Features {
        if (sparse.stride() != size) {
            throw new IllegalArgumentException(
                    "sparse features have " + sparse.stride() + " rows, the batch has " + size);
        }
        if (size > 0 && dense.length % size != 0) {
            throw new IllegalArgumentException(
                    "dense must hold B*I floats: " + dense.length + " is no multiple of B=" + size);
        }
    }

    /// The rows `[from, to)`.
    public Features slice(int from, int to) {
        int width = size == 0 ? 0 : dense.length / size;
        return new Features(to - from, Arrays.copyOfRange(dense, from * width, to * width), sparse.slice(from, to));
    }

    /// The rows of all one after the other.
    public static Features stack(List<Features> all) {
        return new Features(
                all.stream().mapToInt(Features::size).sum(),
                joined(all.stream().map(Features::dense).toList()),
                KeyedJaggedTensor.stack(all.stream().map(Features::sparse).toList()));
    }

    static float[] joined(List<float[]> arrays) {
        float[] joined = new float[arrays.stream().mapToInt(a -> a.length).sum()];
        int at = 0;
        for (float[] array : arrays) {
            System.arraycopy(array, 0, joined, at, array.length);
            at += array.length;
        }
        return joined;
    }
}
