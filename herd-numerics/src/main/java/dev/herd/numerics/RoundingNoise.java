package dev.herd.numerics;

/// The random bits by which stochastic rounding decides: a function of a key and a position, so that the
/// same numbers round the same way in any order.
public final class RoundingNoise {
    private RoundingNoise() {}

    /// 32 random bits for position `i` of a run: the lowbias32 mixer over a Weyl sequence, keyed twice.
    public static int of(long random, int i) {
        int x = (int) random + i * 0x9E3779B9;
        x ^= x >>> 16;
        x *= 0x7FEB352D;
        x ^= (int) (random >>> 32);
        x ^= x >>> 15;
        x *= 0x846CA68B;
        return x ^ x >>> 16;
    }
}
