package dev.herd.bench.reproduce.recd;

import dev.herd.data.config.Config;
import dev.herd.data.synthetic.SyntheticLog;
import java.util.List;
import java.util.stream.Stream;

/// The logs of sessions that are studied: mean 16.5 rows, the rows of 20,000 sessions mixed in time.
final class SessionLog {
    /// 20,000 sessions, and a few for the logs that a rehearsal cuts short.
    static final long ROWS = 332_000;

    /// Six lists of 20 to 200 ids, of which the row before gave half in one list, 0.8 in three that change
    /// together and 0.95 in two: 0.8 of all. Lists that change drop their oldest id and take a new one, as
    /// a user's history does.
    private static final String MIX = """
            seed: 11
            traffic: {users: 20000, items: 10000, days: 1, rows_per_session: 16.5, unchanged: 0.8, sessions_at_once: 20000}
            features:
              categories: [10, 100, 1000, 10000]
              tags: []
              dense: 8
              sequences:
                - {ids: 1000000, min_length: 20, max_length: 200, unchanged: 0.5, change: slide}
                - {ids: 1000000, min_length: 20, max_length: 200, unchanged: 0.8, change: slide, together: 3}
                - {ids: 1000000, min_length: 20, max_length: 200, unchanged: 0.95, change: slide, together: 2}
            validation: 0
            test: 0
            """;

    /// For models: the same traffic with a list of each kind, shorter and of fewer ids, and a test split.
    private static final List<String> LEARNABLE = List.of(
            "features.sequences=[{ids: 2000, min_length: 5, max_length: 20, unchanged: 0.5, change: slide},"
                    + " {ids: 2000, min_length: 5, max_length: 20, unchanged: 0.8, change: slide},"
                    + " {ids: 2000, min_length: 5, max_length: 20, unchanged: 0.95, change: slide}]",
            "test=0.2");

    private SessionLog() {}

    static SyntheticLog.Config mix(long rows) {
        return config(List.of("rows=" + rows));
    }

    static SyntheticLog.Config learnable(long rows) {
        return config(
                Stream.concat(LEARNABLE.stream(), Stream.of("rows=" + rows)).toList());
    }

    private static SyntheticLog.Config config(List<String> overrides) {
        return Config.parse(MIX, "the log of sessions", overrides, SyntheticLog.Config.defaults());
    }

    /// The mix in one line.
    static String describe(long rows) {
        return "%,d rows in sessions of 16.5; lists of 20 to 200 ids that slide: one unchanged in 0.5 of the rows, three"
                        .formatted(rows)
                + " together in 0.8, two together in 0.95; 4 categories, user, item, 8 numbers";
    }
}
