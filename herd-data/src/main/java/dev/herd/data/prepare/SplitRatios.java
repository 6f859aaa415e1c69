package dev.herd.data.prepare;

import dev.herd.data.config.Doc;

/// Shares of the splits, relative to their sum; a split with share 0 is not made.
public record SplitRatios(
        @Doc("share of the training rows") int train,
        @Doc("share of the validation rows") int validation,
        @Doc("share of the test rows") int test) {
    public SplitRatios {
        if (train <= 0 || validation < 0 || test < 0) {
            throw new IllegalArgumentException(
                    "ratios need train > 0 and the others >= 0, got " + train + ", " + validation + ", " + test);
        }
    }

    static SplitRatios defaults() {
        return new SplitRatios(8, 1, 1);
    }

    int total() {
        return Math.addExact(Math.addExact(train, validation), test);
    }
}
