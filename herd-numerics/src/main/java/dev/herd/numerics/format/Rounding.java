package dev.herd.numerics.format;

import java.util.Locale;

/// How a number between two steps of a grid is rounded.
public enum Rounding {
    /// To the nearest, ties to the even step: OCP Microscaling, AMD.
    HALF_EVEN,
    /// To the nearest, ties away from zero: the default of microxcaling.
    HALF_AWAY,
    /// To the nearest, ties toward zero; what becomes zero loses its sign: ggml.
    HALF_DOWN,
    /// Toward zero.
    TRUNCATE,
    /// Up or down at random with probabilities that keep the expected value, to 2^-24 of a step.
    STOCHASTIC;

    private static final double HALF = 0.5;

    /// The name in reports: `half-even`.
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// Rounds a number that is not negative to a whole one.
    ///
    /// @param noise 32 random bits; read by [#STOCHASTIC] only
    double round(double steps, int noise) {
        double whole = Math.floor(steps);
        double rest = steps - whole;
        boolean up = switch (this) {
            case HALF_EVEN -> rest > HALF || rest == HALF && whole % 2 == 1;
            case HALF_AWAY -> rest >= HALF;
            case HALF_DOWN -> rest > HALF;
            case TRUNCATE -> false;
            case STOCHASTIC -> (noise >>> 8) * 0x1p-24 < rest;
        };
        return up ? whole + 1 : whole;
    }
}
