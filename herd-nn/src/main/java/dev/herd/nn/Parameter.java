package dev.herd.nn;

import java.lang.foreign.MemorySegment;

/// A trained array of the dense part of a model, or a buffer that is updated without a gradient (running statistics).
///
/// @param name dotted path, unique in its [Parameters], for example `deep.0.weight`
/// @param shape sizes per dimension
/// @param values fp32, row-major, off-heap; owned by the [Parameters] that made it
/// @param trainable false for buffers
public record Parameter(String name, long[] shape, MemorySegment values, boolean trainable) {
    /// Number of scalars.
    public long count() {
        long count = 1;
        for (long size : shape) {
            count *= size;
        }
        return count;
    }

    @Override
    public String toString() {
        return name + java.util.Arrays.toString(shape);
    }
}
