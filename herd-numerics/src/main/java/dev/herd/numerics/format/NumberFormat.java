package dev.herd.numerics.format;

import dev.herd.numerics.format.Level.Kind;

/// A block data representation: numbers of few bits under one or two levels of shared scales.
///
/// A number is `element * second scale * first scale`. A NaN or an infinity makes everything under its
/// innermost scale that can be NaN a NaN; formats without scales keep them one by one. Scales are made from
/// magnitudes only. Blocks run along a row; the last one of a row is filled up with zeros.
///
/// The name says what the bits are, [#toString] also by which rules they were found: the same bits under
/// two scale rules are two numerics.
///
/// **Paper**: Rouhani et al., With Shared Microexponents, A Little Shifting Goes a Long Way (2302.08007),
/// section 3; OCP Microscaling v1.0.
///
/// @param first the outer scales (d1 bits over k1 numbers)
/// @param second the inner scales (d2 bits over k2 numbers)
public record NumberFormat(
        String name, Element element, Level first, Level second, ScaleRule rule, Rounding rounding, Order order) {
    /// In which order the codes of a block lie.
    public enum Order {
        /// One after the other from the lowest bit up (gpt-oss, AMD).
        INTERLEAVED,
        /// Of 4-bit codes: the first half of a block in the low halves of its bytes, the second in the high
        /// ones (ggml).
        SPLIT_HALVES
    }

    public NumberFormat {
        boolean power = first.kind() == Kind.POWER_OF_TWO;
        if (name.isBlank()) {
            throw new IllegalArgumentException("a format needs a name");
        }
        switch (first.kind()) {
            case NONE -> {
                require(rule == ScaleRule.NONE, name, "numbers without scales need the rule NONE");
                require(element.specials() == Element.Specials.IEEE, name, "elements without scales need infinities");
            }
            case POWER_OF_TWO ->
                require(
                        rule != ScaleRule.NONE && rule != ScaleRule.AMAX,
                        name,
                        "a power of two needs the rule FLOOR, CEIL, EVEN or RCEIL");
            case FLOAT32 -> require(rule == ScaleRule.AMAX, name, "an fp32 scale needs the rule AMAX");
            case MICROEXPONENT, E4M3, INTEGER ->
                throw new IllegalArgumentException(
                        name + ": the first level is NONE, POWER_OF_TWO or FLOAT32, got " + first.kind());
        }
        switch (second.kind()) {
            case NONE -> {}
            case MICROEXPONENT ->
                require(power && element.isInteger(), name, "microexponents shift integers under a power of two");
            case E4M3, INTEGER ->
                require(
                        first.kind() == Kind.FLOAT32 && first.width() < 1,
                        name,
                        "inner scales that are numbers need an fp32 scale over a row or tensor");
            case POWER_OF_TWO, FLOAT32 ->
                throw new IllegalArgumentException(
                        name + ": the second level is NONE, MICROEXPONENT, E4M3 or INTEGER, got " + second.kind());
        }
        if (second.kind() == Kind.MICROEXPONENT && first.width() % second.width() != 0) {
            throw new IllegalArgumentException(name + ": " + second.width() + " numbers under an inner scale do not"
                    + " divide a block of " + first.width());
        }
        boolean halves = power && element.bits() == 4 && first.width() % 2 == 0 && second.kind() == Kind.NONE;
        require(order == Order.INTERLEAVED || halves && !element.isInteger(), name, "split halves need 4-bit floats");
        require(element.bits() <= 8 || first.kind() == Kind.NONE, name, "elements under scales have at most 8 bits");
    }

    private static void require(boolean holds, String name, String what) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + what);
        }
    }

    /// Bits of one number, its share of the scales included; scales of rows and tensors count nothing.
    public double bitsPerNumber() {
        return element.bits() + first.bitsPerNumber() + second.bitsPerNumber();
    }

    /// The most that a number is off after packing and unpacking, as a share of the largest magnitude in its row,
    /// where the range of the scales suffices.
    ///
    /// Half a step at the top of the element's range, a whole one where rounding is not to the nearest; or what is
    /// lost when the largest number is cut off, under the floor rule up to a binade above the largest element.
    double largestError() {
        double top = element.value(element.maxCode());
        double step = element.isInteger() ? 1 : Math.scalb(1.0, Math.getExponent(top) - element.mantissaBits());
        double rounded = rounding == Rounding.STOCHASTIC || rounding == Rounding.TRUNCATE ? step : step / 2;
        double binade = Math.scalb(1.0, Math.getExponent(top));
        double error = switch (first.kind()) {
            case POWER_OF_TWO ->
                rule == ScaleRule.FLOOR
                        ? Math.max(rounded / binade, 1 - top / (2 * binade))
                        : Math.max(2 * rounded / binade, 1 - top / (2 * binade));
            case NONE -> rounded / binade;
            case FLOAT32, MICROEXPONENT, E4M3, INTEGER -> rounded / top;
        };
        double cut = second.kind() == Kind.INTEGER ? 0.5 / ((1 << second.bits()) - 1) : 0;
        // Division by fp32 scales and multiplication with them round, too.
        return (error + cut) * (1 + 0x1p-20);
    }

    /// Whether the scale of the whole tensor must be known to read a row, see [BlockCodec#fitted].
    public boolean needsTensorScale() {
        return first.width() == Level.TENSOR;
    }

    public NumberFormat withRounding(Rounding other) {
        return new NumberFormat(name, element, first, second, rule, other, order);
    }

    /// @throws IllegalArgumentException when the scales of this format cannot follow the rule
    public NumberFormat withRule(ScaleRule other) {
        return new NumberFormat(name, element, first, second, other, rounding, order);
    }

    public NumberFormat withOrder(Order other) {
        return new NumberFormat(name, element, first, second, rule, rounding, other);
    }

    /// Integers below 8 bits under a power of two keep their signs apart, as AMD packs MX6.
    boolean signsApart() {
        return first.kind() == Kind.POWER_OF_TWO && element.isInteger() && element.bits() < 8;
    }

    /// Bits of a code where it lies; the sign may lie apart.
    int codeBits() {
        return signsApart() ? element.mantissaBits() : element.bits();
    }

    /// The name with its rules: `MXFP4 (floor, half-even)`.
    @Override
    public String toString() {
        String rules = rule == ScaleRule.NONE ? rounding.label() : rule.label() + ", " + rounding.label();
        return name + " (" + rules + (order == Order.SPLIT_HALVES ? ", split halves)" : ")");
    }
}
