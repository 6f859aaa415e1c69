package dev.herd.numerics.kernel;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.herd.numerics.kernel.RowSelect.Place;
import dev.herd.numerics.kernel.WindowSums.Windows;

/// What [WindowSums] computes, column by column.
final class ScalarWindowSums implements WindowSums.Kernel {
    @Override
    public void sum(Place parts, Windows windows, int first, int last, int dim, Place out) {
        int[] from = windows.from();
        int[] to = windows.to();
        for (int d = 0; d < dim; d++) {
            float left = 0;
            for (int p = from[last]; p < to[first]; p++) {
                left += get(parts, p, d);
            }
            int begin = from[last];
            for (int u = last; u >= first; u--) {
                while (begin > from[u]) {
                    left += get(parts, --begin, d);
                }
                set(out, u, d, left);
            }
            float right = 0;
            int end = to[first];
            for (int u = first; u <= last; u++) {
                while (end < to[u]) {
                    right += get(parts, end++, d);
                }
                set(out, u, d, (get(out, u, d) + right) * windows.factor(u));
            }
        }
    }

    @Override
    public void spread(Place rows, Windows windows, int first, int last, int dim, Place parts) {
        int[] from = windows.from();
        int[] to = windows.to();
        for (int d = 0; d < dim; d++) {
            float left = 0;
            for (int u = first; u <= last; u++) {
                left += get(rows, u, d) * windows.factor(u);
                int end = u < last ? from[u + 1] : to[first];
                for (int p = from[u]; p < end; p++) {
                    set(parts, p, d, get(parts, p, d) + left);
                }
            }
            float right = 0;
            for (int u = last; u > first; u--) {
                right += get(rows, u, d) * windows.factor(u);
                for (int p = to[u - 1]; p < to[u]; p++) {
                    set(parts, p, d, get(parts, p, d) + right);
                }
            }
        }
    }

    private static float get(Place rows, int row, int column) {
        return rows.segment().getAtIndex(JAVA_FLOAT, rows.at() + (long) row * rows.stride() + column);
    }

    private static void set(Place rows, int row, int column, float value) {
        rows.segment().setAtIndex(JAVA_FLOAT, rows.at() + (long) row * rows.stride() + column, value);
    }
}
