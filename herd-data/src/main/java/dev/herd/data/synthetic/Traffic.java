package dev.herd.data.synthetic;

import dev.herd.data.config.Doc;

/// Who comes when, and how much of a row repeats the row before it.
public record Traffic(
        @Doc("number of users; a session belongs to one") long users,
        @Doc("number of items; every row shows one") long items,

        @Doc("days the log covers, from 2026-01-01 on; rows come evenly over them")
        int days,

        @Doc("mean number of rows of a session, geometrically distributed")
        double rowsPerSession,

        @Doc("share of the values of features other than user and item that a row takes over from the row before it in"
                + " its session")
        double unchanged,

        @Doc("Zipf exponent: the id of popularity rank r comes up in proportion to 1/(r+1)^popularity; 0 is uniform")
        double popularity,

        @Doc(
                "sessions whose rows are mixed, each spread evenly over the time of all; 0: a session lasts minutes, within"
                        + " 8192 rows")
        int sessionsAtOnce) {
    static final int MOST_SESSIONS_AT_ONCE = 1_000_000;

    public static Traffic defaults() {
        return new Traffic(1000, 500, 10, 8, 0.5, 1.05);
    }

    /// Sessions that last minutes.
    public Traffic(long users, long items, int days, double rowsPerSession, double unchanged, double popularity) {
        this(users, items, days, rowsPerSession, unchanged, popularity, 0);
    }

    /// Rows among which sessions are mixed, where they are mixed widely.
    int rowsAtOnce() {
        return (int) Math.clamp(sessionsAtOnce * rowsPerSession, 1, 1 << 27);
    }

    public Traffic {
        Column.checkIds("users", users);
        Column.checkIds("items", items);
        if (days < 1 || days > 36_500) {
            throw new IllegalArgumentException("days must lie in [1, 36500], got " + days);
        }
        if (!(rowsPerSession >= 1 && rowsPerSession <= 1000)) {
            throw new IllegalArgumentException("rows_per_session must lie in [1, 1000], got " + rowsPerSession);
        }
        if (sessionsAtOnce < 0 || sessionsAtOnce > MOST_SESSIONS_AT_ONCE) {
            throw new IllegalArgumentException(
                    "sessions_at_once must lie in [0, " + MOST_SESSIONS_AT_ONCE + "], got " + sessionsAtOnce);
        }
        if (!(unchanged >= 0 && unchanged <= 1)) {
            throw new IllegalArgumentException("unchanged is a share and must lie in [0, 1], got " + unchanged);
        }
        if (!(popularity >= 0 && popularity <= Zipf.LARGEST_EXPONENT)) {
            throw new IllegalArgumentException(
                    "popularity must lie in [0, " + Zipf.LARGEST_EXPONENT + "], got " + popularity);
        }
    }
}
