package dev.herd.data.transform;

import dev.herd.data.config.Doc;
import org.jspecify.annotations.Nullable;

/// One target.
public record LabelColumn(
        @Doc("name of the target") String name,

        @Doc("column it comes from; left out: the column of the same name") @Nullable
        String source,

        @Doc("number, at_least or one_of") LabelRule rule) {
    public static LabelColumn defaults() {
        return new LabelColumn("", null, new LabelRule.Number());
    }

    String column() {
        return source == null ? name : source;
    }
}
