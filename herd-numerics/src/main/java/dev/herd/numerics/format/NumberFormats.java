package dev.herd.numerics.format;

import dev.herd.numerics.format.Level.Kind;
import dev.herd.numerics.format.NumberFormat.Order;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The formats that have names. All round half to even; powers of two follow the floor rule.
///
/// MX9, MX6 and MX4 (shared microexponents) are not the MXFP8, MXFP6 and MXFP4 of OCP.
public final class NumberFormats {
    public static final NumberFormat MX9 = microexponents("MX9", 7);
    public static final NumberFormat MX6 = microexponents("MX6", 4);
    public static final NumberFormat MX4 = microexponents("MX4", 2);
    public static final NumberFormat MSFP16 = shared("MSFP16", 7, 16);
    public static final NumberFormat MSFP12 = shared("MSFP12", 3, 16);
    public static final NumberFormat MXFP8_E4M3 = ocp("MXFP8-E4M3", Element.E4M3);
    public static final NumberFormat MXFP8_E5M2 = ocp("MXFP8-E5M2", Element.E5M2);
    public static final NumberFormat MXFP6_E3M2 = ocp("MXFP6-E3M2", Element.E3M2);
    public static final NumberFormat MXFP6_E2M3 = ocp("MXFP6-E2M3", Element.E2M3);
    public static final NumberFormat MXFP4 = ocp("MXFP4", Element.E2M1);
    public static final NumberFormat MXINT8 = shared("MXINT8", 7, 32);
    public static final NumberFormat NVFP4 = scaled("NVFP4", Element.E2M1, Level.TENSOR, new Level(Kind.E4M3, 8, 16));
    public static final NumberFormat BF16 = plain("BF16", Element.BF16);
    public static final NumberFormat FP16 = plain("FP16", Element.FP16);

    private static final Map<String, NumberFormat> NAMED = new LinkedHashMap<>();

    static {
        List.of(MX9, MX6, MX4, MSFP16, MSFP12, MXFP8_E4M3, MXFP8_E5M2, MXFP6_E3M2, MXFP6_E2M3, MXFP4, MXINT8)
                .forEach(NumberFormats::put);
        put(NVFP4);
        put(vsq(4, 4));
        put(vsq(6, 4));
        put(vsq(8, 6));
        put(vsq(8, 8));
        List.of(Element.E4M3, Element.E5M2, Element.E3M2, Element.E2M3, Element.E2M1)
                .forEach(element -> {
                    String name = "FP" + element.bits() + "-" + element;
                    put(scaled(name + "-tensor", element, Level.TENSOR, Level.NONE));
                    put(scaled(name + "-row", element, Level.ROW, Level.NONE));
                });
        List.of(8, 6, 4).forEach(bits -> {
            Element element = Element.integer(bits - 1);
            put(scaled(element + "-tensor", element, Level.TENSOR, Level.NONE));
            put(scaled(element + "-row", element, Level.ROW, Level.NONE));
        });
        put(BF16);
        put(FP16);
    }

    private NumberFormats() {}

    /// Every preset, in a fixed order.
    public static List<NumberFormat> all() {
        return List.copyOf(NAMED.values());
    }

    /// The preset of a name, in capitals or not: `mx6`, `mxfp8-e4m3`, `int8-row`.
    public static Optional<NumberFormat> named(String name) {
        return Optional.ofNullable(NAMED.get(key(name)));
    }

    /// Their names as [#named] takes them.
    public static List<String> names() {
        return List.copyOf(NAMED.keySet());
    }

    /// Integers of 4, 6 or 8 bits with an integer scale for 16 of them under an fp32 scale for the row.
    ///
    /// **Paper**: Dai et al., VS-Quant.
    static NumberFormat vsq(int bits, int scaleBits) {
        return scaled(
                "VSQ-INT" + bits + "-d" + scaleBits,
                Element.integer(bits - 1),
                Level.ROW,
                new Level(Kind.INTEGER, scaleBits, 16));
    }

    private static NumberFormat microexponents(String name, int mantissa) {
        return new NumberFormat(
                name,
                Element.integer(mantissa),
                Level.powerOfTwo(8, 16),
                Level.microexponent(1, 2),
                ScaleRule.FLOOR,
                Rounding.HALF_EVEN,
                Order.INTERLEAVED);
    }

    private static NumberFormat shared(String name, int mantissa, int width) {
        return power(name, Element.integer(mantissa), width);
    }

    private static NumberFormat ocp(String name, Element element) {
        return power(name, element, 32);
    }

    private static NumberFormat power(String name, Element element, int width) {
        return new NumberFormat(
                name,
                element,
                Level.powerOfTwo(8, width),
                Level.NONE,
                ScaleRule.FLOOR,
                Rounding.HALF_EVEN,
                Order.INTERLEAVED);
    }

    private static NumberFormat scaled(String name, Element element, int width, Level second) {
        return new NumberFormat(
                name, element, Level.float32(width), second, ScaleRule.AMAX, Rounding.HALF_EVEN, Order.INTERLEAVED);
    }

    private static NumberFormat plain(String name, Element element) {
        return new NumberFormat(
                name, element, Level.NONE, Level.NONE, ScaleRule.NONE, Rounding.HALF_EVEN, Order.INTERLEAVED);
    }

    private static void put(NumberFormat format) {
        NAMED.put(key(format.name()), format);
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
