package dev.herd.bench.formats;

import dev.herd.numerics.format.Element;
import dev.herd.numerics.format.Level;
import dev.herd.numerics.format.NumberFormat;

/// What a format costs in a unit that multiplies 64 pairs of numbers and adds them: full adders, counted,
/// not synthesized, times the memory of a tile of 256 numbers in lines of 64 bytes. Both are relative to a
/// unit and a tile of FP8 that takes E4M3 and E5M2.
///
/// Adders: `s^2` a multiplier of s significant bits; e an adder of private exponents; half an adder for
/// every bit and step of a shifter, which aligns private exponents (to at most 25 bits), microexponents by
/// pairs of their group, and blocks; w an adder of w bits in the tree. Inner scales that are numbers are
/// multiplied.
///
/// **Paper**: 2302.08007, section 5, takes areas from synthesis; these are not its areas.
final class CostModel {
    static final String STATEMENT =
            "full adders of a 64-wide dot-product unit (not synthesized) x lines of 64 bytes for 256 numbers, both over FP8";
    private static final int LANES = 64;
    private static final int FIXED = 25;
    private static final int TILE = 256;
    private static final int LINE_BITS = 512;
    private static final double FP8_AREA = floats(5, 4) + accumulator(LANES, 0);

    private CostModel() {}

    /// Adders over those of FP8.
    static double area(NumberFormat format) {
        Element element = format.element();
        int significant = element.mantissaBits() + (element.isInteger() ? 0 : 1);
        double elements =
                element.isInteger() ? integers(format, significant) : floats(element.exponentBits(), significant);
        int width = format.first().width() > 0 ? format.first().width() : LANES;
        double inner = switch (format.second().kind()) {
            case E4M3, INTEGER -> {
                int bits = format.second().bits();
                int groups = Math.ceilDiv(LANES, format.second().width());
                yield groups * (bits * bits + bits * (2.0 * significant + 4));
            }
            case NONE, MICROEXPONENT, POWER_OF_TWO, FLOAT32 -> 0;
        };
        boolean shared = format.first().kind() == Level.Kind.POWER_OF_TWO;
        return (elements
                        + inner
                        + accumulator(
                                Math.min(width, LANES), shared ? format.first().bits() : 0))
                / FP8_AREA;
    }

    /// Lines of 64 bytes that hold 256 numbers, scales included; fractions of a line count as such.
    static double lines(NumberFormat format) {
        return TILE * format.bitsPerNumber() / LINE_BITS;
    }

    /// Area times memory, over FP8.
    static double cost(NumberFormat format) {
        return area(format) * lines(format) / (TILE * 8.0 / LINE_BITS);
    }

    private static double integers(NumberFormat format, int bits) {
        double shifters = 0;
        int product = 2 * bits;
        if (format.second().kind() == Level.Kind.MICROEXPONENT) {
            int most = 2 * ((1 << format.second().bits()) - 1);
            int groups = Math.ceilDiv(LANES, format.second().width());
            shifters = 0.5 * groups * (product + 1) * log2(most + 1);
            product += most;
        }
        return LANES * ((double) bits * bits + product + 1) + shifters;
    }

    private static double floats(int exponentBits, int significant) {
        int range = 2 * ((1 << exponentBits) - 1);
        int width = Math.min(FIXED, 2 * significant + range);
        double align = 0.5 * width * log2(Math.min(range, width) + 1);
        return LANES * ((double) significant * significant + exponentBits + align + width + 1);
    }

    /// Exponents of blocks, their alignment, and the final sum.
    private static double accumulator(int width, int scaleBits) {
        int blocks = Math.ceilDiv(LANES, width);
        return blocks * (scaleBits + 0.5 * FIXED * log2(FIXED) + FIXED) + 2 * FIXED;
    }

    private static int log2(int n) {
        return 32 - Integer.numberOfLeadingZeros(Math.max(1, n - 1));
    }
}
