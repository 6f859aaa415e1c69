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
        double popularity) {
    public static Traffic defaults() {
        return new Traffic(1000, 500, 10, 8, 0.5, 1.05);
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
        if (!(unchanged >= 0 && unchanged <= 1)) {
            throw new IllegalArgumentException("unchanged is a share and must lie in [0, 1], got " + unchanged);
        }
        if (!(popularity >= 0 && popularity <= Zipf.LARGEST_EXPONENT)) {
            throw new IllegalArgumentException(
                    "popularity must lie in [0, " + Zipf.LARGEST_EXPONENT + "], got " + popularity);
        }
    }
}
