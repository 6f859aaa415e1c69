package dev.herd.numerics.kernel;

import java.lang.foreign.MemorySegment;

/// Writes unique rows out to the rows of a batch, and sums the batch's gradients back into them.
///
/// **Paper**: RecD (arXiv 2211.05239), the index select that expands what was computed once.
public final class RowSelect {
    private static final Kernel KERNEL = Kernels.choose(ScalarRowSelect::new, () -> new VectorRowSelect());

    private RowSelect() {}

    /// Equal rows of fp32 in a segment: row r begins at float `at + r * stride`.
    public record Place(MemorySegment segment, long at, int stride) {
        void check(int rows, int from, int to) {
            if (rows > 0) {
                RowMath.check(segment, at + from, (rows - 1L) * stride + to - from);
            }
        }
    }

    /// `out[b] = unique[numbers[b]]` for rows `[first, end)`.
    ///
    /// **Shapes**: `unique[U, dim]`, `out[B, dim]`; `numbers[B]`, each below `uniqueRows`.
    /// **Throws** `IndexOutOfBoundsException` when rows leave their segment or a number is too large.
    public static void expand(Place unique, int uniqueRows, int[] numbers, int first, int end, int dim, Place out) {
        check(unique, uniqueRows, numbers, first, end, 0, dim, out);
        long bytes = (long) dim * Float.BYTES;
        for (int b = first; b < end; b++) {
            long from = (unique.at() + (long) numbers[b] * unique.stride()) * Float.BYTES;
            long to = (out.at() + (long) b * out.stride()) * Float.BYTES;
            MemorySegment.copy(unique.segment(), from, out.segment(), to, bytes);
        }
    }

    /// `unique[u] =` the sum of `rows[b]` over all b with `numbers[b] = u`, in the order of b, in columns
    /// `[from, to)`. Numbers must first appear in ascending order, which is how an
    /// InverseKeyedJaggedTensor counts.
    ///
    /// **Shapes**: `rows[B, dim]`, `unique[U, dim]`; `numbers[B]`.
    /// **Errors**: fp32 sums in the order of the rows.
    /// **Throws** `IndexOutOfBoundsException` when rows leave their segment or a number is too large.
    public static void sum(Place rows, int[] numbers, int from, int to, Place unique, int uniqueRows) {
        check(unique, uniqueRows, numbers, 0, numbers.length, from, to, rows);
        KERNEL.sum(rows, numbers, from, to, unique);
    }

    private static void check(
            Place unique, int uniqueRows, int[] numbers, int first, int end, int from, int to, Place rows) {
        unique.check(uniqueRows, from, to);
        rows.check(end, from, to);
        int largest = -1;
        int smallest = 0;
        for (int b = first; b < end; b++) {
            largest = Math.max(largest, numbers[b]);
            smallest = Math.min(smallest, numbers[b]);
        }
        if (largest >= uniqueRows || smallest < 0) {
            throw new IndexOutOfBoundsException(
                    "rows " + smallest + " to " + largest + " of " + uniqueRows + " unique ones");
        }
    }

    interface Kernel {
        void sum(Place rows, int[] numbers, int from, int to, Place unique);
    }
}
