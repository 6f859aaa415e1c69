package dev.herd.data.transform;

import dev.herd.data.config.Doc;

/// Where a row's time comes from.
public record TimeColumn(
        @Doc("column with the time") String source,

        @Doc("how it is written: seconds, millis or micros since 1970 (kept as they are), or iso (becomes seconds)")
        TimeFormat format) {
    public static TimeColumn defaults() {
        return new TimeColumn("", TimeFormat.SECONDS);
    }
}
