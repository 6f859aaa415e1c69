package dev.herd.data.raw;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Looks at eight bytes at a time, packed in a `long`.
///
/// The tests work on the high bit of each byte: adding `0x80 - c` to a byte below 0x80 sets that bit exactly when the
/// byte is at least c, and carries nothing into the next byte.
final class ByteWords {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long LOW_BITS = 0x7F * ONES;

    private ByteWords() {}

    /// The bytes `[at, at + 8)`, the first one lowest.
    static long at(byte[] bytes, int at) {
        return (long) LONGS.get(bytes, at);
    }

    static boolean isAscii(long word) {
        return (word & HIGH_BITS) == 0;
    }

    /// Whether all eight bytes are hexadecimal digits, of either case.
    static boolean isHexadecimal(long word) {
        long digits = word + (0x80 - '0') * ONES & ~(word + (0x80 - '9' - 1) * ONES);
        long lower = word | 0x20 * ONES;
        long letters = lower + (0x80 - 'a') * ONES & ~(lower + (0x80 - 'f' - 1) * ONES);
        return ((digits | letters) & ~word & HIGH_BITS) == HIGH_BITS;
    }

    /// How many of the bytes are decimal digits, up to the first that is none.
    static int leadingDigits(long word) {
        // Digits become 0 to 9 and carry nothing, so that the lowest mark is right; those above it may be wrong.
        long values = word ^ '0' * ONES;
        long others = (values + (0x80 - 10) * ONES | values) & HIGH_BITS;
        return Long.numberOfTrailingZeros(others) >>> 3;
    }

    /// How many of the bytes `[from, to)` equal one.
    static int count(byte[] bytes, int from, int to, byte wanted) {
        long pattern = (wanted & 0xFF) * ONES;
        int count = 0;
        int at = from;
        for (; at + 8 <= to; at += 8) {
            long different = at(bytes, at) ^ pattern;
            count += 8 - Long.bitCount(((different & LOW_BITS) + LOW_BITS | different) & HIGH_BITS);
        }
        for (; at < to; at++) {
            count += bytes[at] == wanted ? 1 : 0;
        }
        return count;
    }
}
