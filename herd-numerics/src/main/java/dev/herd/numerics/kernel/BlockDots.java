package dev.herd.numerics.kernel;

import dev.herd.numerics.block.BlockFormat;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// Inner products of rows of weights, stored in blocks, with one fp32 vector: what a single token needs.
///
/// **Errors**: the bits are those of [RowDots] on the rows that [BlockRows] decodes.
public final class BlockDots {
    private static final Kernel KERNEL = Kernels.choose(ScalarBlockDots::new, () -> new VectorBlockDots());

    private BlockDots() {}

    /// **Shapes**: `w[rows, inner]` from byte `wByte` on, `x[inner]` from float `xAt` on, `out[rows]` from
    /// float `outAt` on.
    ///
    /// **Throws** `IndexOutOfBoundsException` when a segment is too short, `IllegalArgumentException` when
    /// the rows are not made of whole blocks.
    ///
    /// @param scratch room for one row, `inner` floats, that this thread alone uses
    public static void multiply(
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
        if (rows <= 0) {
            return;
        }
        Objects.checkFromIndexSize(wByte, Math.multiplyExact(format.rowBytes(inner), rows), w.byteSize());
        RowMath.check(x, xAt, inner);
        RowMath.check(out, outAt, rows);
        RowMath.check(scratch, 0, inner);
        KERNEL.multiply(format, w, wByte, rows, x, xAt, inner, out, outAt, scratch);
    }

    interface Kernel {
        void multiply(
                BlockFormat format,
                MemorySegment w,
                long wByte,
                int rows,
                MemorySegment x,
                long xAt,
                int inner,
                MemorySegment out,
                long outAt,
                MemorySegment scratch);
    }
}
