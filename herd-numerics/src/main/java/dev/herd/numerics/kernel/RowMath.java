package dev.herd.numerics.kernel;

import java.lang.foreign.MemorySegment;

/// Arithmetic on runs of fp32 numbers off the heap. Offsets and lengths count floats.
public final class RowMath {
    private static final Kernel KERNEL = Kernels.choose(ScalarRowMath::new, () -> new VectorRowMath());

    private RowMath() {}

    /// `y += a * x`, product and sum each rounded.
    public static void axpy(float a, MemorySegment x, long xAt, MemorySegment y, long yAt, long n) {
        check(x, xAt, n);
        check(y, yAt, n);
        KERNEL.axpy(a, x, xAt, y, yAt, n);
    }

    /// `y *= a`.
    public static void scale(float a, MemorySegment y, long yAt, long n) {
        check(y, yAt, n);
        KERNEL.scale(a, y, yAt, n);
    }

    /// Sum of squares in double precision, in eight interleaved partial sums, so that the result is the same on every
    /// machine.
    public static double squaredNorm(MemorySegment x, long xAt, long n) {
        check(x, xAt, n);
        return KERNEL.squaredNorm(x, xAt, n);
    }

    static void check(MemorySegment segment, long at, long n) {
        if (at < 0 || n < 0 || (at + n) * Float.BYTES > segment.byteSize()) {
            throw new IndexOutOfBoundsException(
                    "floats " + at + " to " + (at + n) + " of a segment of " + segment.byteSize() / Float.BYTES);
        }
    }

    interface Kernel {
        void axpy(float a, MemorySegment x, long xAt, MemorySegment y, long yAt, long n);

        void scale(float a, MemorySegment y, long yAt, long n);

        double squaredNorm(MemorySegment x, long xAt, long n);
    }
}
