package dev.herd.numerics.kernel;

import dev.herd.numerics.kernel.PanelProduct.Panel;
import java.lang.foreign.ValueLayout;

/// What [PanelProduct] computes.
final class ScalarPanelProduct implements PanelProduct.Kernel {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    @Override
    public void multiplyAdd(Panel a, Panel b, Panel c, int rows, int inner, int columns) {
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                long at = (c.at() + (long) row * c.stride() + column) * 4;
                float sum = c.segment().get(FLOAT, at);
                for (int k = 0; k < inner; k++) {
                    long left = a.at() + (long) row * a.stride() + (long) k * a.step();
                    long right = b.at() + (long) k * b.stride() + column;
                    sum = Math.fma(a.segment().get(FLOAT, left * 4), b.segment().get(FLOAT, right * 4), sum);
                }
                c.segment().set(FLOAT, at, sum);
            }
        }
    }
}
