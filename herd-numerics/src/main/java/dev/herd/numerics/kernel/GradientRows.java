package dev.herd.numerics.kernel;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Merges the gradients of table rows that a batch used several times.
///
/// An entry is one use of a row: `row << 32 | source`. Sorted entries put the uses of a row together; `starts[k]` is
/// where the uses of the k-th distinct row begin, `starts[count]` where the last ones end. Sources say where the
/// gradient of a use lies: at float `source` of `gradient`, or, with a [Scaled] table, at float `at[source]` times
/// `factor[source]`.
public final class GradientRows {
    /// Uses of one row are summed in runs of this many, then the runs' sums are added: it bounds the rounding error of
    /// a row that a batch uses a hundred thousand times.
    static final int RUN = 512;

    private static final Kernel KERNEL = Kernels.choose(ScalarGradientRows::new, () -> new VectorGradientRows());

    private GradientRows() {}

    /// Where the gradient of a use lies and its factor, by source number.
    public record Scaled(int[] at, float[] factor) {}

    /// Writes the summed gradient of each of `count` rows: `out[k*dim .. +dim)` = sum over its entries, in their order.
    ///
    /// **Errors**: fp32; entries of a row are summed in runs of 512, then the runs.
    public static void merge(
            long[] entries,
            int[] starts,
            int count,
            MemorySegment gradient,
            @Nullable Scaled scaled,
            int dim,
            MemorySegment out) {
        if (count < 0 || count >= starts.length || starts[count] > entries.length || starts[0] < 0) {
            throw new IndexOutOfBoundsException(count + " rows do not fit " + entries.length + " entries");
        }
        RowMath.check(out, 0, (long) count * dim);
        if (scaled == null) {
            KERNEL.merge(entries, starts, count, gradient, dim, out);
        } else {
            KERNEL.mergeScaled(entries, starts, count, gradient, scaled, dim, out);
        }
    }

    interface Kernel {
        void merge(long[] entries, int[] starts, int count, MemorySegment gradient, int dim, MemorySegment out);

        void mergeScaled(
                long[] entries,
                int[] starts,
                int count,
                MemorySegment gradient,
                Scaled scaled,
                int dim,
                MemorySegment out);
    }
}
