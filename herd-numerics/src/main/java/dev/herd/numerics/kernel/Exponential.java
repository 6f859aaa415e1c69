package dev.herd.numerics.kernel;

/// The exponential function that the kernels share: the same bits in scalar and vector form on every
/// machine.
///
/// **Errors**: relative error below 3e-7 for arguments in `[-87, 88]`; 0 below that range, saturated above
/// it; NaN stays NaN.
final class Exponential {
    static final float LOWEST = -87f;
    static final float HIGHEST = 88f;
    static final float LOG2_E = 1.44269504088896341f;
    /// ln 2 in two parts; the first has so few bits that its product with any exponent is exact.
    static final float LN2_HIGH = 0.693359375f;

    static final float LN2_LOW = -2.12194440e-4f;
    /// Adding this to a float of small magnitude leaves its nearest integer in the low bits of the
    /// mantissa.
    static final float ROUNDER = 12582912f;

    static final float C2 = 1f / 2;
    static final float C3 = 1f / 6;
    static final float C4 = 1f / 24;
    static final float C5 = 1f / 120;
    static final float C6 = 1f / 720;
    static final float C7 = 1f / 5040;

    private Exponential() {}

    /// e to the power of `x`.
    static float of(float x) {
        if (x < LOWEST) {
            return 0;
        }
        float bounded = x > HIGHEST ? HIGHEST : x;
        float shifted = Math.fma(bounded, LOG2_E, ROUNDER);
        float exponent = shifted - ROUNDER;
        float rest = Math.fma(exponent, -LN2_LOW, Math.fma(exponent, -LN2_HIGH, bounded));
        float sum = Math.fma(C7, rest, C6);
        sum = Math.fma(sum, rest, C5);
        sum = Math.fma(sum, rest, C4);
        sum = Math.fma(sum, rest, C3);
        sum = Math.fma(sum, rest, C2);
        sum = Math.fma(sum, rest, 1);
        sum = Math.fma(sum, rest, 1);
        int power = Float.floatToRawIntBits(shifted) << 23;
        return sum * Float.intBitsToFloat(power + (127 << 23));
    }
}
