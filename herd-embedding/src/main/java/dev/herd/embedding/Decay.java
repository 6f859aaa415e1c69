package dev.herd.embedding;

/// How weights are kept small.
///
/// @param l2 added to the gradient of the rows that a step visits: `g + l2 * w`
/// @param decoupled shrinks the rows that a step visits: `w * (1 - rate * decoupled)`, before the step
/// @param tableL2 gradient `tableL2 * w` of the loss term `tableL2 / 2 * ||table||^2`; with it every step visits every
///     row of every table
public record Decay(double l2, double decoupled, double tableL2) {
    public static final Decay NONE = new Decay(0, 0, 0);

    public Decay {
        check("l2", l2);
        check("decoupled", decoupled);
        check("tableL2", tableL2);
    }

    public static Decay defaults() {
        return NONE;
    }

    private static void check(String name, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " must be finite and not negative, got " + value);
        }
    }

    /// L2 on touched rows only.
    public static Decay l2(double l2) {
        return new Decay(l2, 0, 0);
    }

    /// Decoupled decay, as AdamW has it.
    public static Decay decoupled(double decoupled) {
        return new Decay(0, decoupled, 0);
    }

    /// L2 on whole tables at every step, the recipe of BARS and FuxiCTR.
    public static Decay tableL2(double tableL2) {
        return new Decay(0, 0, tableL2);
    }
}
