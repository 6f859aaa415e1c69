package dev.herd.data.synthetic;

import dev.herd.data.config.Doc;
import java.util.List;

/// The columns of the log beside user and item.
public record LogFeatures(
        @Doc("number of ids of each single-valued feature: category0, category1, ...")
        List<Long> categories,

        @Doc("multi-valued features: tags0, tags1, ...") List<Tags> tags,

        @Doc("longest sequence of items seen before, the feature 'history'; 0 for none")
        int history,

        @Doc("number of numeric features, standard normal: dense0, dense1, ...")
        int dense) {
    public static LogFeatures defaults() {
        return new LogFeatures(List.of(10L, 20L, 50L, 100L, 200L, 300L), List.of(new Tags(100, 3, 3, false)), 0, 4);
    }

    public LogFeatures {
        categories = List.copyOf(categories);
        tags = List.copyOf(tags);
        for (long ids : categories) {
            Column.checkIds("categories", ids);
        }
        if (history < 0 || history > Column.MAX_LENGTH) {
            throw new IllegalArgumentException("history must lie in [0, " + Column.MAX_LENGTH + "], got " + history);
        }
        if (dense < 0 || dense > 10_000) {
            throw new IllegalArgumentException("dense must lie in [0, 10000], got " + dense);
        }
    }

    /// A multi-valued feature; the number of its ids in a row is uniform between two bounds.
    public record Tags(
            @Doc("number of distinct ids") long ids,
            @Doc("fewest ids of a row") int minLength,
            @Doc("most ids of a row") int maxLength,

            @Doc("whether every id carries a weight, uniform in [0.5, 1.5)")
            boolean weighted) {
        public static Tags defaults() {
            return new Tags(100, 1, 5, false);
        }

        public Tags {
            Column.checkIds("tags", ids);
            if (minLength < 0 || maxLength < Math.max(1, minLength) || maxLength > Column.MAX_LENGTH) {
                throw new IllegalArgumentException("tags need 0 <= min_length <= max_length and 1 <= max_length <= "
                        + Column.MAX_LENGTH + ", got " + minLength + " and " + maxLength);
            }
        }
    }
}
