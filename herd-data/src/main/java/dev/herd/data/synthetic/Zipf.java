package dev.herd.data.synthetic;

import dev.herd.numerics.CounterRandom;

/// Ranks from 0 to n-1 drawn with probability proportional to `(rank + 1)^-exponent`, in constant memory.
///
/// **Errors**: the distribution is exact up to double rounding: a rank is drawn from the continuous envelope by
/// inversion and kept with the probability that corrects it.
///
/// **Paper**: Hormann and Derflinger, Rejection-inversion to generate variates from monotone discrete distributions
/// (ACM TOMACS 1996).
final class Zipf {
    static final double LARGEST_EXPONENT = 20;

    private static final double TO_UNIT = 0x1.0p-53;

    private final long n;
    private final double exponent;
    private final double highest;
    private final double span;
    private final double sureDistance;

    private Zipf(long n, double exponent) {
        this.n = n;
        this.exponent = exponent;
        this.highest = integral(n + 0.5);
        this.span = integral(1.5) - 1 - highest;
        this.sureDistance = 2 - inverseIntegral(integral(2.5) - density(2));
    }

    /// @param exponent 0 makes all ranks equally likely
    static Zipf of(long n, double exponent) {
        if (n <= 0 || !(exponent >= 0 && exponent <= LARGEST_EXPONENT)) {
            throw new IllegalArgumentException("popularity needs at least one id and an exponent in [0, "
                    + LARGEST_EXPONENT + "], got " + n + " and " + exponent);
        }
        return new Zipf(n, exponent);
    }

    /// The rank that belongs to 64 random bits; more bits, where needed, are derived from them.
    long rank(long bits) {
        for (long state = bits; ; state = CounterRandom.mix(state ^ 0x2545F4914F6CDD1DL)) {
            double area = highest + (state >>> 11) * TO_UNIT * span;
            double x = inverseIntegral(area);
            long k = Math.clamp(Math.round(x), 1, n);
            if (k - x <= sureDistance || area >= integral(k + 0.5) - density(k)) {
                return k - 1;
            }
        }
    }

    private double density(double x) {
        return Math.exp(-exponent * Math.log(x));
    }

    /// The integral of the density from 1 to x; near exponent 1 the quotient is computed without cancellation.
    private double integral(double x) {
        double logX = Math.log(x);
        double t = (1 - exponent) * logX;
        return Math.abs(t) < 1e-8 ? logX * (1 + t / 2) : Math.expm1(t) / (1 - exponent);
    }

    private double inverseIntegral(double area) {
        double t = Math.max(area * (1 - exponent), -1);
        return Math.exp(Math.abs(t) < 1e-8 ? area * (1 - t / 2) : Math.log1p(t) / (1 - exponent));
    }
}
