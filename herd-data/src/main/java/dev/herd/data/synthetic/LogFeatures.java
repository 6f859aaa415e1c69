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
        int dense,

        @Doc("long lists of ids, alone or in groups that change together: sequence0, sequence1, ... or, in a group,"
                + " sequence0_0, sequence0_1, ...")
        List<Sequence> sequences) {
    /// Features without long lists.
    public LogFeatures(List<Long> categories, List<Tags> tags, int history, int dense) {
        this(categories, tags, history, dense, List.of());
    }

    public static LogFeatures defaults() {
        return new LogFeatures(List.of(10L, 20L, 50L, 100L, 200L, 300L), List.of(new Tags(100, 3, 3, false)), 0, 4);
    }

    public LogFeatures {
        categories = List.copyOf(categories);
        tags = List.copyOf(tags);
        sequences = List.copyOf(sequences);
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

    /// Lists of ids that stay as they are for several rows of a session.
    public record Sequence(
            @Doc("number of distinct ids") long ids,
            @Doc("fewest ids of a row") int minLength,
            @Doc("most ids of a row") int maxLength,

            @Doc("share of rows that take the list over from the row before in their session")
            double unchanged,

            @Doc("how a list changes: slide (the oldest id goes, a new one comes) or redraw")
            Change change,

            @Doc("number of features of the group, which have the same lengths and change together")
            int together) {
        /// What happens to a list that changes.
        public enum Change {
            /// drops its oldest id and takes a new one; the length stays through the session
            SLIDE,
            /// is drawn anew, with a new length
            REDRAW
        }

        public static Sequence defaults() {
            return new Sequence(100_000, 20, 200, 0.8, Change.REDRAW, 1);
        }

        public Sequence {
            Column.checkIds("sequences", ids);
            if (minLength < 1 || maxLength < minLength || maxLength > Column.MAX_LENGTH) {
                throw new IllegalArgumentException("sequences need 1 <= min_length <= max_length <= "
                        + Column.MAX_LENGTH + ", got " + minLength + " and " + maxLength);
            }
            if (!(unchanged >= 0 && unchanged <= 1)) {
                throw new IllegalArgumentException("unchanged is a share and must lie in [0, 1], got " + unchanged);
            }
            if (together < 1 || together > 1000) {
                throw new IllegalArgumentException("together must lie in [1, 1000], got " + together);
            }
        }
    }
}
