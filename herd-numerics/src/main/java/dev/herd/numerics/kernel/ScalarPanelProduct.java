package dev.herd.numerics.kernel;

import dev.herd.numerics.kernel.PanelProduct.Panel;
import java.lang.foreign.ValueLayout;

/// What [PanelProduct] computes.
final class ScalarPanelProduct implements PanelProduct.Kernel {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    @Override
    public void multiplyAdd(Panel a, Panel b, Panel c, int rows, int inner, int columns) {
        for (int row = 0; row < rows; row++) {
            columns(a, b, c, row, inner, 0, columns);
        }
    }

    static void columns(Panel a, Panel b, Panel c, int row, int inner, int from, int to) {
        for (int column = from; column < to; column++) {
            long at = (c.at() + (long) row * c.stride() + column) * 4;
            float sum = c.segment().get(FLOAT, at);
            for (int k = 0; k < inner; k++) {
                float left = a.segment().get(FLOAT, (a.at() + (long) row * a.stride() + k) * 4);
                sum = Math.fma(left, b.segment().get(FLOAT, (b.at() + (long) k * b.stride() + column) * 4), sum);
            }
            c.segment().set(FLOAT, at, sum);
        }
    }
}
