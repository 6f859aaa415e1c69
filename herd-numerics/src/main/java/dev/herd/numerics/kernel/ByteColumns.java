package dev.herd.numerics.kernel;

import dev.herd.numerics.block.BlockFormat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/// A matrix whose columns are Q8_0 blocks, for what is written column by column and read along rows: the
/// keys of attention.
///
/// **Shapes**: the bytes of all blocks, `[rows, columns]`, then their fp16 scales, `[rows / 32, columns]`,
/// little-endian: as many bytes as the blocks would take one after the other.
///
/// **Errors**: the bits are those of [BlockFormat#Q8_0].
public final class ByteColumns {
    private static final BlockFormat FORMAT = BlockFormat.Q8_0;
    private static final Kernel KERNEL = Kernels.choose(ScalarByteColumns::new, () -> new VectorByteColumns());

    private ByteColumns() {}

    /// Writes the matrix to fp32, `[rows, columns]`.
    ///
    /// @param toAt the number in `to`, which holds fp32, that is written first
    /// **Throws** `IndexOutOfBoundsException` when a segment is too short.
    public static void decode(MemorySegment from, long fromByte, int rows, int columns, MemorySegment to, long toAt) {
        check(from, fromByte, rows, columns);
        Objects.checkFromIndexSize(toAt, (long) rows * columns, to.byteSize() / Float.BYTES);
        KERNEL.decode(from, fromByte, rows, columns, to, toAt);
    }

    /// Writes one column of the matrix, from `rows` finite fp32 numbers.
    ///
    /// @param xAt the number in `x`, which holds fp32, that is read first
    public static void encode(
            MemorySegment x, long xAt, MemorySegment to, long toByte, int rows, int columns, int column) {
        check(to, toByte, rows, columns);
        Objects.checkIndex(column, columns);
        MemorySegment block = MemorySegment.ofArray(new byte[FORMAT.bytes()]);
        for (int row = 0; row < rows; row += FORMAT.width()) {
            FORMAT.encode(x, xAt + row, block, 0, 1);
            long scale = scale(toByte, rows, columns, row, column);
            MemorySegment.copy(block, 0, to, scale, Short.BYTES);
            for (int i = 0; i < FORMAT.width(); i++) {
                long at = toByte + (row + (long) i) * columns + column;
                to.set(ValueLayout.JAVA_BYTE, at, block.get(ValueLayout.JAVA_BYTE, Short.BYTES + i));
            }
        }
    }

    private static void check(MemorySegment segment, long at, int rows, int columns) {
        Objects.checkFromIndexSize(at, Math.multiplyExact(FORMAT.rowBytes(rows), (long) columns), segment.byteSize());
    }

    /// The byte where the scale of the block that holds a number stands.
    static long scale(long at, int rows, int columns, int row, int column) {
        return at + (long) rows * columns + Short.BYTES * ((long) row / FORMAT.width() * columns + column);
    }

    interface Kernel {
        void decode(MemorySegment from, long fromByte, int rows, int columns, MemorySegment to, long toAt);
    }
}
