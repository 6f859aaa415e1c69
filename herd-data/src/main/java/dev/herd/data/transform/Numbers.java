package dev.herd.data.transform;

import java.nio.charset.StandardCharsets;

/// Numbers from text, without making strings in the usual cases.
final class Numbers {
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
