package dev.herd.embedding;

import dev.herd.numerics.ElementType;
import dev.herd.numerics.format.BlockCodec;
import dev.herd.numerics.format.NumberFormat;
import dev.herd.numerics.format.NumberFormats;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How a table keeps its rows: as plain numbers, or packed in blocks that share scales. Lookups read either as it
/// lies, and compute in fp32.
///
/// Formats under a scale for the whole tensor are left out: a row that grows would need all others anew.
///
/// **Paper**: Rouhani et al., With Shared Microexponents, A Little Shifting Goes a Long Way (2302.08007); OCP
/// Microscaling v1.0.
public enum RowFormat {
    FP32(ElementType.FP32, null),
    FP16(ElementType.FP16, null),
    BF16(ElementType.BF16, null),
    MX9(null, NumberFormats.MX9),
    MX6(null, NumberFormats.MX6),
    MX4(null, NumberFormats.MX4),
    MSFP16(null, NumberFormats.MSFP16),
    MSFP12(null, NumberFormats.MSFP12),
    MXFP8_E4M3(null, NumberFormats.MXFP8_E4M3),
    MXFP8_E5M2(null, NumberFormats.MXFP8_E5M2),
    MXFP6_E3M2(null, NumberFormats.MXFP6_E3M2),
    MXFP6_E2M3(null, NumberFormats.MXFP6_E2M3),
    MXFP4(null, NumberFormats.MXFP4),
    MXINT8(null, NumberFormats.MXINT8),
    FP8_E4M3_ROW(null, preset("fp8-e4m3-row")),
    FP8_E5M2_ROW(null, preset("fp8-e5m2-row")),
    INT8_ROW(null, preset("int8-row")),
    INT6_ROW(null, preset("int6-row")),
    INT4_ROW(null, preset("int4-row"));

    private final @Nullable ElementType plain;
    private final @Nullable NumberFormat packed;

    RowFormat(@Nullable ElementType plain, @Nullable NumberFormat packed) {
        this.plain = plain;
        this.packed = packed;
    }

    private static NumberFormat preset(String name) {
        return NumberFormats.named(name).orElseThrow();
    }

    /// The type of its numbers where they lie one by one.
    public Optional<ElementType> plain() {
        return Optional.ofNullable(plain);
    }

    /// The format of its blocks where there are any.
    public Optional<NumberFormat> packed() {
        return Optional.ofNullable(packed);
    }

    /// Bytes of a row of `dim` numbers.
    public long rowBytes(int dim) {
        return packed != null ? BlockCodec.of(packed).rowBytes(dim) : (long) dim * type().bytes();
    }

    ElementType type() {
        return plain().orElseThrow(() -> new IllegalStateException(label() + " rows have no type of their own"));
    }

    /// As people write it: `mx6`, `mxfp8-e4m3`.
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// The format of a name, with hyphens or underscores, in capitals or not.
    public static Optional<RowFormat> named(String name) {
        return Arrays.stream(values())
                .filter(format -> format.label()
                        .equals(name.strip().toLowerCase(Locale.ROOT).replace('_', '-')))
                .findFirst();
    }
}
