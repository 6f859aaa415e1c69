package dev.herd.data.transform;

import dev.herd.numerics.CounterRandom;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The hash of texts, fixed for good because datasets and models depend on it.
///
/// With `mix` the SplitMix64 finalizer ([CounterRandom#mix]) and G = 0x9E3779B97F4A7C15: start with
/// `h = mix(seed + G * length)`; for every eight bytes of the text, read as a little-endian number w and padded with
/// zero bytes at the end, `h = mix(h ^ w)`. The id is `floor(h * rows / 2^64)` with h unsigned.
public final class TextHash {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private TextHash() {}

    public static long hash(byte[] bytes, int start, int end, long seed) {
        long h = CounterRandom.mix(seed + GOLDEN * (end - start));
        int at = start;
        for (; at + 8 <= end; at += 8) {
            h = CounterRandom.mix(h ^ (long) LONGS.get(bytes, at));
        }
        if (at < end) {
            long word = 0;
            for (int shift = 0; at < end; at++, shift += 8) {
                word |= (bytes[at] & 0xFFL) << shift;
            }
            h = CounterRandom.mix(h ^ word);
        }
        return h;
    }

    /// The id of a hash in `[0, rows)`.
    public static long id(long hash, long rows) {
        return Math.unsignedMultiplyHigh(hash, rows);
    }
}
