package dev.herd.numerics.kernel;

import java.lang.foreign.MemorySegment;

/// Root mean square normalization of rows: `y = x / sqrt(mean(x^2) + eps) * weight`.
///
/// **Errors**: the mean is taken in double precision and the factor rounded once to fp32, so a result is
/// within about two units in the last place.
public final class RmsNorm {
    private static final Kernel KERNEL = Kernels.choose(ScalarRmsNorm::new, () -> new VectorRmsNorm());

    private RmsNorm() {}

    /// Normalizes `rows` rows of `n` floats from `x` into `y`; the two may be the same segment.
    ///
    /// **Throws** `IndexOutOfBoundsException` when a segment is too short.
    public static void normalize(MemorySegment x, MemorySegment weight, double eps, int rows, int n, MemorySegment y) {
        RowMath.check(x, 0, (long) rows * n);
        RowMath.check(y, 0, (long) rows * n);
        RowMath.check(weight, 0, n);
        for (int row = 0; row < rows; row++) {
            long at = (long) row * n;
            KERNEL.scale(x, at, weight, factor(RowMath.squaredNorm(x, at, n), n, eps), y, n);
        }
    }

    static float factor(double squaredNorm, int n, double eps) {
        return (float) (1 / Math.sqrt(squaredNorm / n + eps));
    }

    interface Kernel {
        /// `y = x * factor * weight` for `n` floats of x and y from `at` on, each product rounded.
        void scale(MemorySegment x, long at, MemorySegment weight, float factor, MemorySegment y, int n);
    }
}
