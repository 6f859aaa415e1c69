package dev.herd.numerics.format;

import dev.herd.numerics.format.BlockCodec.Axis;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What rounding to a format means: every line is packed and unpacked again.
final class PackedQuantizer implements Quantizer {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    /// Columns that are turned into lines at once, so that whole cache lines are read.
    private static final int STRIP = 16;

    private final Packing packing;
    private final BlockCodec.Packer packer;
    private final BlockCodec.Unpacker unpacker;

    PackedQuantizer(NumberFormat format, BlockCodec.Packer packer, BlockCodec.Unpacker unpacker) {
        this.packing = new Packing(format);
        this.packer = packer;
        this.unpacker = unpacker;
    }

    @Override
    public void quantize(
            MemorySegment from,
            long fromAt,
            MemorySegment to,
            long toAt,
            int rows,
            int columns,
            Axis axis,
            long random) {
        if (axis == Axis.COLUMNS) {
            columns(from, fromAt, to, toAt, rows, columns, columns, random);
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment packed = packed(arena, columns);
            for (int r = 0; r < rows; r++) {
                long row = (long) r * columns;
                packer.encode(from, fromAt + row, columns, packed, 0, random + r);
                unpacker.decode(packed, 0, columns, to, toAt + row);
            }
        }
    }

    /// Rounds the first columns of a matrix, blocks along them.
    ///
    /// @param stride numbers from one row to the next
    void columns(
            MemorySegment from,
            long fromAt,
            MemorySegment to,
            long toAt,
            int rows,
            int columns,
            int stride,
            long random) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment packed = packed(arena, rows);
            MemorySegment lines = arena.allocate(Math.max(1, (long) STRIP * rows * Float.BYTES), 64);
            for (int first = 0; first < columns; first += STRIP) {
                int strip = Math.min(STRIP, columns - first);
                gather(from, fromAt + first, stride, lines, rows, strip);
                for (int c = 0; c < strip; c++) {
                    packer.encode(lines, (long) c * rows, rows, packed, 0, random + first + c);
                    unpacker.decode(packed, 0, rows, lines, (long) c * rows);
                }
                scatter(lines, to, toAt + first, stride, rows, strip);
            }
        }
    }

    /// Columns of a matrix, one after the other.
    private static void gather(MemorySegment from, long at, int stride, MemorySegment lines, int rows, int columns) {
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                float value = from.get(FLOAT, (at + (long) r * stride + c) * Float.BYTES);
                lines.set(FLOAT, ((long) c * rows + r) * Float.BYTES, value);
            }
        }
    }

    private static void scatter(MemorySegment lines, MemorySegment to, long at, int stride, int rows, int columns) {
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                float value = lines.get(FLOAT, ((long) c * rows + r) * Float.BYTES);
                to.set(FLOAT, (at + (long) r * stride + c) * Float.BYTES, value);
            }
        }
    }

    private MemorySegment packed(Arena arena, int n) {
        return arena.allocate(Math.max(1, packing.rowBytes(n)), 64);
    }
}
