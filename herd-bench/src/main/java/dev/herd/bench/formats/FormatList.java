package dev.herd.bench.formats;

import dev.herd.data.config.Doc;
import dev.herd.numerics.format.Element;
import dev.herd.numerics.format.Level;
import dev.herd.numerics.format.NumberFormat;
import dev.herd.numerics.format.Rounding;
import dev.herd.numerics.format.ScaleRule;
import java.util.List;

/// Formats of a user's own, as a file lists them.
///
/// ```yaml
/// formats:
///   - {name: MX5, mantissa: 3}
///   - {name: E3M3 under 2^e, exponent: 3, mantissa: 3, k1: 32, d2: 0, rule: rceil}
/// ```
record FormatList(
        @Doc("number formats under shared powers of two") List<Entry> formats) {
    static FormatList defaults() {
        return new FormatList(List.of());
    }

    /// One format under a shared power of two.
    record Entry(
            @Doc("name in the report") String name,

            @Doc("bits of a private exponent; 0 for integers")
            int exponent,

            @Doc("bits of the magnitude of an integer, of a float those after the point")
            int mantissa,

            @Doc("numbers that share the power of two") int k1,
            @Doc("bits of the power of two") int d1,
            @Doc("numbers that share a microexponent") int k2,
            @Doc("bits of a microexponent; 0 for none") int d2,
            @Doc("how the scale is chosen") ScaleRule rule,
            @Doc("how numbers are rounded") Rounding rounding) {
        static Entry defaults() {
            return new Entry("own", 0, 4, 16, 8, 2, 1, ScaleRule.FLOOR, Rounding.HALF_EVEN);
        }

        Entry {
            make(name, exponent, mantissa, k1, d1, k2, d2, rule, rounding);
        }

        NumberFormat format() {
            return make(name, exponent, mantissa, k1, d1, k2, d2, rule, rounding);
        }

        private static NumberFormat make(
                String name,
                int exponent,
                int mantissa,
                int k1,
                int d1,
                int k2,
                int d2,
                ScaleRule rule,
                Rounding rounding) {
            return new NumberFormat(
                    name,
                    new Element(exponent, mantissa, Element.Specials.NONE),
                    Level.powerOfTwo(d1, k1),
                    d2 == 0 ? Level.NONE : Level.microexponent(d2, k2),
                    rule,
                    rounding,
                    NumberFormat.Order.INTERLEAVED);
        }
    }
}
