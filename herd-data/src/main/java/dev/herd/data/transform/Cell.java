package dev.herd.data.transform;

import dev.herd.data.transform.CellStep.DatePart;
import dev.herd.data.transform.CellStep.FloorLog2;
import dev.herd.data.transform.CellStep.FloorLogSquared;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/// A value on its way through the steps: a slice of bytes, of the file or of its own.
final class Cell {
    byte[] bytes = new byte[0];
    int start;
    int end;
    private final byte[] own = new byte[24];

    void set(byte[] from, int first, int last) {
        bytes = from;
        start = first;
        end = last;
    }

    void apply(CellStep step) throws CellFault {
        switch (step) {
            case FloorLog2 rule -> {
                long x = Numbers.integer(bytes, start, end);
                set(x > 2 ? 63 - Long.numberOfLeadingZeros(x) : 1);
            }
            case FloorLogSquared rule -> {
                long x = Numbers.integer(bytes, start, end);
                double log = Math.log(x);
                set(x > 2 ? (long) Math.floor(log * log) : x);
            }
            case DatePart(var part, var format) -> {
                ZonedDateTime time = format.instant(bytes, start, end).atZone(ZoneOffset.UTC);
                int weekday = time.getDayOfWeek().getValue() - 1;
                set(
                        switch (part) {
                            case HOUR -> time.getHour();
                            case WEEKDAY -> weekday;
                            case IS_WEEKEND -> weekday >= 5 ? 1 : 0;
                            case DAY -> time.getDayOfMonth();
                            case MONTH -> time.getMonthValue();
                        });
            }
        }
    }

    /// The decimal text of a number.
    private void set(long value) {
        int at = own.length;
        long rest = Math.abs(value);
        do {
            own[--at] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest != 0);
        if (value < 0) {
            own[--at] = '-';
        }
        set(own, at, own.length);
    }
}
