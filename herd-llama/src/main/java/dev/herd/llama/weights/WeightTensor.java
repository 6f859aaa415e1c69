package dev.herd.llama.weights;

import dev.herd.numerics.block.BlockFormat;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// A tensor of a model file, where it lies in the mapped file.
///
/// **Shapes**: outermost first, whatever the file's own order: a matrix is `[out, in]`, its rows
/// contiguous.
///
/// **Owner**: the file it came from; the memory is gone when that is closed.
///
/// @param name in the file
/// @param data the stored bytes, exactly those of the shape, not aligned to more than a byte
public record WeightTensor(String name, TensorType type, long[] shape, MemorySegment data) {
    public WeightTensor {
        shape = shape.clone();
        long expected = bytes(type, shape);
        if (data.byteSize() != expected) {
            throw new IllegalArgumentException("tensor " + name + " of type " + type + " and shape "
                    + Arrays.toString(shape) + " takes " + expected + " bytes, got " + data.byteSize());
        }
    }

    /// Bytes that a tensor of this type and shape takes.
    ///
    /// **Throws** `IllegalArgumentException` for a shape with no or too many numbers, or with rows of
    /// broken blocks.
    static long bytes(TensorType type, long[] shape) {
        if (shape.length == 0) {
            throw new IllegalArgumentException("a tensor needs at least one dimension");
        }
        try {
            long rows = 1;
            for (int axis = 0; axis < shape.length; axis++) {
                if (shape[axis] <= 0) {
                    throw new IllegalArgumentException("shape " + Arrays.toString(shape) + " is not positive");
                }
                rows = axis < shape.length - 1 ? Math.multiplyExact(rows, shape[axis]) : rows;
            }
            return Math.multiplyExact(rows, type.format().rowBytes(shape[shape.length - 1]));
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "shape " + Arrays.toString(shape) + " holds more than " + Long.MAX_VALUE + " bytes", e);
        }
    }

    @Override
    public long[] shape() {
        return shape.clone();
    }

    /// Numbers in a row: the innermost extent.
    public long columns() {
        return shape[shape.length - 1];
    }

    /// How many rows there are, all outer extents multiplied; 1 for a vector.
    public long rows() {
        return elements() / columns();
    }

    /// How many numbers there are.
    public long elements() {
        return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    }

    /// Bytes of one row.
    public long rowBytes() {
        return format().rowBytes(columns());
    }

    /// How the rows are stored.
    public BlockFormat format() {
        return type.format();
    }

    /// Decodes row `row` to fp32.
    ///
    /// @param toAt the number in `to` that is written first
    public void decodeRow(long row, MemorySegment to, long toAt) {
        format().decode(data, row * rowBytes(), to, toAt, columns() / format().width());
    }

    /// All numbers as fp32, for vectors such as norms.
    public float[] decode() {
        float[] numbers = new float[Math.toIntExact(elements())];
        format().decode(data, 0, MemorySegment.ofArray(numbers), 0, elements() / format().width());
        return numbers;
    }

    @Override
    public String toString() {
        return name + " " + type + Arrays.toString(shape);
    }
}
