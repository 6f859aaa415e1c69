package dev.herd.numerics.kernel;

import java.lang.foreign.MemorySegment;

/// The inner products of all pairs of n vectors, for many such groups, and their derivative.
///
/// **Shapes**: `vectors[groups, n, dim]` and `pairs[groups, n (n - 1) / 2]`, fp32, row-major; pair (i, j) with j below
/// i stands at `i (i - 1) / 2 + j`.
public final class PairwiseDots {
    private static final Kernel KERNEL = Kernels.choose(ScalarPairwiseDots::new, () -> new VectorPairwiseDots());

    private PairwiseDots() {}

    /// **Errors**: every product is an fp32 sum of `dim` terms, in an order that depends on the kernel.
    /// **Throws** `IndexOutOfBoundsException` when a segment is too short.
    public static void forward(MemorySegment vectors, long groups, int n, int dim, MemorySegment pairs) {
        check(vectors, pairs, groups, n, dim);
        KERNEL.forward(vectors, groups, n, dim, pairs);
    }

    /// From the gradient of the pairs to that of the vectors: row i becomes the sum over j of `gradient(i, j) * row j`,
    /// in the order of j.
    ///
    /// **Throws** `IndexOutOfBoundsException` when a segment is too short.
    public static void backward(
            MemorySegment vectors, MemorySegment gradient, long groups, int n, int dim, MemorySegment out) {
        check(vectors, gradient, groups, n, dim);
        check(out, gradient, groups, n, dim);
        KERNEL.backward(vectors, gradient, groups, n, dim, out);
    }

    /// Number of pairs of n vectors.
    public static int count(int n) {
        return Math.toIntExact((long) n * (n - 1) / 2);
    }

    private static void check(MemorySegment vectors, MemorySegment pairs, long groups, int n, int dim) {
        long floats = Math.multiplyExact(groups, (long) n * dim);
        long products = Math.multiplyExact(groups, (long) count(n));
        if (vectors.byteSize() < floats * Float.BYTES || pairs.byteSize() < products * Float.BYTES) {
            throw new IndexOutOfBoundsException(groups + " groups of " + n + " vectors of " + dim + " need " + floats
                    + " and " + products + " floats, got segments of " + vectors.byteSize() + " and "
                    + pairs.byteSize() + " bytes");
        }
    }

    interface Kernel {
        void forward(MemorySegment vectors, long groups, int n, int dim, MemorySegment pairs);

        void backward(MemorySegment vectors, MemorySegment gradient, long groups, int n, int dim, MemorySegment out);
    }
}
