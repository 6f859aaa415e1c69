package dev.herd.data.transform;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/// How a cell writes a time.
public enum TimeFormat {
    /// whole seconds since 1970-01-01T00:00Z
    SECONDS(1),
    /// whole milliseconds since then
    MILLIS(1_000),
    /// whole microseconds since then
    MICROS(1_000_000),
    /// ISO 8601: `2024-05-01`, `2024-05-01T12:30:00`, with a space for the `T`, with a zone; UTC where none is given
    ISO(1);

    private final long perSecond;

    TimeFormat(long perSecond) {
        this.perSecond = perSecond;
    }

    /// The number in the cell, or seconds since 1970 for text.
    long timestamp(byte[] bytes, int start, int end) throws CellFault {
        if (this != ISO) {
            return Numbers.integer(bytes, start, end);
        }
        String text = new String(bytes, start, end - start, StandardCharsets.UTF_8).replace(' ', 'T');
        try {
            if (text.length() <= 10) {
                return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toEpochSecond();
            }
            boolean zoned = text.endsWith("Z") || text.lastIndexOf('+') > 10 || text.lastIndexOf('-') > 10;
            return zoned
                    ? java.time.OffsetDateTime.parse(text).toInstant().getEpochSecond()
                    : LocalDateTime.parse(text).toEpochSecond(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw new CellFault("expected a time such as 2024-05-01T12:30:00, found '" + text + "'");
        }
    }

    Instant instant(byte[] bytes, int start, int end) throws CellFault {
        return Instant.ofEpochSecond(Math.floorDiv(timestamp(bytes, start, end), perSecond));
    }
}
