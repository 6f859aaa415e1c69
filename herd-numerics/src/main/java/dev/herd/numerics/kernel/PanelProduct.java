package dev.herd.numerics.kernel;

import java.lang.foreign.MemorySegment;

/// `c += a b` for small row-major fp32 matrices: the scores and the mixing of attention.
///
/// Every element of c is a chain of fused multiply-adds in the order of the inner index, so its bits
/// depend neither on the vector width nor on the rows and columns computed beside it.
public final class PanelProduct {
    private static final Kernel KERNEL = Kernels.choose(ScalarPanelProduct::new, () -> new VectorPanelProduct());

    private PanelProduct() {}

    /// **Shapes**: `a[rows, inner]`, `b[inner, columns]`, `c[rows, columns]`.
    /// **Throws** `IndexOutOfBoundsException` when a panel leaves its segment.
    public static void multiplyAdd(Panel a, Panel b, Panel c, int rows, int inner, int columns) {
        if (rows <= 0 || inner <= 0 || columns <= 0) {
            return;
        }
        a.check(rows, inner);
        b.check(inner, columns);
        c.check(rows, columns);
        KERNEL.multiplyAdd(a, b, c, rows, inner, columns);
    }

    /// Floats of a segment seen as rows: row r starts at float `at + r * stride`.
    public record Panel(MemorySegment segment, long at, int stride) {
        void check(int rows, int columns) {
            if (columns > stride && rows > 1) {
                throw new IndexOutOfBoundsException(columns + " columns in rows " + stride + " floats apart");
            }
            RowMath.check(segment, at, (rows - 1L) * stride + columns);
        }
    }

    interface Kernel {
        void multiplyAdd(Panel a, Panel b, Panel c, int rows, int inner, int columns);
    }
}
