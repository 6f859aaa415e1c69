package dev.herd.numerics.kernel;

import java.lang.foreign.MemorySegment;

/// One optimizer step on each row of a block. Products, sums, roots and quotients are rounded one by one to fp32, in
/// the order of the formulas, so that all versions give the same bits.
public final class RowSteps {
    private static final Kernel KERNEL = Kernels.choose(ScalarRowSteps::new, () -> new VectorRowSteps());

    private RowSteps() {}

    /// `g = scale * (g + l2 * w)`: the L2 term joins the gradient, then the gradient is scaled.
    public static void regularize(RowBlock block, int count, float l2, float scale) {
        check(block, count);
        KERNEL.regularize(block, count, l2, scale);
    }

    /// `w *= keep`: decoupled decay.
    public static void decay(RowBlock block, int count, float keep) {
        check(block, count);
        KERNEL.decay(block, count, keep);
    }

    /// `w -= rate * g`.
    public static void sgd(RowBlock block, int count, float rate) {
        check(block, count);
        KERNEL.sgd(block, count, rate);
    }

    /// `v += g*g; w -= rate * g / (sqrt(v) + epsilon)`, element by element; `sums` holds v.
    public static void adagrad(RowBlock block, int count, MemorySegment sums, float rate, float epsilon) {
        check(block, count);
        KERNEL.adagrad(block, count, sums, rate, epsilon);
    }

    /// `v += mean(g*g); w -= rate / (sqrt(v) + epsilon) * g` with one v per row. The squares are summed in sixteen
    /// interleaved partial sums.
    ///
    /// **Paper**: Neo (arXiv 2104.05158), row-wise Adagrad.
    public static void rowWiseAdagrad(RowBlock block, int count, MemorySegment sums, float rate, float epsilon) {
        check(block, count);
        KERNEL.rowWiseAdagrad(block, count, sums, rate, epsilon);
    }

    /// `m += (1-beta1)*(g-m); v = beta2*v + (1-beta2)*g*g; w -= step * m / (sqrt(v)*rootScale + epsilon)`.
    public static void adam(RowBlock block, int count, MemorySegment means, MemorySegment squares, Adam adam) {
        check(block, count);
        KERNEL.adam(block, count, means, squares, adam);
    }

    /// Adam's factors for one step, each worked out in double precision and rounded once.
    ///
    /// @param step learning rate over the first bias correction, `rate / (1 - beta1^t)`
    /// @param rootScale inverse root of the second bias correction, `1 / sqrt(1 - beta2^t)`
    public record Adam(
            float oneMinusBeta1, float beta2, float oneMinusBeta2, float step, float rootScale, float epsilon) {
        /// The factors of step t, counted from 1.
        public static Adam of(double beta1, double beta2, double epsilon, double rate, long t) {
            return new Adam(
                    (float) (1 - beta1),
                    (float) beta2,
                    (float) (1 - beta2),
                    (float) (rate / (1 - Math.pow(beta1, t))),
                    (float) (1 / Math.sqrt(1 - Math.pow(beta2, t))),
                    (float) epsilon);
        }
    }

    private static void check(RowBlock block, int count) {
        if (count < 0 || count > block.weightAt().length || count > block.stateAt().length) {
            throw new IndexOutOfBoundsException(count + " rows in a block of " + block.weightAt().length);
        }
        RowMath.check(block.gradients(), 0, (long) count * block.dim());
    }

    interface Kernel {
        void regularize(RowBlock block, int count, float l2, float scale);

        void decay(RowBlock block, int count, float keep);

        void sgd(RowBlock block, int count, float rate);

        void adagrad(RowBlock block, int count, MemorySegment sums, float rate, float epsilon);

        void rowWiseAdagrad(RowBlock block, int count, MemorySegment sums, float rate, float epsilon);

        void adam(RowBlock block, int count, MemorySegment means, MemorySegment squares, Adam adam);
    }
}
