package dev.herd.data.prepare;

import java.util.Locale;

/// The splits of a prepared dataset.
enum SplitName {
    TRAIN,
    VALIDATION,
    TEST;

    /// As it stands in the dataset and in a column with given splits.
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
