package dev.herd.data.transform;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Numbers from text, without making strings in the usual cases.
final class Numbers {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final double[] POWERS = new double[19];

    static {
        POWERS[0] = 1;
        for (int i = 1; i < POWERS.length; i++) {
            POWERS[i] = POWERS[i - 1] * 10;
        }
    }

    private Numbers() {}

    /// **Errors**: correctly rounded. **Throws** for anything but a finite decimal number.
    static double decimal(byte[] bytes, int start, int end) throws CellFault {
        int at = start;
        boolean negative = at < end && bytes[at] == '-';
        at += negative || at < end && bytes[at] == '+' ? 1 : 0;
        long few = fewDigits(bytes, at, end);
        if (few >= 0) {
            return negative ? -(double) few : few;
        }
        long digits = 0;
        int count = 0;
        int fraction = -1;
        for (; at < end; at++) {
            byte b = bytes[at];
            if (b >= '0' && b <= '9') {
                digits = digits * 10 + (b - '0');
                count++;
                fraction += fraction >= 0 ? 1 : 0;
            } else if (b == '.' && fraction < 0) {
                fraction = 0;
            } else {
                return slow(bytes, start, end);
            }
        }
        // Both operands are exact below 2^53 and 10^22, so that one division rounds once.
        if (count == 0 || count > 15) {
            return slow(bytes, start, end);
        }
        double value = fraction > 0 ? digits / POWERS[fraction] : digits;
        return negative ? -value : value;
    }

    /// The number written with one to eight digits and nothing else, or -1 for another text or one too close to the end
    /// of the bytes. All digits at once: neighbors are joined to pairs, pairs to fours, fours to eight.
    private static long fewDigits(byte[] bytes, int start, int end) {
        int count = end - start;
        if (count < 1 || count > Long.BYTES || start + Long.BYTES > bytes.length) {
            return -1;
        }
        // The first digit is the lowest byte; the zeros that are shifted in below it lead the number.
        long digits = ((long) LONGS.get(bytes, start) ^ '0' * ONES) << (Long.SIZE - count * Byte.SIZE);
        if (((digits + (0x80 - 10) * ONES | digits) & HIGH_BITS) != 0) {
            return -1;
        }
        long pairs = digits * (10 << 8 | 1) >>> 8 & 0x00FF00FF00FF00FFL;
        long fours = pairs * (100 << 16 | 1) >>> 16 & 0x0000FFFF0000FFFFL;
        return fours * (10_000L << 32 | 1) >>> 32;
    }

    private static double slow(byte[] bytes, int start, int end) throws CellFault {
        String text = text(bytes, start, end);
        if (!text.matches("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?")) {
            throw new CellFault("expected a number, found '" + text + "'");
        }
        double value = Double.parseDouble(new String(bytes, start, end - start, StandardCharsets.UTF_8));
        if (Double.isInfinite(value)) {
            throw new CellFault("expected a finite number, found '" + text + "'");
        }
        return value;
    }

    static long integer(byte[] bytes, int start, int end) throws CellFault {
        int at = start;
        boolean negative = at < end && bytes[at] == '-';
        at += negative ? 1 : 0;
        if (at == end || end - at > 18) {
            throw new CellFault("expected an integer, found '" + text(bytes, start, end) + "'");
        }
        long value = 0;
        for (; at < end; at++) {
            if (bytes[at] < '0' || bytes[at] > '9') {
                throw new CellFault("expected an integer, found '" + text(bytes, start, end) + "'");
            }
            value = value * 10 + (bytes[at] - '0');
        }
        return negative ? -value : value;
    }

    static String text(byte[] bytes, int start, int end) {
        int shown = Math.min(end, start + 40);
        return new String(bytes, start, shown - start, StandardCharsets.UTF_8) + (shown < end ? "..." : "");
    }
}
