package dev.herd.data.raw;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// Rows of text cells, as slices of one byte array.
///
/// **Shapes**: R rows of C cells; cell c of row r is `bytes[starts[r*C+c] .. ends[r*C+c])` in UTF-8, missing when its
/// start is negative. A cell with several values holds them between [#LIST_SEPARATOR]s unless its file has another
/// separator. Cells may share bytes. Row r begins in line `lines[r]` of the file, at `lineStarts[r]` of the bytes
/// (negative when unknown).
///
/// @param faults of rows that could not be split into cells and are not among the R
public record RawBlock(
        Path file,
        byte[] bytes,
        int rows,
        int columns,
        int[] starts,
        int[] ends,
        long[] lines,
        int[] lineStarts,
        List<RawFault> faults) {
    /// ASCII's unit separator, which JSON arrays and Parquet lists are joined with.
    public static final byte LIST_SEPARATOR = 0x1F;

    public int start(int row, int column) {
        return starts[row * columns + column];
    }

    public int end(int row, int column) {
        return ends[row * columns + column];
    }

    public boolean isMissing(int row, int column) {
        return starts[row * columns + column] < 0;
    }

    /// The cell as text; empty when missing.
    public String text(int row, int column) {
        int start = start(row, column);
        return start < 0 ? "" : new String(bytes, start, end(row, column) - start, StandardCharsets.UTF_8);
    }

    /// A fault at a cell.
    public RawFault fault(int row, int column, String what) {
        int start = start(row, column);
        int line = lineStarts[row];
        int at = line < 0 || start < line ? 1 : start - line + 1;
        return new RawFault(file, lines[row], at, what);
    }

    /// Tells files apart where random choices are made for their rows: a hash of the file's name.
    public long seed() {
        return file.getFileName().toString().hashCode();
    }

    /// The same rows, said to come from other lines of another file.
    public RawBlock withPlaces(Path origin, long[] originLines) {
        return new RawBlock(origin, bytes, rows, columns, starts, ends, originLines, lineStarts, faults);
    }

    /// Fills a block cell by cell, for formats whose cells are not slices of the file.
    static final class Builder {
        private final int columns;
        private byte[] bytes = new byte[1 << 16];
        private int size;
        private int open;
        private int[] starts;
        private int[] ends;
        private long[] lines;
        private int cells;
        private int rows;

        Builder(int columns, int expectedRows) {
            this.columns = columns;
            starts = new int[Math.max(1, expectedRows) * columns];
            ends = new int[starts.length];
            lines = new long[Math.max(1, expectedRows)];
        }

        void cell(byte[] from, int start, int length) {
            reserve(length);
            System.arraycopy(from, start, bytes, size, length);
            size += length;
            place(open, size);
            open = size;
        }

        void cell(String text) {
            byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
            cell(encoded, 0, encoded.length);
        }

        void missing() {
            place(-1, -1);
        }

        /// Adds a byte to the cell under way.
        void append(byte character) {
            reserve(1);
            bytes[size++] = character;
        }

        /// Adds text to the cell under way.
        void append(String text) {
            byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
            reserve(encoded.length);
            System.arraycopy(encoded, 0, bytes, size, encoded.length);
            size += encoded.length;
        }

        /// Adds the decimal digits of a number to the cell under way.
        void append(long number) {
            if (number < 0 || number > Integer.MAX_VALUE) {
                append(Long.toString(number));
                return;
            }
            int rest = (int) number;
            int length = digits(rest);
            reserve(length);
            size += length;
            int at = size;
            do {
                bytes[--at] = (byte) ('0' + rest % 10);
                rest /= 10;
            } while (rest != 0);
        }

        /// Digits of a number that is not negative.
        private static int digits(int number) {
            int count = 1;
            for (long bound = 10; number >= bound; bound *= 10) {
                count++;
            }
            return count;
        }

        /// Ends the cell under way; one without bytes is missing.
        void endCell() {
            if (size == open) {
                missing();
            } else {
                place(open, size);
                open = size;
            }
        }

        /// The cell above once more, without a copy of its bytes.
        void repeatCell() {
            int above = cells - columns;
            place(starts[above], ends[above]);
        }

        /// Drops the cells of a row that turned out to be malformed.
        void dropRow() {
            cells = rows * columns;
        }

        void endRow(long line) {
            if (cells != (rows + 1) * columns) {
                throw new IllegalStateException("row " + rows + " has " + (cells - rows * columns) + " cells");
            }
            if (rows == lines.length) {
                lines = Arrays.copyOf(lines, rows * 2);
            }
            lines[rows++] = line;
        }

        private void reserve(int more) {
            if (bytes.length - size < more) {
                bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(size, more), size + (size >> 1)));
            }
        }

        private void place(int start, int end) {
            if (cells == starts.length) {
                starts = Arrays.copyOf(starts, cells * 2);
                ends = Arrays.copyOf(ends, cells * 2);
            }
            starts[cells] = start;
            ends[cells++] = end;
        }

        RawBlock build(Path file, List<RawFault> faults) {
            int[] unknown = new int[rows];
            Arrays.fill(unknown, -1);
            return new RawBlock(file, bytes, rows, columns, starts, ends, lines, unknown, faults);
        }
    }
}
