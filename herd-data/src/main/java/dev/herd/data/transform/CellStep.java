package dev.herd.data.transform;

import dev.herd.data.config.Doc;

/// One step from the text of a cell to the text that an id is found for.
public sealed interface CellStep {
    @Doc("an integer x becomes floor(log2 x) when x > 2, else 1")
    record FloorLog2() implements CellStep {}

    @Doc("an integer x becomes floor((ln x)^2) when x > 2, else stays")
    record FloorLogSquared() implements CellStep {}

    @Doc("a time becomes one of its parts, in UTC")
    record DatePart(
            @Doc("hour (0-23), weekday (0 = Monday), is_weekend (0 or 1), day (1-31) or month (1-12)")
            Part part,

            @Doc("how the cell writes the time: seconds, millis or micros since 1970, or iso")
            TimeFormat format)
            implements CellStep {
        static DatePart defaults() {
            return new DatePart(Part.HOUR, TimeFormat.SECONDS);
        }
    }

    /// A part of a time.
    enum Part {
        HOUR,
        WEEKDAY,
        IS_WEEKEND,
        DAY,
        MONTH
    }
}
