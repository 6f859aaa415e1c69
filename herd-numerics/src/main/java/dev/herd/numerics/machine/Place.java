package dev.herd.numerics.machine;

import org.jspecify.annotations.Nullable;

/// A place in memory that an instruction names: `base + scale * index + offset`.
///
/// @param index absent where there is no second register
/// @param scale 1, 2, 4 or 8
public record Place(Register base, @Nullable Register index, int scale, int offset) {
    public Place {
        if (index == Register.RSP) {
            throw new IllegalArgumentException("RSP cannot be an index");
        }
        if (Integer.bitCount(scale) != 1 || scale > 8) {
            throw new IllegalArgumentException("an index is scaled by 1, 2, 4 or 8, not by " + scale);
        }
    }

    /// The place `bytes` further on.
    public Place plus(int bytes) {
        return new Place(base, index, scale, offset + bytes);
    }
}
