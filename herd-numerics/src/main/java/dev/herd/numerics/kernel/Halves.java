package dev.herd.numerics.kernel;

import dev.herd.numerics.ElementType;
import java.lang.foreign.MemorySegment;

/// Conversion between fp32 and the stored types. Offsets and lengths count elements.
///
/// Stochastic rounding adds noise below the last kept bit and truncates, so that the expected value of what is stored
/// equals what was to be stored, and updates smaller than half a unit in the last place are not lost. The noise is a
/// pure function of a random number (one per row and step) and the position in the run.
///
/// **Paper**: Neo (arXiv 2104.05158), reduced-precision tables.
public final class Halves {
    private static final Kernel KERNEL = Kernels.choose(ScalarHalves::new, () -> new VectorHalves());

    private Halves() {}

    /// Widens `n` elements to fp32, exactly.
    public static void decode(ElementType type, MemorySegment from, long fromAt, MemorySegment to, long toAt, long n) {
        check(type, from, fromAt, n);
        check(ElementType.FP32, to, toAt, n);
        KERNEL.decode(type, from, fromAt, to, toAt, n);
    }

    /// Rounds `n` fp32 numbers to the nearest value of `type`, ties to even.
    public static void encode(ElementType type, MemorySegment from, long fromAt, MemorySegment to, long toAt, long n) {
        check(ElementType.FP32, from, fromAt, n);
        check(type, to, toAt, n);
        KERNEL.encode(type, from, fromAt, to, toAt, n);
    }

    /// Rounds `n` fp32 numbers up or down at random, with probabilities that keep the expected value.
    ///
    /// **Errors**: unbiased to `2^-13` of a unit in the last place (fp16 below `2^-14`), exactly elsewhere;
    /// infinities and NaN are kept.
    ///
    /// @param random fresh 64 bits for each run, for example `CounterRandom.bits(seed, step, row)`
    public static void encodeStochastic(
            ElementType type, MemorySegment from, long fromAt, MemorySegment to, long toAt, long n, long random) {
        check(ElementType.FP32, from, fromAt, n);
        check(type, to, toAt, n);
        KERNEL.encodeStochastic(type, from, fromAt, to, toAt, n, random);
    }

    private static void check(ElementType type, MemorySegment segment, long at, long n) {
        if (at < 0 || n < 0 || (at + n) * type.bytes() > segment.byteSize()) {
            throw new IndexOutOfBoundsException("elements " + at + " to " + (at + n) + " of a segment of "
                    + segment.byteSize() / type.bytes() + " " + type + " numbers");
        }
    }

    interface Kernel {
        void decode(ElementType type, MemorySegment from, long fromAt, MemorySegment to, long toAt, long n);

        void encode(ElementType type, MemorySegment from, long fromAt, MemorySegment to, long toAt, long n);

        void encodeStochastic(
                ElementType type, MemorySegment from, long fromAt, MemorySegment to, long toAt, long n, long random);
    }
}
