package dev.herd.numerics.kernel;

import dev.herd.numerics.block.BlockFormat;
import java.lang.foreign.MemorySegment;

/// What [BlockDots] computes: each row decoded, then its inner product.
final class ScalarBlockDots implements BlockDots.Kernel {
    @Override
    public void multiply(
            BlockFormat format,
            MemorySegment w,
            long wByte,
            int rows,
            MemorySegment x,
            long xAt,
            int inner,
            MemorySegment out,
            long outAt,
            MemorySegment scratch) {
        long row = format.rowBytes(inner);
        for (int r = 0; r < rows; r++) {
            BlockRows.decode(format, w, wByte + r * row, scratch, 0, inner / format.width());
            RowDots.multiply(scratch, 0, 1, x, xAt, 1, inner, out, outAt + r, 1);
        }
    }
}
