package dev.herd.numerics.format;

import java.util.Locale;

/// How the scale of a block follows from the largest magnitude in it. The first four choose powers of two
/// and read the bits of the number, never its logarithm, which in fp32 is wrong just below powers of two.
///
/// **Paper**: OCP Microscaling v1.0, section 6.3 (FLOOR); torchao names the others.
public enum ScaleRule {
    /// `floor(log2(max)) - emax`: numbers in the top of a binade saturate.
    FLOOR,
    /// As FLOOR, one more unless the largest is a power of two.
    CEIL,
    /// As FLOOR, of the largest rounded to the mantissa of an element.
    EVEN,
    /// `ceil(log2(max / largest element))`: nothing saturates.
    RCEIL,
    /// `max / largest element`, not a power of two.
    AMAX,
    /// There is no scale.
    NONE;

    private static final int MANTISSA = 0x7FFFFF;

    /// The name in reports: `rceil`.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The exponent of the scale, not limited to what its bits hold.
    ///
    /// @param largest the largest magnitude, finite
    int exponent(float largest, Element element) {
        int bits = Float.floatToRawIntBits(largest);
        return switch (this) {
            case FLOOR -> field(bits) - element.emax();
            case CEIL -> field(bits) + ((bits & MANTISSA) == 0 ? 0 : 1) - element.emax();
            case EVEN -> field(bits + (1 << 23 - element.pointBits() - 1)) - element.emax();
            case RCEIL -> roundedUp(largest * (float) (1 / element.maxNormal()));
            case AMAX, NONE -> throw new IllegalStateException(this + " is not a power of two");
        };
    }

    /// The exponent that the bits of a float hold; -127 for subnormals.
    private static int field(int bits) {
        return (bits >>> 23) - 127;
    }

    /// The smallest `e >= -127` with `2^e` at least the given number.
    private static int roundedUp(float ratio) {
        int bits = Float.floatToRawIntBits(ratio);
        int exponent = bits >>> 23;
        int mantissa = bits & MANTISSA;
        boolean up = exponent == 0 ? mantissa > 0x400000 : mantissa != 0;
        return exponent - 127 + (up ? 1 : 0);
    }
}
