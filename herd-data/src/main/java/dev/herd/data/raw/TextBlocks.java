package dev.herd.data.raw;

import dev.herd.data.InputException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Cuts a text file into pieces of whole lines of about a quarter of a mebibyte: small enough that what
/// becomes of a piece stays in a core's cache from one step to the next.
final class TextBlocks implements AutoCloseable {
    private static final int BLOCK_BYTES = 1 << 18;
    private static final int LINE_BYTES = 16 << 20;

    private final Path file;
    private final int quote;
    private final InputStream in;
    private byte[] rest = new byte[0];
    private long line = 1;

    /// @param quote character inside whose pairs line ends do not count; negative for none
    TextBlocks(Path file, int quote, LongConsumer compressed) {
        this.file = file;
        this.quote = quote;
        try {
            in = CompressedInput.open(file, compressed);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /// Whole lines: `bytes[0..size)`, beginning with line number `line`.
    record Piece(Path file, byte[] bytes, int size, long line) {}

    /// The next piece, or null at the end of the file.
    @Nullable
    Piece next() {
        byte[] bytes = Arrays.copyOf(rest, Math.max(BLOCK_BYTES, rest.length + BLOCK_BYTES / 2));
        LineEnds ends = new LineEnds();
        int size = rest.length;
        while (true) {
            int read = read(bytes, size);
            size += Math.max(0, read);
            ends.scan(bytes, size);
            if (size - ends.cut > LINE_BYTES) {
                throw endless(ends.quoted);
            }
            if (read < 0) {
                rest = new byte[0];
                return size == 0 ? null : piece(bytes, size, ends.lines);
            }
            if (size == bytes.length && ends.cut > 0) {
                rest = Arrays.copyOfRange(bytes, ends.cut, size);
                return piece(bytes, ends.cut, ends.linesAtCut);
            }
            if (size == bytes.length) {
                bytes = Arrays.copyOf(bytes, bytes.length * 2);
            }
        }
    }

    /// The line ends of a growing piece.
    private final class LineEnds {
        private int scanned;
        private boolean quoted;
        private long lines;
        /// Behind the last line end that ends a row, and the number of line ends up to there.
        private int cut;

        private long linesAtCut;

        void scan(byte[] bytes, int size) {
            if (quote < 0) {
                scanUnquoted(bytes, size);
                return;
            }
            for (; scanned < size; scanned++) {
                byte b = bytes[scanned];
                if (b == '\n') {
                    lines++;
                    if (!quoted) {
                        cut = scanned + 1;
                        linesAtCut = lines;
                    }
                } else if (b == quote) {
                    quoted = !quoted;
                }
            }
        }

        private void scanUnquoted(byte[] bytes, int size) {
            int last = size - 1;
            while (last >= scanned && bytes[last] != '\n') {
                last--;
            }
            if (last >= scanned) {
                lines += ByteWords.count(bytes, scanned, last + 1, (byte) '\n');
                cut = last + 1;
                linesAtCut = lines;
            }
            scanned = size;
        }
    }

    private Piece piece(byte[] bytes, int size, long lines) {
        Piece piece = new Piece(file, bytes, size, line);
        line += lines;
        return piece;
    }

    private InputException endless(boolean quoted) {
        String what = quoted
                ? "a row longer than 16 MiB: a quote is opened and never closed"
                : "a line longer than 16 MiB; is this a text file with line ends?";
        return InputException.at(file, line, 1, what);
    }

    private int read(byte[] bytes, int size) {
        try {
            return size == bytes.length ? 0 : in.read(bytes, size, bytes.length - size);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private InputException failure(IOException e) {
        String what = e instanceof EOFException
                        || String.valueOf(e.getMessage()).contains("Truncated")
                ? "ends in the middle of its compressed data after line " + (line - 1) + ": truncated; copy it again"
                : "cannot be read after line " + (line - 1) + ": " + e.getMessage();
        return new InputException(file + ": " + what, e);
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw failure(e);
        }
    }
}
