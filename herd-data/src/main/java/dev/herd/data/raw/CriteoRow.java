package dev.herd.data.raw;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What a row of the Criteo logs looks like: an optional label, 13 integers, 26 hexadecimal ids, tabs between.
final class CriteoRow {
    static final int INTEGERS = 13;
    static final int IDS = 26;
    private static final int ID_BYTES = 16;
    private static final int INTEGER_BYTES = 18;

    private CriteoRow() {}

    /// Splits and checks a flawless row in one pass.
    ///
    /// @param starts gets the cells' starts from `base` on, -1 for a missing one
    /// @param ends gets their ends
    /// @return where the row's line end is, or -1 for a row that must be split and checked cell by cell: one with a
    ///     fault, another line end than `\n`, or too close to the end of the bytes
    static int split(byte[] bytes, int start, int size, boolean labelled, int[] starts, int[] ends, int base) {
        // Within the limit, a cell of the greatest length and the eight bytes read at once stay inside.
        int limit = size - ID_BYTES - Long.BYTES;
        int at = start;
        int cell = base;
        if (labelled) {
            if (at >= limit || bytes[at] != '0' && bytes[at] != '1' || bytes[at + 1] != '\t') {
                return -1;
            }
            starts[cell] = at;
            ends[cell++] = at + 1;
            at += 2;
        }
        for (int i = 0; i < INTEGERS; i++) {
            int end = at < limit ? integerEnd(bytes, at) : -1;
            if (end < 0 || bytes[end] != '\t') {
                return -1;
            }
            starts[cell] = end == at ? -1 : at;
            ends[cell++] = end;
            at = end + 1;
        }
        for (int i = 1; i <= IDS; i++) {
            int end = at < limit ? idEnd(bytes, at) : -1;
            if (end < 0 || bytes[end] != (i < IDS ? '\t' : '\n')) {
                return -1;
            }
            starts[cell] = end == at ? -1 : at;
            ends[cell++] = end;
            at = end + 1;
        }
        return at - 1;
    }

    /// Where the integer that starts here ends, which is here for a missing one; -1 when it is malformed.
    private static int integerEnd(byte[] bytes, int start) {
        int first = bytes[start] == '-' ? start + 1 : start;
        int at = first + ByteWords.leadingDigits(ByteWords.at(bytes, first));
        while (at - first <= INTEGER_BYTES && isDigit(bytes[at])) {
            at++;
        }
        return at - first > INTEGER_BYTES || at == first && first > start ? -1 : at;
    }

    /// Where the id that starts here ends, which is here for a missing one; -1 when it is too long.
    private static int idEnd(byte[] bytes, int start) {
        int at = ByteWords.isHexadecimal(ByteWords.at(bytes, start)) ? start + Long.BYTES : start;
        while (at - start <= ID_BYTES && isHexadecimal(bytes[at])) {
            at++;
        }
        return at - start > ID_BYTES ? -1 : at;
    }

    /// What is wrong with a row's cells, or null.
    ///
    /// @param base of the row's cells in `starts` and `ends`
    /// @param width number of cells
    static @Nullable Wrong wrong(byte[] bytes, int[] starts, int[] ends, int base, int width) {
        int label = width - INTEGERS - IDS;
        for (int c = 0; c < width; c++) {
            int start = starts[base + c];
            int end = ends[base + c];
            String what = start < 0
                    ? c < label ? "the label is missing; expected 0 or 1" : null
                    : c < label
                            ? label(bytes, start, end)
                            : c < label + INTEGERS ? integer(bytes, start, end) : id(bytes, start, end);
            if (what != null) {
                return new Wrong(start, what);
            }
        }
        return null;
    }

    /// @param start of the cell, negative for a missing one
    record Wrong(int start, String what) {}

    private static @Nullable String label(byte[] bytes, int start, int end) {
        boolean valid = end - start == 1 && (bytes[start] == '0' || bytes[start] == '1');
        return valid ? null : "expected the label 0 or 1, found '" + text(bytes, start, end) + "'";
    }

    private static @Nullable String integer(byte[] bytes, int start, int end) {
        int at = bytes[start] == '-' ? start + 1 : start;
        boolean valid = at < end && end - at <= INTEGER_BYTES;
        for (; at < end; at++) {
            valid &= isDigit(bytes[at]);
        }
        return valid ? null : "expected an integer, found '" + text(bytes, start, end) + "'";
    }

    private static @Nullable String id(byte[] bytes, int start, int end) {
        boolean valid = end - start <= ID_BYTES;
        for (int at = start; at < end; at++) {
            valid &= isHexadecimal(bytes[at]);
        }
        return valid ? null : "expected a hexadecimal id, found '" + text(bytes, start, end) + "'";
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    private static boolean isHexadecimal(byte b) {
        int lower = b | 0x20;
        return isDigit(b) || lower >= 'a' && lower <= 'f';
    }

    private static String text(byte[] bytes, int start, int end) {
        int shown = Math.min(end, start + 40);
        return new String(bytes, start, shown - start, StandardCharsets.UTF_8) + (shown < end ? "..." : "");
    }
}
