package dev.herd.nn;

import dev.herd.numerics.kernel.PanelProduct;
import dev.herd.numerics.kernel.PanelProduct.Panel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The matrices of a tensor's last two dimensions, wherever they lie: of a batch, of the heads of a batch,
/// or one that a whole batch shares.
///
/// **Shapes**: matrix (i, j) of `outer x inner` is `[rows, columns]`; its entry (r, c) is float
/// `i * outerStep + j * innerStep + r * stride + c * step`. A shared matrix has steps 0 between matrices.
record MatrixStack(
        MemorySegment values,
        int outer,
        int inner,
        long outerStep,
        long innerStep,
        int rows,
        int columns,
        int stride,
        int step) {

    /// **Shapes**: tensor `[..., rows, columns]` of two to four dimensions, fp32.
    static MatrixStack of(org.bytedeco.pytorch.Tensor tensor) {
        int dims = Math.toIntExact(tensor.dim());
        boolean nested = dims == 4;
        boolean many = dims > 2;
        long extent = 1;
        for (int d = 0; d < dims; d++) {
            extent += (tensor.size(d) - 1) * tensor.stride(d);
        }
        return new MatrixStack(
                MemorySegment.ofAddress(tensor.data_ptr().address()).reinterpret(extent * Float.BYTES),
                nested ? Math.toIntExact(tensor.size(0)) : 1,
                many ? Math.toIntExact(tensor.size(dims - 3)) : 1,
                nested ? tensor.stride(0) : 0,
                many ? tensor.stride(dims - 3) : 0,
                Math.toIntExact(tensor.size(dims - 2)),
                Math.toIntExact(tensor.size(dims - 1)),
                Math.toIntExact(tensor.stride(dims - 2)),
                Math.toIntExact(tensor.stride(dims - 1)));
    }

    /// Every matrix turned over its diagonal, in the same memory.
    MatrixStack transposed() {
        return new MatrixStack(values, outer, inner, outerStep, innerStep, columns, rows, step, stride);
    }

    private boolean isShared() {
        return outerStep == 0 && innerStep == 0;
    }

    private Panel panel(int i, int j) {
        return new Panel(values, i * outerStep + j * innerStep, stride, step);
    }

    /// `out += left right`, matrix by matrix in order; a shared `out` sums over all of them.
    ///
    /// @param out must be row-major
    static void multiplyAdd(MatrixStack left, MatrixStack right, MatrixStack out) {
        int outer = Math.max(left.outer, right.outer);
        int inner = Math.max(left.inner, right.inner);
        try (Arena scratch = Arena.ofConfined()) {
            Rows operand = new Rows(right, scratch);
            for (int i = 0; i < outer; i++) {
                for (int j = 0; j < inner; j++) {
                    PanelProduct.multiplyAdd(
                            left.panel(i, j),
                            operand.at(i, j),
                            out.panel(i, j),
                            left.rows,
                            left.columns,
                            right.columns);
                }
            }
        }
    }

    /// The matrices of a stack as rows of floats side by side: in place where they are, else copied one by
    /// one.
    private static final class Rows {
        private final MatrixStack stack;
        private final MemorySegment copied;
        private boolean holdsShared;

        Rows(MatrixStack stack, Arena arena) {
            this.stack = stack;
            this.copied = stack.step == 1
                    ? MemorySegment.NULL
                    : arena.allocate((long) stack.rows * stack.columns * Float.BYTES, 64);
        }

        Panel at(int i, int j) {
            if (stack.step == 1) {
                return stack.panel(i, j);
            }
            if (!holdsShared) {
                copy(stack.panel(i, j), stack.rows, stack.columns, copied);
                holdsShared = stack.isShared();
            }
            return new Panel(copied, 0, stack.columns);
        }

        /// Reads along the columns of the matrix, which lie side by side in a transposed one.
        private static void copy(Panel from, int rows, int columns, MemorySegment to) {
            MemorySegment values = from.segment();
            for (int c = 0; c < columns; c++) {
                long at = from.at() + (long) c * from.step();
                long out = c;
                for (int r = 0; r < rows; r++) {
                    to.setAtIndex(ValueLayout.JAVA_FLOAT, out, values.getAtIndex(ValueLayout.JAVA_FLOAT, at));
                    at += from.stride();
                    out += columns;
                }
            }
        }
    }
}
