package dev.herd.data.dedup;

import dev.herd.data.config.Doc;
import java.util.List;

/// How batches are deduplicated: `none`, `auto`, or `{kind: groups, groups: [[a, b], [c]], windows: [c]}`.
///
/// **Paper**: RecD (arXiv 2211.05239): the reader is told which features to deduplicate together.
public sealed interface Deduplication {
    @Doc("every row is written out")
    record None() implements Deduplication {
        public static None defaults() {
            return new None();
        }
    }

    @Doc("the groups that `herd inspect DATASET --duplication` recommends")
    record Auto(
            @Doc("ids written out over ids held, from which on a feature is deduplicated")
            double threshold,

            @Doc("bytes of a row that a group must save, its map taken off; keeps out features of one id, whose"
                    + " lookup costs no more than finding out that they repeat")
            double bytesPerRow,

            @Doc("rows to measure that on, in the order of training")
            long rows)
            implements Deduplication {
        public Auto {
            if (!(threshold >= 1 && threshold < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("threshold must be a factor of at least 1, got " + threshold);
            }
            if (!(bytesPerRow >= 0 && bytesPerRow < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("bytes_per_row must not be negative, got " + bytesPerRow);
            }
            if (rows <= 0) {
                throw new IllegalArgumentException("rows must be positive, got " + rows);
            }
        }

        public static Auto defaults() {
            return new Auto(1.5, 16, 200_000);
        }
    }

    @Doc("groups that were chosen")
    record Groups(
            @Doc("lists of id features that change together")
            List<List<String>> groups,

            @Doc("features among them whose lists slide from row to row, for lookups")
            List<String> windows)
            implements Deduplication {
        public Groups {
            windows = new DedupGroups(groups, windows).windows();
            groups = List.copyOf(groups);
            if (groups.isEmpty()) {
                throw new IllegalArgumentException(
                        "groups is empty; name at least one group, such as [[history]], or" + " say deduplicate: none");
            }
        }

        /// The groups as they are given to readers.
        public DedupGroups dedup() {
            return new DedupGroups(groups, windows);
        }
    }
}
