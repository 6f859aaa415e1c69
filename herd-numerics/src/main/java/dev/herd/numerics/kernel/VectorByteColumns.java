package dev.herd.numerics.kernel;

import static dev.herd.numerics.kernel.VectorSums.LANES;
import static dev.herd.numerics.kernel.VectorSums.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// [ScalarByteColumns] with the Vector API, the same bits: a vector of columns under its scales, block by
/// block. Columns that fill no vector, and vectors of fewer than eight lanes, are left to the definition.
final class VectorByteColumns implements ByteColumns.Kernel {
    private static final int BLOCK = 32;

    private final ScalarByteColumns scalar = new ScalarByteColumns();

    @Override
    public void decode(MemorySegment from, long fromByte, int rows, int columns, MemorySegment to, long toAt) {
        if (LANES < 8 || columns % LANES != 0) {
            scalar.decode(from, fromByte, rows, columns, to, toAt);
            return;
        }
        for (int row = 0; row < rows; row += BLOCK) {
            for (int column = 0; column < columns; column += LANES) {
                long at = (long) row * columns + column;
                long scale = ByteColumns.scale(fromByte, rows, columns, row, column);
                block(from, fromByte + at, columns, scale, to, (toAt + at) * Float.BYTES);
            }
        }
    }

    private static void block(MemorySegment from, long at, int columns, long scale, MemorySegment to, long out) {
        FloatVector d = VectorSums.widenFp16(VectorBlockRows.halves(from, scale));
        for (int i = 0; i < BLOCK; i++) {
            long row = (long) i * columns;
            VectorBlockRows.signed(from, at + row).mul(d).intoMemorySegment(to, out + row * Float.BYTES, ORDER);
        }
    }
}
