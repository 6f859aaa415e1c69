package dev.herd.data;

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
}
