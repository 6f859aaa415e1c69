package dev.herd.numerics.kernel;

import dev.herd.numerics.kernel.RowSelect.Place;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Sums of windows that slide over one list of rows, each row added a bounded number of times whatever the
/// length of the windows; and the transpose, which brings gradients of the windows back to the rows.
///
/// Windows of a group have parts in common, its core. A window is what lies left of the core, the core,
/// and what lies right of it; the sums to the left and to the right grow by a row from window to window.
/// Nothing is ever subtracted, so that a sum is as exact as one that was begun anew.
public final class WindowSums {
    private static final Kernel KERNEL = Kernels.choose(ScalarWindowSums::new, () -> new VectorWindowSums());

    private WindowSums() {}

    /// Windows over P parts: window u covers the parts `[from[u], to[u])`.
    ///
    /// The windows of group g are `[groups[g], groups[g+1])`. In a group neither `from` nor `to` decreases,
    /// and if it has more than one window the last begins before the first ends. The arrays are held, not
    /// copied.
    ///
    /// @param factors of each window's sum; null for 1
    public record Windows(int[] from, int[] to, int[] groups, float @Nullable [] factors) {
        float factor(int window) {
            return factors == null ? 1 : factors[window];
        }

        private void check(int firstGroup, int endGroup, int parts, Place windowRows, Place partRows, int dim) {
            int first = groups[firstGroup];
            int end = groups[endGroup];
            windowRows.check(end, 0, dim);
            partRows.check(parts, 0, dim);
            for (int u = first; u < end; u++) {
                if (from[u] < 0 || from[u] > to[u] || to[u] > parts) {
                    throw new IndexOutOfBoundsException(
                            "window " + u + " covers the parts " + from[u] + " to " + to[u] + " of " + parts);
                }
            }
        }
    }

    /// `out[u] = factors[u] * sum of parts[from[u] .. to[u])` for the windows of groups
    /// `[firstGroup, endGroup)`; a window of no parts gives zeros.
    ///
    /// **Shapes**: `parts[P, dim]`, `out[U, dim]`.
    /// **Errors**: fp32; the core is summed in its order, what lies left of it is added to it from the core
    /// outwards, what lies right of it is summed outwards and added last.
    /// **Throws** `IndexOutOfBoundsException` when rows leave their segment or a window the parts.
    public static void sum(
            Place parts, int partCount, Windows windows, int firstGroup, int endGroup, int dim, Place out) {
        windows.check(firstGroup, endGroup, partCount, out, parts, dim);
        for (int g = firstGroup; g < endGroup; g++) {
            KERNEL.sum(parts, windows, windows.groups()[g], windows.groups()[g + 1] - 1, dim, out);
        }
    }

    /// `parts[p] = sum of factors[u] * rows[u]` over the windows u of groups `[firstGroup, endGroup)` that
    /// cover p, for the parts `[firstPart, endPart)`; no window may cover others.
    ///
    /// **Shapes**: `rows[U, dim]`, `parts[P, dim]`.
    /// **Errors**: fp32; within a group the windows are summed in their order left of the core and in it, and
    /// in the opposite order right of it; groups are added in their order.
    /// **Throws** `IndexOutOfBoundsException` when rows leave their segment or a window the parts.
    public static void spread(
            Place rows,
            Windows windows,
            int firstGroup,
            int endGroup,
            int dim,
            Place parts,
            int firstPart,
            int endPart) {
        windows.check(firstGroup, endGroup, endPart, rows, parts, dim);
        clear(parts, firstPart, endPart, dim);
        for (int g = firstGroup; g < endGroup; g++) {
            KERNEL.spread(rows, windows, windows.groups()[g], windows.groups()[g + 1] - 1, dim, parts);
        }
    }

    private static void clear(Place parts, int first, int end, int dim) {
        MemorySegment segment = parts.segment();
        for (int p = first; p < end; p++) {
            long at = parts.at() + (long) p * parts.stride();
            segment.asSlice(at * Float.BYTES, (long) dim * Float.BYTES).fill((byte) 0);
        }
    }

    /// Works on the windows `[first, last]` of one group.
    interface Kernel {
        void sum(Place parts, Windows windows, int first, int last, int dim, Place out);

        /// Adds to the parts.
        void spread(Place rows, Windows windows, int first, int last, int dim, Place parts);
    }
}
