package dev.herd.nn;

import dev.herd.data.config.Doc;
import dev.herd.data.config.Spelling;
import dev.herd.numerics.format.NumberFormat;
import dev.herd.numerics.format.NumberFormats;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The number formats to which the operands of matrix products are rounded, by what an operand is. Products
/// are summed in fp32; all else that a model computes, and the weights between two steps, stays fp32.
///
/// **Paper**: Rouhani et al., With Shared Microexponents, A Little Shifting Goes a Long Way (2302.08007),
/// section 5: every operand of the three products of a step is rounded along the dimension that its product
/// sums over, so a tensor of two products is rounded twice.
///
/// @param weights `fp32`, or a name of [NumberFormats]
public record Numerics(
        @Doc("format to which weights are rounded in matrix products: fp32, bf16, mx9, mx6, mx4, mxfp8-e4m3, ...;"
                + " a bare name, such as `numerics: mx9`, is for all three kinds of operands")
        String weights,

        @Doc("format of activations in matrix products") String activations,

        @Doc("format of gradients in the matrix products of the backward pass")
        String gradients) {
    private static final String PLAIN = "fp32";

    /// Nothing is rounded.
    public static final Numerics FP32 = new Numerics(PLAIN, PLAIN, PLAIN);

    public Numerics {
        weights = known(weights);
        activations = known(activations);
        gradients = known(gradients);
    }

    /// One format for all operands.
    ///
    /// **Throws** `IllegalArgumentException` with the known names when there is none of that name.
    public static Numerics parse(String name) {
        return new Numerics(name, name, name);
    }

    public static Numerics defaults() {
        return FP32;
    }

    private static String known(String name) {
        String small = name.toLowerCase(Locale.ROOT);
        if (!small.equals(PLAIN) && NumberFormats.named(small).isEmpty()) {
            List<String> names = new ArrayList<>(List.of(PLAIN));
            names.addAll(NumberFormats.names());
            throw new IllegalArgumentException(
                    "there is no number format '" + name + "'" + Spelling.remedy(name, "formats", names));
        }
        return small;
    }

    /// Whether nothing is rounded.
    public boolean isPlain() {
        return equals(FP32);
    }

    Optional<NumberFormat> weightFormat() {
        return NumberFormats.named(weights);
    }

    Optional<NumberFormat> activationFormat() {
        return NumberFormats.named(activations);
    }

    Optional<NumberFormat> gradientFormat() {
        return NumberFormats.named(gradients);
    }

    /// The formats with the rules by which their bits are found: `MX6 (floor, half-even)`.
    @Override
    public String toString() {
        String ofWeights = described(weightFormat());
        String ofActivations = described(activationFormat());
        String ofGradients = described(gradientFormat());
        return weights.equals(activations) && weights.equals(gradients)
                ? ofWeights
                : "weights " + ofWeights + ", activations " + ofActivations + ", gradients " + ofGradients;
    }

    private static String described(Optional<NumberFormat> format) {
        return format.map(NumberFormat::toString).orElse(PLAIN);
    }
}
