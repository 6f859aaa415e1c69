package dev.herd.data.synthetic;

import dev.herd.numerics.CounterRandom;
import java.util.Arrays;

/// Rows among which sessions are mixed: each session's rows are spread evenly over the time of all.
///
/// Memory: 12 bytes a row.
final class Span {
    /// A row's number within the span has so many bits.
    private static final int ROW_BITS = 28;

    private final int[] first;
    private final long[] byTime;

    private Span(int[] first, long[] byTime) {
        this.first = first;
        this.byTime = byTime;
    }

    /// @param start number of the span's first row
    /// @param rows of the log
    static Span of(Traffic traffic, long seed, long start, int size, long rows) {
        int[] first = new int[size];
        long[] byTime = new long[size];
        double secondsPerRow = Sessions.secondsPerRow(traffic, rows);
        for (int from = 0; from < size; ) {
            double u = CounterRandom.uniform(seed, 1, start + from);
            int length = (int) Math.min(size - from, Sessions.length(traffic, u));
            double[] times = new double[length];
            for (int i = 0; i < length; i++) {
                times[i] = CounterRandom.uniform(seed, 5, start + from + i);
            }
            Arrays.sort(times);
            for (int i = 0; i < length; i++) {
                first[from + i] = from;
                long seconds = (long) ((start + times[i] * size) * secondsPerRow);
                byTime[from + i] = seconds << ROW_BITS | from + i;
            }
            from += length;
        }
        Arrays.sort(byTime);
        return new Span(first, byTime);
    }

    /// The row at a place in the order of time, counted session after session.
    int row(int place) {
        return (int) (byTime[place] & (1L << ROW_BITS) - 1);
    }

    /// The time of the row at a place in the order of time, since the log's first second.
    long seconds(int place) {
        return byTime[place] >>> ROW_BITS;
    }

    /// The first row of a row's session.
    int first(int row) {
        return first[row];
    }
}
