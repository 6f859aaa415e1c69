package dev.herd.numerics.format;

/// One number under its scale: a sign with an integer of `mantissaBits` bits, or with an exponent of its
/// own and the mantissa after the point.
///
/// Integers are stored in two's complement but keep to `-(2^m - 1) .. 2^m - 1`, and lose the sign of zero;
/// floating-point numbers keep it.
///
/// **Paper**: OCP Microscaling v1.0, tables 1 and 5.
///
/// @param exponentBits 0 for integers
/// @param mantissaBits of integers all bits of the magnitude, of floats those after the point
public record Element(int exponentBits, int mantissaBits, Specials specials) {
    /// Which codes are not numbers.
    public enum Specials {
        /// None: all are numbers.
        NONE,
        /// Exponent and mantissa all ones: NaN.
        NAN,
        /// Exponent all ones: infinity, or NaN with a mantissa.
        IEEE
    }

    public static final Element E5M2 = new Element(5, 2, Specials.IEEE);
    public static final Element E4M3 = new Element(4, 3, Specials.NAN);
    public static final Element E3M2 = new Element(3, 2, Specials.NONE);
    public static final Element E2M3 = new Element(2, 3, Specials.NONE);
    public static final Element E2M1 = new Element(2, 1, Specials.NONE);
    public static final Element BF16 = new Element(8, 7, Specials.IEEE);
    public static final Element FP16 = new Element(5, 10, Specials.IEEE);

    public Element {
        int bits = 1 + exponentBits + mantissaBits;
        if (exponentBits < 0 || mantissaBits < 1 || bits > 8 && bits != 16) {
            throw new IllegalArgumentException("an element of 2 to 8, or 16, bits with a mantissa is needed, got 1 + "
                    + exponentBits + " + " + mantissaBits);
        }
        if (exponentBits == 0 && specials != Specials.NONE) {
            throw new IllegalArgumentException("integers have no codes for NaN and infinity, got " + specials);
        }
        if (exponentBits == 1) {
            throw new IllegalArgumentException("an exponent has at least 2 bits, got 1");
        }
    }

    /// A signed integer of so many bits below the sign.
    public static Element integer(int magnitudeBits) {
        return new Element(0, magnitudeBits, Specials.NONE);
    }

    public boolean isInteger() {
        return exponentBits == 0;
    }

    /// Bits of a code.
    public int bits() {
        return 1 + exponentBits + mantissaBits;
    }

    int bias() {
        return (1 << exponentBits - 1) - 1;
    }

    /// The exponent of the largest number; 0 for integers, whose point is after their first bit.
    int emax() {
        if (isInteger()) {
            return 0;
        }
        return (1 << exponentBits) - 1 - bias() - (specials == Specials.IEEE ? 1 : 0);
    }

    /// Bits after the point.
    int pointBits() {
        return isInteger() ? mantissaBits - 1 : mantissaBits;
    }

    /// By which power of two [#value] counts more than the number under a power-of-two scale.
    int unitBits() {
        return isInteger() ? mantissaBits - 1 : 0;
    }

    /// The largest number under a power-of-two scale of 1.
    public double maxNormal() {
        return Math.scalb((double) value(maxCode()), -unitBits());
    }

    /// The code of the largest finite number.
    int maxCode() {
        if (isInteger()) {
            return (1 << mantissaBits) - 1;
        }
        int top = (1 << exponentBits + mantissaBits) - 1;
        return switch (specials) {
            case NONE -> top;
            case NAN -> top - 1;
            case IEEE -> top - (1 << mantissaBits);
        };
    }

    /// The number that a code means; of integers the integer itself.
    public float value(int code) {
        int bits = bits();
        if (isInteger()) {
            return code << 32 - bits >> 32 - bits;
        }
        int sign = code >>> bits - 1 & 1;
        int magnitude = code & (1 << bits - 1) - 1;
        int field = magnitude >>> mantissaBits;
        int mantissa = magnitude & (1 << mantissaBits) - 1;
        float value;
        if (magnitude > maxCode()) {
            value = specials == Specials.IEEE && mantissa == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
        } else if (field == 0) {
            value = (float) Math.scalb((double) mantissa, 1 - bias() - mantissaBits);
        } else {
            value = (float) Math.scalb((double) (mantissa | 1 << mantissaBits), field - bias() - mantissaBits);
        }
        return sign == 0 ? value : -value;
    }

    /// The code nearest to a number, in the unit of [#value]. What is beyond the largest number becomes the
    /// largest; an unscaled element with infinities takes infinity instead.
    ///
    /// NaN becomes the code of a NaN, or 0 where there is none.
    ///
    /// @param noise 32 random bits for stochastic rounding
    int code(double number, Rounding rounding, int noise, boolean saturate) {
        boolean negative = Double.doubleToRawLongBits(number) < 0;
        double magnitude = Math.abs(number);
        if (isInteger()) {
            int q = (int) Math.min(rounding.round(magnitude, noise), maxCode());
            return (negative ? -q : q) & (1 << bits()) - 1;
        }
        int code = magnitudeCode(magnitude, rounding, noise, saturate);
        boolean signed = negative && !(code == 0 && rounding == Rounding.HALF_DOWN);
        return signed ? code | 1 << bits() - 1 : code;
    }

    private int magnitudeCode(double magnitude, Rounding rounding, int noise, boolean saturate) {
        if (Double.isNaN(magnitude)) {
            return switch (specials) {
                case NONE -> 0;
                case NAN -> maxCode() + 1;
                case IEEE -> maxCode() + 1 | 1 << mantissaBits - 1;
            };
        }
        if (Double.isInfinite(magnitude)) {
            return saturate ? maxCode() : maxCode() + 1;
        }
        int exponent = Math.max(Math.getExponent(magnitude), 1 - bias());
        double steps = rounding.round(Math.scalb(magnitude, mantissaBits - exponent), noise);
        long code = ((long) (exponent + bias() - 1) << mantissaBits) + (long) steps;
        return (int) Math.min(code, saturate ? maxCode() : maxCode() + 1);
    }

    @Override
    public String toString() {
        return isInteger() ? "INT" + bits() : "E" + exponentBits + "M" + mantissaBits;
    }
}
