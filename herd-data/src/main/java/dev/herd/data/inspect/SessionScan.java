package dev.herd.data.inspect;

import dev.herd.data.inspect.Inspection.SessionFigures;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// How long sessions are and what stays the same from one row of a session to its next.
///
/// Memory: the last row's hashes of the million sessions seen last.
final class SessionScan {
    private static final int REMEMBERED = 1 << 20;

    private final long[] same;
    private final Map<Long, Last> last = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Last> eldest) {
            return size() > REMEMBERED;
        }
    };
    private long sessions;
    private long following;
    private long maximumRows;
    private final int batchSize;
    private long batches;
    private double perBatch;

    SessionScan(int features, int batchSize) {
        this.batchSize = batchSize;
        same = new long[features];
    }

    /// The latest row of a session.
    private static final class Last {
        private final long[] hashes;
        private long rows;

        Last(int features) {
            hashes = new long[features];
        }
    }

    void add(long[] batchSessions, long[][] hashes) {
        if (batchSessions.length == batchSize || batches == 0) {
            batches++;
            perBatch += (double) batchSessions.length
                    / Arrays.stream(batchSessions).distinct().count();
        }
        for (int b = 0; b < batchSessions.length; b++) {
            Last before = last.get(batchSessions[b]);
            boolean isNew = before == null;
            Last row = before == null ? new Last(same.length) : before;
            if (isNew) {
                last.put(batchSessions[b], row);
                sessions++;
            } else {
                following++;
            }
            for (int f = 0; f < same.length; f++) {
                same[f] += !isNew && row.hashes[f] == hashes[f][b] ? 1 : 0;
                row.hashes[f] = hashes[f][b];
            }
            maximumRows = Math.max(maximumRows, ++row.rows);
        }
    }

    double repeated(int feature) {
        return following == 0 ? 0 : (double) same[feature] / following;
    }

    SessionFigures figures(long rows) {
        return new SessionFigures(
                sessions,
                sessions == 0 ? 0 : (double) rows / sessions,
                maximumRows,
                perBatch / Math.max(1, batches),
                batchSize);
    }
}
