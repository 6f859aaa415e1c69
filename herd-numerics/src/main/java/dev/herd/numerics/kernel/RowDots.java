package dev.herd.numerics.kernel;

import java.lang.foreign.MemorySegment;

/// Inner products of every row of one fp32 matrix with every row of another: `out[t, r] = x[t] . w[r]`,
/// the product of activations with a weight matrix stored `[out, in]`.
///
/// An inner product has the same bits whichever rows are computed beside it and however they are grouped:
/// as many interleaved partial sums as a vector has lanes, each a chain of fused multiply-adds, then
/// folded by halves. A batch hence gives what its members give alone.
public final class RowDots {
    private static final Kernel KERNEL = Kernels.choose(ScalarRowDots::new, () -> new VectorRowDots());

    private RowDots() {}

    /// **Shapes**: `w[rows, inner]` from float `wAt` on, `x[count, inner]` from `xAt` on; result (t, r)
    /// goes to float `outAt + t * outStride + r`.
    /// **Errors**: each result is an fp32 sum of `inner` terms; its order depends on the vector width of
    /// the machine.
    /// **Throws** `IndexOutOfBoundsException` when a segment is too short.
    public static void multiply(
            MemorySegment w,
            long wAt,
            int rows,
            MemorySegment x,
            long xAt,
            int count,
            int inner,
            MemorySegment out,
            long outAt,
            long outStride) {
        if (rows <= 0 || count <= 0) {
            return;
        }
        RowMath.check(w, wAt, (long) rows * inner);
        RowMath.check(x, xAt, (long) count * inner);
        RowMath.check(out, outAt, (count - 1) * outStride + rows);
        KERNEL.multiply(w, wAt, rows, x, xAt, count, inner, out, outAt, outStride);
    }

    interface Kernel {
        void multiply(
                MemorySegment w,
                long wAt,
                int rows,
                MemorySegment x,
                long xAt,
                int count,
                int inner,
                MemorySegment out,
                long outAt,
                long outStride);
    }
}
