package dev.herd.train.checkpoint;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// An array in memory that a checkpoint saves or fills.
///
/// @param name unique in the checkpoint: `dense/deep.0.weight`, `table/main/user`
/// @param shape sizes per dimension, rows first; no dimension is fine too (one number)
/// @param data row-major, little endian; held, not copied
public record StoredArray(String name, DType type, long[] shape, MemorySegment data) {
    public StoredArray {
        long bytes = Math.multiplyExact(count(shape), type.bytes());
        if (data.byteSize() != bytes) {
            throw new IllegalArgumentException("array '" + name + "' of shape " + Arrays.toString(shape) + " takes "
                    + bytes + " bytes, its memory has " + data.byteSize());
        }
        if (name.isEmpty() || name.contains("[")) {
            throw new IllegalArgumentException("a stored array needs a name without '[', got '" + name + "'");
        }
    }

    long rows() {
        return shape.length == 0 ? 1 : shape[0];
    }

    long rowBytes() {
        return rows() == 0 ? 0 : data.byteSize() / rows();
    }

    /// The shape of `rows` rows.
    long[] shapeOf(long rows) {
        long[] part = shape.clone();
        if (part.length > 0) {
            part[0] = rows;
        }
        return part;
    }

    static long count(long[] shape) {
        long count = 1;
        for (long size : shape) {
            count = Math.multiplyExact(count, size);
        }
        return count;
    }
}
