package dev.herd.data.transform;

/// Logarithms of counts, most of which are small integers.
final class Logarithms {
    private static final double[] OF_INTEGERS = new double[1 << 15];

    static {
        for (int x = 0; x < OF_INTEGERS.length; x++) {
            OF_INTEGERS[x] = Math.log1p(x);
        }
    }

    private Logarithms() {}

    /// `ln(1 + x)`. **Errors**: the very bits of [Math#log1p(double)], which keeps the sign of a zero.
    static double log1p(double x) {
        int integer = (int) x;
        if (integer != x || integer < 0 || integer >= OF_INTEGERS.length) {
            return Math.log1p(x);
        }
        return integer == 0 ? x : OF_INTEGERS[integer];
    }
}
