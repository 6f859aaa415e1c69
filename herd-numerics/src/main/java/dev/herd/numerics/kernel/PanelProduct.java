package dev.herd.numerics.kernel;

import java.lang.foreign.MemorySegment;

/// `c += a b` for small fp32 matrices: the scores and the mixing of attention, the products of embeddings
/// of one example. b and c are row-major; a may be a transposed view.
///
/// Every element of c is a chain of fused multiply-adds in the order of the inner index, so its bits
/// depend neither on the vector width nor on the rows and columns computed beside it.
public final class PanelProduct {
    private static final Kernel KERNEL = Kernels.choose(ScalarPanelProduct::new, () -> new VectorPanelProduct());

    private PanelProduct() {}

    /// **Shapes**: `a[rows, inner]`, `b[inner, columns]`, `c[rows, columns]`.
    /// **Throws** `IndexOutOfBoundsException` when a panel leaves its segment, `IllegalArgumentException`
    /// when b or c is not row-major.
    public static void multiplyAdd(Panel a, Panel b, Panel c, int rows, int inner, int columns) {
        if (rows <= 0 || inner <= 0 || columns <= 0) {
            return;
        }
        if (b.step() != 1 || c.step() != 1) {
            throw new IllegalArgumentException(
                    "b and c must be row-major, their columns are " + b.step() + " and " + c.step() + " floats apart");
        }
        a.check(rows, inner);
        b.check(inner, columns);
        c.check(rows, columns);
        KERNEL.multiplyAdd(a, b, c, rows, inner, columns);
    }

    /// Floats of a segment seen as a matrix: entry (r, k) is float `at + r * stride + k * step`.
    public record Panel(MemorySegment segment, long at, int stride, int step) {
        /// Rows of floats side by side.
        public Panel(MemorySegment segment, long at, int stride) {
            this(segment, at, stride, 1);
        }

        void check(int rows, int columns) {
            if (step == 1 && columns > stride && rows > 1) {
                throw new IndexOutOfBoundsException(columns + " columns in rows " + stride + " floats apart");
            }
            if (stride < 0 || step < 0) {
                throw new IndexOutOfBoundsException("distances must not be negative: " + stride + " and " + step);
            }
            RowMath.check(segment, at, (rows - 1L) * stride + (columns - 1L) * step + 1);
        }
    }

    interface Kernel {
        void multiplyAdd(Panel a, Panel b, Panel c, int rows, int inner, int columns);
    }
}
