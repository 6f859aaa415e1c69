package dev.herd.numerics.kernel;

import java.lang.foreign.MemorySegment;

/// The pieces of an online softmax over runs of scores.
public final class RowSoftmax {
    private static final Kernel KERNEL = Kernels.choose(ScalarRowSoftmax::new, () -> new VectorRowSoftmax());

    private RowSoftmax() {}

    /// The largest of `n` scores from float `at` on; minus infinity when there are none. NaN is passed on.
    public static float max(MemorySegment scores, long at, int n) {
        RowMath.check(scores, at, n);
        return KERNEL.max(scores, at, n);
    }

    /// Replaces every score by `exp(score - top)` and returns their sum.
    ///
    /// **Errors**: the sum is taken in sixteen interleaved fp32 partial sums, the same on every machine.
    public static float exponentiate(MemorySegment scores, long at, int n, float top) {
        RowMath.check(scores, at, n);
        return KERNEL.exponentiate(scores, at, n, top);
    }

    /// e to the power of `x`, with the bits that [#exponentiate] gives.
    public static float exp(float x) {
        return Exponential.of(x);
    }

    interface Kernel {
        int PARTS = 16;

        float max(MemorySegment scores, long at, int n);

        float exponentiate(MemorySegment scores, long at, int n, float top);

        /// Halving sum of the sixteen parts, which are overwritten.
        static float fold(float[] parts) {
            for (int half = PARTS / 2; half > 0; half /= 2) {
                for (int i = 0; i < half; i++) {
                    parts[i] += parts[i + half];
                }
            }
            return parts[0];
        }
    }
}
