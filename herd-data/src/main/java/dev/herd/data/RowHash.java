package dev.herd.data;

/// Hashes of runs of ids and weights, chained: the result of one run is where the next begins. A run's
/// length goes in too, so that `[1], [2, 3]` and `[1, 2], [3]` differ.
///
/// Four sums run side by side, because one multiplication would have to wait for the other. Not meant to
/// withstand an adversary.
public final class RowHash {
    private static final long FACTOR = 0x9E3779B97F4A7C15L;
    private static final long SECOND = 0xC2B2AE3D27D4EB4FL;

    private RowHash() {}

    /// Goes on with `ids[from .. to)`.
    public static long ids(long hash, long[] ids, int from, int to) {
        long a = start(hash, to - from);
        long b = FACTOR;
        long c = SECOND;
        long d = 1;
        int at = from;
        for (; at < to - 3; at += 4) {
            a = (a ^ ids[at]) * FACTOR;
            b = (b ^ ids[at + 1]) * FACTOR;
            c = (c ^ ids[at + 2]) * FACTOR;
            d = (d ^ ids[at + 3]) * FACTOR;
        }
        for (; at < to; at++) {
            a = Long.rotateLeft((a ^ ids[at]) * SECOND, 31);
        }
        return end(a, b, c, d);
    }

    /// Goes on with `ids[from .. to)`; equal to the hash of the same ids as 64-bit numbers.
    public static long ids(long hash, int[] ids, int from, int to) {
        long a = start(hash, to - from);
        long b = FACTOR;
        long c = SECOND;
        long d = 1;
        int at = from;
        for (; at < to - 3; at += 4) {
            a = (a ^ ids[at]) * FACTOR;
            b = (b ^ ids[at + 1]) * FACTOR;
            c = (c ^ ids[at + 2]) * FACTOR;
            d = (d ^ ids[at + 3]) * FACTOR;
        }
        for (; at < to; at++) {
            a = Long.rotateLeft((a ^ ids[at]) * SECOND, 31);
        }
        return end(a, b, c, d);
    }

    /// Goes on with one id, without a length.
    public static long id(long hash, long id) {
        return Long.rotateLeft((hash ^ id) * FACTOR, 31);
    }

    /// Goes on with the bits of `weights[from .. to)`.
    public static long weights(long hash, float[] weights, int from, int to) {
        long a = hash;
        for (int at = from; at < to; at++) {
            a = Long.rotateLeft((a ^ Float.floatToRawIntBits(weights[at])) * FACTOR, 31);
        }
        return a;
    }

    private static long start(long hash, int length) {
        return Long.rotateLeft((hash ^ length) * SECOND, 31);
    }

    private static long end(long a, long b, long c, long d) {
        long left = a ^ Long.rotateLeft(b, 17);
        long right = c ^ Long.rotateLeft(d, 41);
        return Long.rotateLeft(left * SECOND, 29) + right * FACTOR;
    }
}
