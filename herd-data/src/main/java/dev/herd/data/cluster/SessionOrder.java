package dev.herd.data.cluster;

import dev.herd.numerics.CounterRandom;

/// The order of a clustered dataset: by a hash of the session, then by session, so that any stretch of it
/// is a shard of the sessions; within a session by time, rows of the same time as they came.
public final class SessionOrder {
    private static final long SAMPLE_STREAM = 0x5E5510;

    private SessionOrder() {}

    /// Not negative.
    static long hash(long session) {
        return CounterRandom.mix(session) >>> 1;
    }

    /// Whether a session is in a sample of so large a share. Smaller samples are parts of larger ones.
    public static boolean isSampled(long session, double share) {
        return CounterRandom.uniform(0, SAMPLE_STREAM, session) < share;
    }

    /// Negative, zero or positive as the rows of one session come before, among or after those of another.
    public static int compare(long session, long other) {
        int byHash = Long.compare(hash(session), hash(other));
        return byHash != 0 ? byHash : Long.compare(session, other);
    }
}
