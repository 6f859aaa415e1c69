package dev.herd.data.raw;

import dev.herd.data.raw.TextBlocks.Piece;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Splits lines at a delimiter, outside quotes. Empty lines are no rows.
final class DelimitedParser implements LineParser {
    private final List<String> columns;
    private final byte delimiter;
    private final int quote;
    private final boolean trim;
    private final byte[][] missing;
    private final boolean criteo;

    DelimitedParser(List<String> columns, RawFormat.Csv format, List<String> missing) {
        this(columns, (byte) format.delimiter().charAt(0), quote(format), format.trim(), missing, false);
    }

    private DelimitedParser(
            List<String> columns, byte delimiter, int quote, boolean trim, List<String> missing, boolean criteo) {
        this.columns = List.copyOf(columns);
        this.delimiter = delimiter;
        this.quote = quote;
        this.trim = trim;
        this.criteo = criteo;
        this.missing = missing.stream()
                .filter(marker -> !marker.isEmpty())
                .map(marker -> marker.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
    }

    static int quote(RawFormat.Csv format) {
        return format.quote().isEmpty() ? -1 : format.quote().charAt(0);
    }

    static DelimitedParser criteo(RawFormat.Criteo format, List<String> missing) {
        List<String> columns = new ArrayList<>();
        if (format.labelled()) {
            columns.add("label");
        }
        for (int i = 1; i <= CriteoRow.INTEGERS; i++) {
            columns.add("I" + i);
        }
        for (int i = 1; i <= CriteoRow.IDS; i++) {
            columns.add("C" + i);
        }
        return new DelimitedParser(columns, (byte) '\t', -1, false, missing, true);
    }

    @Override
    public List<String> columns() {
        return columns;
    }

    @Override
    public RawBlock parse(Piece piece) {
        return new Run(piece).block();
    }

    /// One piece being split.
    private final class Run {
        private final Path file;
        private final byte[] bytes;
        private final int size;
        private final int width = columns.size();
        private final boolean ascii;
        private final boolean plainCriteo = criteo && missing.length == 0;
        private final List<RawFault> faults = new ArrayList<>();
        private int[] starts;
        private int[] ends;
        private long[] lines;
        private int[] lineStarts;
        private int rows;
        private long line;

        Run(Piece piece) {
            file = piece.file();
            bytes = piece.bytes();
            size = piece.size();
            line = piece.line();
            ascii = Utf8.isAscii(bytes, 0, size);
            // A row of C cells has C - 1 delimiters and, but for the last one, a line end.
            int guess = 2 + Math.min(ByteWords.count(bytes, 0, size, (byte) '\n'), size / width);
            starts = new int[guess * width];
            ends = new int[guess * width];
            lines = new long[guess];
            lineStarts = new int[guess];
        }

        RawBlock block() {
            int at = 0;
            while (at < size) {
                at = row(at);
            }
            return new RawBlock(file, bytes, rows, width, starts, ends, lines, lineStarts, faults);
        }

        /// Splits the row that starts here; returns where the next one starts.
        private int row(int start) {
            if (bytes[start] == '\n' || bytes[start] == '\r' && start + 1 < size && bytes[start + 1] == '\n') {
                line++;
                return bytes[start] == '\n' ? start + 1 : start + 2;
            }
            reserve();
            int base = rows * width;
            int end = plainCriteo
                    ? CriteoRow.split(
                            bytes, start, size, width > CriteoRow.INTEGERS + CriteoRow.IDS, starts, ends, base)
                    : -1;
            if (end >= 0) {
                keep(start, line++);
                return end + 1;
            }
            return cellByCell(start, base);
        }

        private int cellByCell(int start, int base) {
            long first = line;
            int cells = 0;
            int at = start;
            while (true) {
                if (quote >= 0 && opensQuote(at)) {
                    at = quoted(at, base, cells, start);
                    if (at < 0) {
                        return skipLine(start, first);
                    }
                } else {
                    int from = at;
                    while (at < size && bytes[at] != delimiter && bytes[at] != '\n') {
                        at++;
                    }
                    if (cells < width) {
                        cell(base + cells, from, at);
                    }
                }
                cells++;
                if (at >= size || bytes[at] == '\n') {
                    break;
                }
                at++;
            }
            line++;
            finish(start, Math.min(at, size), cells, first);
            return at + 1;
        }

        private boolean opensQuote(int at) {
            int from = at;
            while (trim && from < size && bytes[from] == ' ') {
                from++;
            }
            return from < size && bytes[from] == quote;
        }

        /// Takes a quoted cell; returns the end of it (delimiter, line end or the piece's end), or -1 after a fault.
        private int quoted(int at, int base, int cells, int rowStart) {
            int from = at;
            while (bytes[from] != quote) {
                from++;
            }
            from++;
            int closing = closingQuote(from);
            int end = closing + 1;
            while (end < size && (bytes[end] == ' ' || bytes[end] == '\r')) {
                end++;
            }
            boolean open = closing >= size;
            if (open || end < size && bytes[end] != delimiter && bytes[end] != '\n') {
                String what = open
                        ? "a quote is opened and never closed"
                        : "text after a closing quote; expected '" + (char) delimiter + "' or the end of the line";
                faults.add(new RawFault(file, line, (open ? at : end) - rowStart + 1, what));
                return -1;
            }
            int write = unquote(from, closing);
            if (cells < width) {
                starts[base + cells] = write > from ? from : -1;
                ends[base + cells] = write;
            }
            return end;
        }

        /// Where the quote that was opened before `from` closes, or the piece's end. Changes nothing, because the lines
        /// are read again when it does not close.
        private int closingQuote(int from) {
            int at = from;
            while (at < size && (bytes[at] != quote || at + 1 < size && bytes[at + 1] == quote)) {
                at += bytes[at] == quote ? 2 : 1;
            }
            return at;
        }

        /// Writes doubled quotes once; returns the end of the text, which is left in place.
        private int unquote(int from, int closing) {
            int write = from;
            for (int read = from; read < closing; read++) {
                read += bytes[read] == quote ? 1 : 0;
                line += bytes[read] == '\n' ? 1 : 0;
                bytes[write++] = bytes[read];
            }
            return write;
        }

        /// Goes on behind the line end after a row that cannot be split.
        private int skipLine(int start, long first) {
            line = first + 1;
            int at = start;
            while (at < size && bytes[at] != '\n') {
                at++;
            }
            return at + 1;
        }

        private void cell(int index, int from, int to) {
            int start = from;
            int end = to;
            if (end > start && bytes[end - 1] == '\r' && (to >= size || bytes[to] == '\n')) {
                end--;
            }
            if (trim) {
                while (start < end && bytes[start] == ' ') {
                    start++;
                }
                while (end > start && bytes[end - 1] == ' ') {
                    end--;
                }
            }
            starts[index] = start == end || isMissing(start, end) ? -1 : start;
            ends[index] = end;
        }

        private boolean isMissing(int start, int end) {
            for (byte[] marker : missing) {
                if (Arrays.equals(bytes, start, end, marker, 0, marker.length)) {
                    return true;
                }
            }
            return false;
        }

        private void finish(int start, int end, int cells, long first) {
            if (cells != width) {
                faults.add(
                        new RawFault(file, first, 1, "expected " + width + " cells " + names() + ", found " + cells));
                return;
            }
            int invalid = ascii ? -1 : Utf8.firstInvalid(bytes, start, end);
            if (invalid >= 0) {
                faults.add(new RawFault(
                        file, first, invalid - start + 1, "not UTF-8; convert the file, for example with iconv"));
                return;
            }
            CriteoRow.Wrong wrong = criteo ? CriteoRow.wrong(bytes, starts, ends, rows * width, width) : null;
            if (wrong != null) {
                int column = wrong.start() < 0 ? 1 : wrong.start() - start + 1;
                faults.add(new RawFault(file, first, column, wrong.what()));
                return;
            }
            keep(start, first);
        }

        private void keep(int start, long first) {
            lines[rows] = first;
            lineStarts[rows] = start;
            rows++;
        }

        private String names() {
            return width <= 4 ? columns.toString() : "(" + columns.getFirst() + " to " + columns.getLast() + ")";
        }

        private void reserve() {
            if (rows == lines.length) {
                int more = rows * 2;
                lines = Arrays.copyOf(lines, more);
                lineStarts = Arrays.copyOf(lineStarts, more);
                starts = Arrays.copyOf(starts, Math.multiplyExact(more, width));
                ends = Arrays.copyOf(ends, Math.multiplyExact(more, width));
            }
        }
    }
}
