package dev.herd.data.prepare;

import dev.herd.data.config.Doc;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which rows are for training, validation and test.
public sealed interface SplitRule {
    @Doc("by input (one each named train, validation, test) or by a column that holds these words")
    record Given(
            @Doc("column with the words train, validation, test; left out: by input") @Nullable
            String column) implements SplitRule {
        public static Given defaults() {
            return new Given(null);
        }
    }

    @Doc("by a hash of seed, file name and line")
    record Random(long seed, SplitRatios ratios) implements SplitRule {
        static Random defaults() {
            return new Random(1, SplitRatios.defaults());
        }
    }

    /// Row j of n, counted from 0, is for training when `j < n * train / total`, then for validation likewise, rounding
    /// down.
    @Doc("the earliest rows for training, the latest for test")
    record TimeOrdered(
            @Doc("columns to order by: the time first, then what breaks ties; numbers by value, other texts as texts; "
                    + "left out: the order of the file")
            List<String> order,

            SplitRatios ratios)
            implements SplitRule {
        public TimeOrdered {
            order = List.copyOf(order);
        }

        static TimeOrdered defaults() {
            return new TimeOrdered(List.of(), SplitRatios.defaults());
        }
    }

    /// Like [TimeOrdered] among the rows of each user; all rows come out in the one order.
    @Doc("each user's earliest rows for training, the latest for test")
    record PerUser(
            @Doc("column that tells users apart") String user,

            @Doc("columns to order by: the time first, then what breaks ties; numbers by value, other texts as texts")
            List<String> order,

            SplitRatios ratios)
            implements SplitRule {
        public PerUser {
            order = List.copyOf(order);
        }

        static PerUser defaults() {
            return new PerUser("", List.of(), SplitRatios.defaults());
        }
    }
}
