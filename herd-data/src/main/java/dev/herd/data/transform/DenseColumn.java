package dev.herd.data.transform;

import dev.herd.data.config.Doc;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One numeric input.
public record DenseColumn(
        @Doc("name of the input; I{1..13} stands for I1 to I13")
        String name,

        @Doc("column it comes from; left out: the column of the same name") @Nullable
        String source,

        @Doc("steps from the cell's number to the input: log, standardize, min_max")
        List<NumberStep> steps,

        @Doc("number that stands in for a missing one, before the steps; null: a missing number is an error")
        Optional<Double> missing) {
    public DenseColumn {
        steps = List.copyOf(steps);
        if (steps.stream().filter(NumberStep::isOpen).count() > 1) {
            throw new IllegalArgumentException(
                    "dense feature '" + name + "' has two steps to fit; give one of them its parameters");
        }
    }

    public static DenseColumn defaults() {
        return new DenseColumn("", null, List.of(), Optional.of(0.0));
    }

    String column() {
        return source == null ? name : source;
    }

    boolean isOpen() {
        return steps.stream().anyMatch(NumberStep::isOpen);
    }

    DenseColumn fitted(Moments moments) {
        return new DenseColumn(
                name, source, steps.stream().map(step -> step.fitted(moments)).toList(), missing);
    }
}
