package dev.herd.numerics;

/// Random numbers as a pure function of `(seed, stream, index)`: no state, so the result does not depend on who asks
/// first, on threads, or on what was drawn before. Initial embedding rows, shuffles and the synthetic log use it.
///
/// **Errors**: 64-bit outputs are two rounds of the SplitMix64 finalizer over a Weyl-spaced combination of the inputs;
/// [#uniform] has 53 random bits, [#gaussian] is Box-Muller in double precision.
public final class CounterRandom {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final double TO_UNIT = 0x1.0p-53;

    private CounterRandom() {}

    /// 64 random bits for one index of one stream.
    public static long bits(long seed, long stream, long index) {
        return mix(mix(seed + GOLDEN * stream) + GOLDEN * index);
    }

    /// A double in `[0, 1)`.
    public static double uniform(long seed, long stream, long index) {
        return (bits(seed, stream, index) >>> 11) * TO_UNIT;
    }

    /// A draw from the standard normal distribution.
    public static double gaussian(long seed, long stream, long index) {
        long a = bits(seed, stream, index);
        long b = mix(a ^ GOLDEN);
        double radius = Math.sqrt(-2 * Math.log(((a >>> 11) + 1) * TO_UNIT));
        return radius * Math.cos(2 * Math.PI * ((b >>> 11) * TO_UNIT));
    }

    /// An integer in `[0, bound)`, by multiplication of the high bits (bias below 2^-32 for bounds under 2^31).
    ///
    /// **Throws** `IllegalArgumentException` when `bound` is not positive.
    public static long below(long seed, long stream, long index, long bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("bound must be positive, got " + bound);
        }
        return Math.unsignedMultiplyHigh(bits(seed, stream, index), bound);
    }

    /// The SplitMix64 finalizer: a bijection of 64-bit values that spreads every input bit over all output bits.
    public static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
