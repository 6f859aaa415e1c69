package dev.herd.numerics.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// What [ByteColumns] computes.
final class ScalarByteColumns implements ByteColumns.Kernel {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    @Override
    public void decode(MemorySegment from, long fromByte, int rows, int columns, MemorySegment to, long toAt) {
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                long at = (long) row * columns + column;
                long scale = ByteColumns.scale(fromByte, rows, columns, row, column);
                float number =
                        from.get(ValueLayout.JAVA_BYTE, fromByte + at) * Float.float16ToFloat(from.get(SHORT, scale));
                to.set(ValueLayout.JAVA_FLOAT_UNALIGNED, (toAt + at) * Float.BYTES, number);
            }
        }
    }
}
