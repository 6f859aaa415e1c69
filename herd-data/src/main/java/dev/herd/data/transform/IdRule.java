package dev.herd.data.transform;

import dev.herd.data.config.Doc;
import java.util.List;
import java.util.Optional;

/// How a text becomes the number of an embedding row.
public sealed interface IdRule {
    /// Ids from 1 by falling count among the training rows, ties by the bytes of the text; 0 for all other texts.
    @Doc("the texts of the training rows get ids from 1 on, by falling count; id 0 is for all others")
    record Vocabulary(
            @Doc("how often a text must occur in the training rows")
            int minCount,

            @Doc("at most so many texts, the most frequent ones; 0: no limit")
            long maxSize,

            @Doc("features with the same name here share a vocabulary; empty: the feature's own")
            String sharedAs)
            implements IdRule {
        public Vocabulary {
            if (minCount < 1 || maxSize < 0) {
                throw new IllegalArgumentException(
                        "a vocabulary needs min_count >= 1 and max_size >= 0, got " + minCount + " and " + maxSize);
            }
        }

        public static Vocabulary defaults() {
            return new Vocabulary(1, 0, "");
        }
    }

    /// See [TextHash] for the function.
    @Doc("ids from a hash of the text, spread over [0, rows)")
    record Hash(
            @Doc("number of ids") long rows,
            @Doc("gives another, unrelated hash") long seed) implements IdRule {
        public Hash {
            if (rows <= 0) {
                throw new IllegalArgumentException("hash needs rows > 0, got " + rows);
            }
        }

        public static Hash defaults() {
            return new Hash(1 << 20, 0);
        }
    }

    /// Id 0 is for missing numbers; a number gets 1 + the number of boundaries that are at most as large.
    @Doc("a number's bucket; the boundaries are quantiles of the training rows unless given")
    record Quantiles(
            @Doc("number of buckets to make") int buckets,

            @Doc("boundaries between buckets, rising; left out: fitted")
            Optional<List<Double>> boundaries)
            implements IdRule {
        public Quantiles {
            if (buckets < 2) {
                throw new IllegalArgumentException("quantiles needs buckets >= 2, got " + buckets);
            }
            boundaries = boundaries.map(List::copyOf);
        }

        public static Quantiles defaults() {
            return new Quantiles(10, Optional.empty());
        }
    }

    @Doc("the cell holds ids in [0, rows) already")
    record Given(@Doc("number of ids") long rows) implements IdRule {
        public Given {
            if (rows <= 0) {
                throw new IllegalArgumentException("given needs rows > 0, got " + rows);
            }
        }
    }
}
