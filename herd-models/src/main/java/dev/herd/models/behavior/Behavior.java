package dev.herd.models.behavior;

import dev.herd.data.config.Doc;

/// A sequence of behaviors and the candidate that a model compares with each of them.
public record Behavior(
        @Doc("id feature with the behaviors, declared as a sequence, oldest first")
        String sequence,

        @Doc("id feature with the candidate; empty: the dataset's item")
        String target,

        @Doc("most behaviors of a row that count, the newest ones")
        int maxLength,

        @Doc("whether behaviors and candidate have the same ids and read one embedding table")
        boolean shareTable) {
    public Behavior {
        if (maxLength < 1) {
            throw new IllegalArgumentException("`max_length` must be positive, got " + maxLength);
        }
    }

    public static Behavior defaults() {
        return new Behavior("", "", 50, true);
    }

    /// A sequence with a candidate of the same ids.
    public static Behavior of(String sequence, String target) {
        return new Behavior(sequence, target, 50, true);
    }

    public Behavior withMaxLength(int changed) {
        return new Behavior(sequence, target, changed, shareTable);
    }
}
