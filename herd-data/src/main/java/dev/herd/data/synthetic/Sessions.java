package dev.herd.data.synthetic;

import dev.herd.numerics.CounterRandom;

/// The sessions of one block of rows, session after session; where sessions are mixed widely, row after
/// row in order of time.
///
/// **Shapes**: all arrays hold one entry a row.
///
/// @param number of the row in the log, counted session after session
/// @param session number of the session's first row, unique in the log
/// @param first whether the row opens its session
/// @param user popularity rank of the user
/// @param seconds time since the log's first second
record Sessions(long[] number, long[] session, boolean[] first, long[] user, long[] seconds) {
    private static final long SECONDS_PER_DAY = 86_400;
    private static final double MEAN_SECONDS_BETWEEN_ROWS = 30;

    /// Sessions fill the block; the last one is cut at its end.
    ///
    /// @param start number of the block's first row
    /// @param size rows of the block
    /// @param rows rows of the log
    static Sessions of(Traffic traffic, Zipf users, long seed, long start, int size, long rows) {
        Sessions sessions =
                new Sessions(new long[size], new long[size], new boolean[size], new long[size], new long[size]);
        double secondsPerRow = secondsPerRow(traffic, rows);
        for (int from = 0; from < size; ) {
            long number = start + from;
            int length = (int) Math.min(size - from, length(traffic, CounterRandom.uniform(seed, 1, number)));
            long user = users.rank(CounterRandom.bits(seed, 2, number));
            for (int row = from; row < from + length; row++) {
                sessions.number[row] = start + row;
                sessions.session[row] = number;
                sessions.first[row] = row == from;
                sessions.user[row] = user;
            }
            sessions.setTimes(seed, number, from, length, start * secondsPerRow, size * secondsPerRow);
            from += length;
        }
        return sessions;
    }

    /// The rows of a block of a span, in order of time.
    static Sessions of(Span span, Zipf users, long seed, Blocks.Block block) {
        int size = block.size();
        Sessions sessions =
                new Sessions(new long[size], new long[size], new boolean[size], new long[size], new long[size]);
        int from = (int) (block.start() - block.spanStart());
        for (int row = 0; row < size; row++) {
            int of = span.row(from + row);
            long number = block.spanStart() + span.first(of);
            sessions.number[row] = block.spanStart() + of;
            sessions.session[row] = number;
            sessions.first[row] = span.first(of) == of;
            sessions.user[row] = users.rank(CounterRandom.bits(seed, 2, number));
            sessions.seconds[row] = span.seconds(from + row);
        }
        return sessions;
    }

    /// Seconds that the rows of a log take each, on average.
    static double secondsPerRow(Traffic traffic, long rows) {
        return traffic.days() * SECONDS_PER_DAY / (double) rows;
    }

    int size() {
        return session.length;
    }

    /// Geometric with the mean asked for, at least 1.
    static long length(Traffic traffic, double u) {
        double stop = 1 / traffic.rowsPerSession();
        return stop == 1 ? 1 : 1 + (long) (Math.log1p(-u) / Math.log1p(-stop));
    }

    /// Rows follow at random gaps; a session stays within the time of its block, so that the log is in
    /// order of time.
    private void setTimes(long seed, long number, int from, int length, double opens, double window) {
        double[] after = new double[length];
        for (int i = 1; i < length; i++) {
            double gap = -MEAN_SECONDS_BETWEEN_ROWS * Math.log1p(-CounterRandom.uniform(seed, 3, number + i));
            after[i] = after[i - 1] + gap;
        }
        double scale = Math.min(1, 0.5 * window / Math.max(after[length - 1], 1e-9));
        double slack = window - after[length - 1] * scale;
        double starts = opens + slack * CounterRandom.uniform(seed, 4, number);
        for (int i = 0; i < length; i++) {
            seconds[from + i] = (long) (starts + after[i] * scale);
        }
    }

    static int day(long seconds) {
        return (int) (seconds / SECONDS_PER_DAY);
    }
}
