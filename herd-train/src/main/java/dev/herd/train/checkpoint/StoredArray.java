package dev.herd.train.checkpoint;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// An array in memory that a checkpoint saves or fills.
///
/// @param name unique in the checkpoint: `dense/deep.0.weight`, `table/main/user`
/// @param shape sizes per dimension, rows first; no dimension is fine too (one number)
/// @param data row-major, little endian; held, not copied
/// @param packing null for plain numbers; else the name of the format in which rows of [DType#U8] are packed
public record StoredArray(
        String name,
        DType type,
        long[] shape,
        MemorySegment data,
        @Nullable String packing) {
    public StoredArray {
        if ((packing != null) != (type == DType.U8)) {
            throw new IllegalArgumentException("array '" + name + "' of " + type + " and packing " + packing
                    + ": bytes need the format they are packed in, and numbers have none");
        }
        long bytes = Math.multiplyExact(count(shape), type.bytes());
        if (data.byteSize() != bytes) {
            throw new IllegalArgumentException("array '" + name + "' of shape " + Arrays.toString(shape) + " takes "
                    + bytes + " bytes, its memory has " + data.byteSize());
        }
        if (name.isEmpty() || name.contains("[")) {
            throw new IllegalArgumentException("a stored array needs a name without '[', got '" + name + "'");
        }
    }

    /// An array of plain numbers.
    public StoredArray(String name, DType type, long[] shape, MemorySegment data) {
        this(name, type, shape, data, null);
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
