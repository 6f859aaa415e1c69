package dev.herd.numerics.int8;

/// How sixteen rows of weights lie side by side, as the products of several tokens read them: for each unit
/// its steps of four codes, at each step those of one row after those of the other, a byte each; then sixteen
/// fp32 scales, and sixteen minima where the format has them. Codes are 128 more than what they stand for.
record Panel(int unit, boolean minima) {
    /// Rows side by side: a 512-bit vector has so many lanes.
    static final int ROWS = 16;

    /// Bytes of one step, of the scales, and of the minima.
    static final int VECTOR = 64;

    static Panel of(Coding coding) {
        return new Panel(coding.unit, coding.minima);
    }

    int steps() {
        return unit / 4;
    }

    /// Where the scales of a unit lie.
    int scales() {
        return steps() * VECTOR;
    }

    /// Where the minima of a unit lie.
    int minimaAt() {
        return scales() + VECTOR;
    }

    /// Bytes of a unit.
    int bytes() {
        return scales() + (minima ? 2 : 1) * VECTOR;
    }
}
