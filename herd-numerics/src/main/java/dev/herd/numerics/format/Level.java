package dev.herd.numerics.format;

/// One level of scales: what a scale is, its bits, and how many numbers share it.
///
/// @param width numbers that share a scale, or [#ROW] or [#TENSOR]
public record Level(Kind kind, int bits, int width) {
    /// A width: all numbers of a row.
    public static final int ROW = 0;

    /// A width: all numbers of a tensor; the scale is kept beside it, see [BlockCodec#fitted].
    public static final int TENSOR = -1;

    /// No scales.
    public static final Level NONE = new Level(Kind.NONE, 0, 1);

    /// What a scale is.
    public enum Kind {
        NONE,
        /// `2^e` with `e` biased by `2^(bits-1) - 1`; the largest code is NaN.
        POWER_OF_TWO,
        /// `2^-t` with `t` from 0 to `2^bits - 1`: a shift right of numbers below the block's binade.
        MICROEXPONENT,
        /// An fp32 number.
        FLOAT32,
        /// An E4M3 number without its sign.
        E4M3,
        /// An integer from 0 to `2^bits - 1`.
        INTEGER
    }

    public Level {
        if (bits < 0 || width < TENSOR || kind != Kind.NONE && bits == 0) {
            throw new IllegalArgumentException(
                    "scales " + kind + " of " + bits + " bits over " + width + " numbers are not possible");
        }
        if (kind != Kind.FLOAT32 && width < 1) {
            throw new IllegalArgumentException(
                    "only fp32 scales reach over rows and tensors, got " + kind + " over width " + width);
        }
        if (kind != Kind.FLOAT32 && bits > 8) {
            throw new IllegalArgumentException("a scale of kind " + kind + " has at most 8 bits, got " + bits);
        }
    }

    /// A shared power of two.
    public static Level powerOfTwo(int bits, int width) {
        return new Level(Kind.POWER_OF_TWO, bits, width);
    }

    /// A shared shift.
    public static Level microexponent(int bits, int width) {
        return new Level(Kind.MICROEXPONENT, bits, width);
    }

    /// A shared fp32 factor.
    public static Level float32(int width) {
        return new Level(Kind.FLOAT32, 32, width);
    }

    /// Bits of its scales that one number takes; rows and tensors count as endless.
    public double bitsPerNumber() {
        return width > 0 ? (double) bits / width : 0;
    }
}
