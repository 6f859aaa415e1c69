package dev.herd.data.transform;

import dev.herd.data.config.Doc;
import org.jspecify.annotations.Nullable;

/// One step from the number in a cell to a dense input. Parameters that are left out are fitted on the training rows
/// (missing values apart); a column has at most one fitted step.
public sealed interface NumberStep {
    @Doc("ln(1 + x); negative numbers count as 0")
    record Log() implements NumberStep {}

    @Doc("(x - mean) / deviation; a deviation of 0 counts as 1")
    record Standardize(@Nullable Double mean, @Nullable Double deviation) implements NumberStep {
        public static Standardize defaults() {
            return new Standardize(null, null);
        }
    }

    @Doc("(x - minimum) / (maximum - minimum), clipped to [0, 1]; 0 when the two are equal")
    record MinMax(@Nullable Double minimum, @Nullable Double maximum) implements NumberStep {
        public static MinMax defaults() {
            return new MinMax(null, null);
        }
    }

    /// Whether parameters are still to be fitted.
    default boolean isOpen() {
        return switch (this) {
            case Log log -> false;
            case Standardize s -> s.mean == null || s.deviation == null;
            case MinMax m -> m.minimum == null || m.maximum == null;
        };
    }

    /// The step with open parameters taken from the training rows.
    default NumberStep fitted(Moments moments) {
        return switch (this) {
            case Log log -> log;
            case Standardize s ->
                new Standardize(
                        s.mean == null ? moments.mean() : s.mean,
                        s.deviation == null ? moments.deviation() : s.deviation);
            case MinMax m ->
                new MinMax(
                        m.minimum == null ? moments.minimum() : m.minimum,
                        m.maximum == null ? moments.maximum() : m.maximum);
        };
    }

    /// An open step leaves its input as it is.
    default double apply(double x) {
        return switch (this) {
            case Log log -> Logarithms.log1p(Math.max(0, x));
            case Standardize(var mean, var deviation) ->
                mean == null || deviation == null ? x : (x - mean) / (deviation > 0 ? deviation : 1);
            case MinMax(var minimum, var maximum) ->
                minimum == null || maximum == null
                        ? x
                        : maximum > minimum ? Math.clamp((x - minimum) / (maximum - minimum), 0.0, 1.0) : 0;
        };
    }
}
