package dev.herd.data.transform;

import dev.herd.data.config.Doc;
import java.util.List;

/// How a cell becomes a target.
public sealed interface LabelRule {
    @Doc("the number in the cell")
    record Number() implements LabelRule {}

    @Doc("1 when the number in the cell reaches a threshold, else 0")
    record AtLeast(double threshold) implements LabelRule {}

    @Doc("1 for some texts, 0 for others")
    record OneOf(
            @Doc("texts that mean 1") List<String> positive,

            @Doc("texts that mean 0; empty: all other texts")
            List<String> negative)
            implements LabelRule {
        public OneOf {
            positive = List.copyOf(positive);
            negative = List.copyOf(negative);
        }
    }
}
