package dev.herd.numerics.int8;

import dev.herd.numerics.block.BlockFormat;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// A format of weights as the products see it: units of 16 or 32 whole numbers under one scale. A weight is
/// `scale (code - offset)`, and where there are minima `scale code - minimum`.
enum Coding {
    Q8_0(BlockFormat.Q8_0, 32, 128, false),
    Q4_0(BlockFormat.Q4_0, 32, 8, false),
    MXFP4(BlockFormat.MXFP4, 32, 12, false),
    Q4_K(BlockFormat.Q4_K, 32, 0, true),
    Q5_K(BlockFormat.Q5_K, 32, 0, true),
    Q6_K(BlockFormat.Q6_K, 16, 32, false);

    private static final Map<BlockFormat, Coding> ALL = new EnumMap<>(BlockFormat.class);

    static {
        for (Coding coding : values()) {
            ALL.put(coding.format, coding);
        }
    }

    final BlockFormat format;
    final int unit;
    final int offset;
    final boolean minima;

    Coding(BlockFormat format, int unit, int offset, boolean minima) {
        this.format = format;
        this.unit = unit;
        this.offset = offset;
        this.minima = minima;
    }

    static Optional<Coding> of(BlockFormat format) {
        return Optional.ofNullable(ALL.get(format));
    }

    /// Units in a block.
    int units() {
        return format.width() / unit;
    }

    /// Steps of four numbers in a unit.
    int steps() {
        return unit / 4;
    }
}
