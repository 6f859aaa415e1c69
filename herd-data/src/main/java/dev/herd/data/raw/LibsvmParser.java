package dev.herd.data.raw;

import dev.herd.data.raw.TextBlocks.Piece;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Splits `label index:value index:value ...`.
final class LibsvmParser implements LineParser {
    private final List<String> fields;
    private final List<String> columns;

    LibsvmParser(RawFormat.Libsvm format) {
        fields = format.fields();
        List<String> names = new ArrayList<>(List.of("label"));
        names.addAll(fields.isEmpty() ? List.of("ids", "values") : fields);
        columns = List.copyOf(names);
    }

    @Override
    public List<String> columns() {
        return columns;
    }

    @Override
    public RawBlock parse(Piece piece) {
        RawBlock.Builder builder = new RawBlock.Builder(columns.size(), 1024);
        List<RawFault> faults = new ArrayList<>();
        long line = piece.line();
        for (int at = 0; at < piece.size(); line++) {
            int end = at;
            while (end < piece.size() && piece.bytes()[end] != '\n') {
                end++;
            }
            if (!isBlank(piece.bytes(), at, end)) {
                Line parsed = new Line(piece.file(), piece.bytes(), at, end, line);
                RawFault fault = parsed.read(builder);
                if (fault == null) {
                    builder.endRow(line);
                } else {
                    builder.dropRow();
                    faults.add(fault);
                }
            }
            at = end + 1;
        }
        return builder.build(piece.file(), faults);
    }

    private static boolean isBlank(byte[] bytes, int from, int to) {
        for (int at = from; at < to; at++) {
            if (!isSpace(bytes[at])) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t' || b == '\r';
    }

    /// One line and the place in it.
    private final class Line {
        private final Path file;
        private final byte[] bytes;
        private final int start;
        private final int end;
        private final long line;
        private int at;
        private int tokenStart;
        private int tokenEnd;

        Line(Path file, byte[] bytes, int start, int end, long line) {
            this.file = file;
            this.bytes = bytes;
            this.start = start;
            this.end = end;
            this.line = line;
            at = start;
        }

        @Nullable
        RawFault read(RawBlock.Builder builder) {
            token();
            if (!isNumber(tokenStart, tokenEnd)) {
                return fault("expected a label, found '" + text(tokenStart, tokenEnd) + "'");
            }
            builder.cell(bytes, tokenStart, tokenEnd - tokenStart);
            return fields.isEmpty() ? any(builder) : byPosition(builder);
        }

        private @Nullable RawFault byPosition(RawBlock.Builder builder) {
            for (int f = 0; f < fields.size(); f++) {
                if (!token()) {
                    return fault("expected " + fields.size() + " index:value pairs, found " + f);
                }
                int colon = colon();
                if (colon < 0) {
                    return malformed();
                }
                if (!isOne(colon + 1)) {
                    return fault("expected the value 1 where pairs stand for fields, found '"
                            + text(tokenStart, tokenEnd) + "'; for other values leave `fields` empty");
                }
                builder.cell(bytes, tokenStart, colon - tokenStart);
            }
            return token() ? fault("expected " + fields.size() + " index:value pairs, found more") : null;
        }

        private @Nullable RawFault any(RawBlock.Builder builder) {
            byte[] ids = new byte[end - start];
            byte[] values = new byte[end - start];
            int idsSize = 0;
            int valuesSize = 0;
            while (token()) {
                int colon = colon();
                if (colon < 0) {
                    return malformed();
                }
                if (idsSize > 0) {
                    ids[idsSize++] = RawBlock.LIST_SEPARATOR;
                    values[valuesSize++] = RawBlock.LIST_SEPARATOR;
                }
                System.arraycopy(bytes, tokenStart, ids, idsSize, colon - tokenStart);
                idsSize += colon - tokenStart;
                System.arraycopy(bytes, colon + 1, values, valuesSize, tokenEnd - colon - 1);
                valuesSize += tokenEnd - colon - 1;
            }
            if (idsSize == 0) {
                builder.missing();
                builder.missing();
            } else {
                builder.cell(Arrays.copyOf(ids, idsSize), 0, idsSize);
                builder.cell(Arrays.copyOf(values, valuesSize), 0, valuesSize);
            }
            return null;
        }

        private boolean token() {
            while (at < end && isSpace(bytes[at])) {
                at++;
            }
            tokenStart = at;
            while (at < end && !isSpace(bytes[at])) {
                at++;
            }
            tokenEnd = at;
            return tokenEnd > tokenStart;
        }

        /// Place of the colon of a well-formed pair, or -1.
        private int colon() {
            int colon = tokenStart;
            while (colon < tokenEnd && bytes[colon] >= '0' && bytes[colon] <= '9') {
                colon++;
            }
            boolean pair =
                    colon > tokenStart && colon < tokenEnd && bytes[colon] == ':' && isNumber(colon + 1, tokenEnd);
            return pair ? colon : -1;
        }

        private boolean isOne(int from) {
            return from + 1 == tokenEnd && bytes[from] == '1' || Double.parseDouble(text(from, tokenEnd)) == 1;
        }

        private boolean isNumber(int from, int to) {
            if (from == to) {
                return false;
            }
            for (int i = from; i < to; i++) {
                if (bytes[i] < '0' || bytes[i] > '9') {
                    return isDecimal(text(from, to));
                }
            }
            return true;
        }

        private static boolean isDecimal(String text) {
            return text.matches("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");
        }

        private RawFault malformed() {
            return fault("expected an index:value pair, found '" + text(tokenStart, tokenEnd) + "'");
        }

        private RawFault fault(String what) {
            return new RawFault(file, line, tokenStart - start + 1, what);
        }

        private String text(int from, int to) {
            int shown = Math.min(to, from + 40);
            return new String(bytes, from, shown - from, java.nio.charset.StandardCharsets.UTF_8)
                    + (shown < to ? "..." : "");
        }
    }
}
