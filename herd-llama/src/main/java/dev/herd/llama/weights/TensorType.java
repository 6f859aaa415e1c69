package dev.herd.llama.weights;

import dev.herd.numerics.block.BlockFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The types of tensors that are read, with their numbers in GGUF files.
public enum TensorType {
    F32(0, BlockFormat.F32),
    F16(1, BlockFormat.F16),
    BF16(30, BlockFormat.BF16),
    Q4_0(2, BlockFormat.Q4_0),
    Q4_1(3, BlockFormat.Q4_1),
    Q5_0(6, BlockFormat.Q5_0),
    Q5_1(7, BlockFormat.Q5_1),
    Q8_0(8, BlockFormat.Q8_0),
    Q8_1(9, BlockFormat.Q8_1),
    Q2_K(10, BlockFormat.Q2_K),
    Q3_K(11, BlockFormat.Q3_K),
    Q4_K(12, BlockFormat.Q4_K),
    Q5_K(13, BlockFormat.Q5_K),
    Q6_K(14, BlockFormat.Q6_K),
    Q8_K(15, BlockFormat.Q8_K),
    MXFP4(39, BlockFormat.MXFP4),
    /// Herd's own: other programs refuse files that hold it.
    MX9(909, BlockFormat.MX9),
    /// Herd's own: other programs refuse files that hold it.
    MX6(906, BlockFormat.MX6);

    /// Types that GGUF files may hold and that are refused by these names.
    private static final Map<Integer, String> REFUSED = Map.ofEntries(
            Map.entry(4, "Q4_2"),
            Map.entry(5, "Q4_3"),
            Map.entry(16, "IQ2_XXS"),
            Map.entry(17, "IQ2_XS"),
            Map.entry(18, "IQ3_XXS"),
            Map.entry(19, "IQ1_S"),
            Map.entry(20, "IQ4_NL"),
            Map.entry(21, "IQ3_S"),
            Map.entry(22, "IQ2_S"),
            Map.entry(23, "IQ4_XS"),
            Map.entry(24, "I8"),
            Map.entry(25, "I16"),
            Map.entry(26, "I32"),
            Map.entry(27, "I64"),
            Map.entry(28, "F64"),
            Map.entry(29, "IQ1_M"),
            Map.entry(31, "Q4_0_4_4"),
            Map.entry(32, "Q4_0_4_8"),
            Map.entry(33, "Q4_0_8_8"),
            Map.entry(34, "TQ1_0"),
            Map.entry(35, "TQ2_0"),
            Map.entry(40, "NVFP4"),
            Map.entry(41, "Q1_0"),
            Map.entry(42, "Q2_0"));

    private final int code;
    private final BlockFormat format;

    TensorType(int code, BlockFormat format) {
        this.code = code;
        this.format = format;
    }

    /// The number that stands for this type in GGUF files.
    public int code() {
        return code;
    }

    /// How its rows are stored.
    public BlockFormat format() {
        return format;
    }

    /// The type of a number in a GGUF file.
    static Optional<TensorType> of(int code) {
        for (TensorType type : values()) {
            if (type.code == code) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /// What to call a number that [#of] does not know.
    static String refused(int code) {
        String name = REFUSED.get(code);
        return name == null ? "unknown type " + Integer.toUnsignedString(code) : "type " + name;
    }

    /// The names of the types that are read, for messages.
    static String accepted() {
        StringBuilder names = new StringBuilder();
        for (TensorType type : values()) {
            names.append(names.isEmpty() ? "" : ", ").append(type.name().toUpperCase(Locale.ROOT));
        }
        return names.toString();
    }
}
