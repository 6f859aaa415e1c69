package dev.herd.embedding;

import dev.herd.data.WindowedJaggedTensor;
import dev.herd.numerics.kernel.Bags;
import dev.herd.numerics.kernel.WindowSums;
import java.util.Arrays;

/// How a pooled lookup of windows shares its work: lists that windows slide over, cut wherever a window
/// begins or ends. Each part is a bag that is looked up once, and a window is the sum of some that lie side
/// by side.
///
/// @param bags the parts, P bags
/// @param windows what each unique row is made of
/// @param runs first group of each run, and the number of groups; windows of different runs have no part in
///     common
record WindowParts(Bags bags, WindowSums.Windows windows, int[] runs) {
    /// @param mean whether a window's sum is divided by the number of its ids
    static WindowParts of(WindowedJaggedTensor held, boolean mean) {
        int[] part = partOf(held);
        int rows = held.rows();
        int[] from = new int[rows];
        int[] to = new int[rows];
        int[] groups = new int[rows + 1];
        int[] runs = new int[rows + 1];
        int groupCount = 0;
        int runCount = 0;
        int end = 0;
        for (int u = 0; u < rows; u++) {
            int start = held.starts()[u];
            from[u] = part[start];
            to[u] = part[start + held.lengths()[u]];
            boolean newRun = u == 0 || start >= end;
            if (newRun) {
                runs[runCount++] = groupCount;
            }
            if (newRun || !continues(from, to, groups[groupCount - 1], u)) {
                groups[groupCount++] = u;
            }
            end = Math.max(end, start + held.lengths()[u]);
        }
        groups[groupCount] = rows;
        runs[runCount] = groupCount;
        return new WindowParts(
                new Bags(held.values(), offsets(part), held.weights(), false),
                new WindowSums.Windows(
                        from, to, Arrays.copyOf(groups, groupCount + 1), mean ? shares(held.lengths()) : null),
                Arrays.copyOf(runs, runCount + 1));
    }

    /// Whether a window goes on sliding with those of its group, and still meets the first of them.
    private static boolean continues(int[] from, int[] to, int first, int window) {
        return from[window] >= from[window - 1] && to[window] >= to[window - 1] && from[window] < to[first];
    }

    /// The part that begins at each place of the lists where a window begins or ends; P at their end.
    private static int[] partOf(WindowedJaggedTensor held) {
        int[] part = new int[held.values().length + 1];
        part[0] = 1;
        for (int u = 0; u < held.rows(); u++) {
            int start = held.starts()[u];
            part[start] = 1;
            part[start + held.lengths()[u]] = 1;
        }
        int parts = 0;
        for (int i = 0; i < part.length; i++) {
            parts += part[i];
            part[i] = parts - 1;
        }
        return part;
    }

    /// Where each part begins: wherever the number of the part changes.
    private static int[] offsets(int[] part) {
        int[] offsets = new int[part[part.length - 1] + 1];
        for (int i = part.length - 1; i >= 0; i--) {
            offsets[part[i]] = i;
        }
        return offsets;
    }

    private static float[] shares(int[] lengths) {
        float[] shares = new float[lengths.length];
        for (int u = 0; u < shares.length; u++) {
            shares[u] = lengths[u] == 0 ? 1 : 1f / lengths[u];
        }
        return shares;
    }

    /// P.
    int count() {
        return bags.offsets().length - 1;
    }

    /// U, the number of windows.
    int rows() {
        return windows.from().length;
    }

    /// The first run whose windows begin at a row or later.
    int runAt(int row) {
        int low = 0;
        int high = runs.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (firstRow(middle) < row) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /// The first window of a run.
    int firstRow(int run) {
        return windows.groups()[runs[run]];
    }

    /// The first part of a run, P behind the last.
    int firstPart(int run) {
        return run == runs.length - 1 ? count() : windows.from()[firstRow(run)];
    }
}
