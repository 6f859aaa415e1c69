package dev.herd.bench;

import dev.herd.numerics.CounterRandom;

/// Ranks from 0 to n-1 whose probability falls as `1 / (rank + 1)^exponent`, a function of (seed, index).
///
/// **Paper**: rejection-inversion (Hormann and Derflinger, 1996): the continuous density is inverted and the few draws
/// that fall above the histogram are drawn again.
final class Zipf {
    private static final int MOST_TRIES = 1 << 10;

    private final long n;
    private final double exponent;
    private final double areaFirst;
    private final double areaAll;

    Zipf(long n, double exponent) {
        if (n < 1 || !(exponent > 0) || exponent == 1) {
            throw new IllegalArgumentException(
                    "need n >= 1 and a positive exponent other than 1, got " + n + " and " + exponent);
        }
        this.n = n;
        this.exponent = exponent;
        this.areaFirst = area(1.5) - 1;
        this.areaAll = area(n + 0.5);
    }

    long rank(long seed, long stream, long index) {
        for (int attempt = 0; attempt < MOST_TRIES; attempt++) {
            double u = CounterRandom.uniform(seed, stream * MOST_TRIES + attempt, index);
            double target = areaAll + u * (areaFirst - areaAll);
            double x = inverse(target);
            long k = Math.clamp(Math.round(x), 1, n);
            if (target >= area(k + 0.5) - Math.pow(k, -exponent)) {
                return k - 1;
            }
        }
        throw new IllegalStateException("no draw was accepted in " + MOST_TRIES + " tries");
    }

    /// Integral of `x^-exponent`.
    private double area(double x) {
        return Math.pow(x, 1 - exponent) / (1 - exponent);
    }

    private double inverse(double area) {
        return Math.pow(area * (1 - exponent), 1 / (1 - exponent));
    }
}
