package dev.herd.data.raw;

import dev.herd.data.InputException;
import dev.herd.data.raw.TextBlocks.Piece;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Streams the files of an input as blocks of cells.
///
/// [#next] cuts the next piece off, which is sequential and cheap; the supplier it returns splits the piece into cells
/// and may run on any thread. [OrderedPipe] does both.
///
/// **Owner**: whoever opened it closes it.
public final class RawReader implements AutoCloseable {
    private final List<Path> files;
    private final RawInput input;
    private final List<String> columns;
    private final AtomicLong bytesRead = new AtomicLong();
    private int nextFile;
    private @Nullable FileCursor cursor;

    private RawReader(RawInput input, List<Path> files) {
        this.files = files;
        this.input = input;
        cursor = open(files.getFirst());
        nextFile = 1;
        columns = cursor.columns();
    }

    /// @param key configuration key of the input, for messages
    public static RawReader open(RawInput input, String key) {
        return new RawReader(input, input.files(key + ".path"));
    }

    public List<String> columns() {
        return columns;
    }

    /// Bytes of the files read so far, before unpacking.
    public long bytesRead() {
        return bytesRead.get();
    }

    /// The next block, to be split by calling the supplier; null after the last file.
    public @Nullable Supplier<RawBlock> next() {
        while (cursor != null) {
            Supplier<RawBlock> block = cursor.next();
            if (block != null) {
                return block;
            }
            cursor.close();
            cursor = nextFile < files.size() ? open(files.get(nextFile++)) : null;
            if (cursor != null && !cursor.columns().equals(columns)) {
                throw InputException.of(
                        files.get(nextFile - 1),
                        "has the columns " + cursor.columns() + ", " + files.getFirst() + " has " + columns
                                + "; files of one input need the same");
            }
        }
        return null;
    }

    @Override
    public void close() {
        if (cursor != null) {
            cursor.close();
            cursor = null;
        }
    }

    /// One file being read.
    interface FileCursor extends AutoCloseable {
        List<String> columns();

        @Nullable
        Supplier<RawBlock> next();

        @Override
        void close();
    }

    private FileCursor open(Path file) {
        return switch (input.format()) {
            case RawFormat.Criteo criteo -> text(file, -1, DelimitedParser.criteo(criteo, input.missing()));
            case RawFormat.Csv csv -> csv(file, csv);
            case RawFormat.Libsvm libsvm -> text(file, -1, new LibsvmParser(libsvm));
            case RawFormat.JsonLines json -> text(file, -1, new JsonParser(json));
            case RawFormat.Parquet parquet -> new ParquetCursor(file, bytesRead::addAndGet);
        };
    }

    private FileCursor text(Path file, int quote, LineParser parser) {
        TextBlocks blocks = new TextBlocks(file, quote, bytesRead::addAndGet);
        return new TextCursor(blocks, parser, requireContent(file, blocks, blocks.next()));
    }

    private FileCursor csv(Path file, RawFormat.Csv format) {
        TextBlocks blocks = new TextBlocks(file, DelimitedParser.quote(format), bytesRead::addAndGet);
        Piece first = requireContent(file, blocks, blocks.next());
        if (!format.header()) {
            if (format.names().isEmpty()) {
                blocks.close();
                throw InputException.of(file, "without a header the columns need `names`");
            }
            return new TextCursor(blocks, new DelimitedParser(format.names(), format, input.missing()), first);
        }
        int end = 0;
        while (end < first.size() && first.bytes()[end] != '\n') {
            end++;
        }
        List<String> names = format.names().isEmpty()
                ? header(file, format, new String(first.bytes(), 0, end, StandardCharsets.UTF_8))
                : format.names();
        int from = Math.min(end + 1, first.size());
        Piece rest = new Piece(
                file, Arrays.copyOfRange(first.bytes(), from, first.size()), first.size() - from, first.line() + 1);
        return new TextCursor(blocks, new DelimitedParser(names, format, input.missing()), rest);
    }

    private static Piece requireContent(Path file, TextBlocks blocks, @Nullable Piece first) {
        if (first == null) {
            blocks.close();
            throw InputException.of(file, "is empty");
        }
        return first;
    }

    private static List<String> header(Path file, RawFormat.Csv format, String line) {
        String stripped = line.strip();
        List<String> names = new ArrayList<>();
        StringBuilder name = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < stripped.length(); i++) {
            char c = stripped.charAt(i);
            if (c == DelimitedParser.quote(format)) {
                quoted = !quoted;
            } else if (c == format.delimiter().charAt(0) && !quoted) {
                names.add(name.toString().strip());
                name.setLength(0);
            } else {
                name.append(c);
            }
        }
        names.add(name.toString().strip());
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).isEmpty() || names.indexOf(names.get(i)) != i) {
                throw InputException.at(
                        file,
                        1,
                        1,
                        "the header line must name every column once, got " + names
                                + "; for a file without a header set `header: false` and `names`");
            }
        }
        return names;
    }

    /// A text file as pieces.
    private static final class TextCursor implements FileCursor {
        private final TextBlocks blocks;
        private final LineParser parser;
        private @Nullable Piece first;

        TextCursor(TextBlocks blocks, LineParser parser, Piece first) {
            this.blocks = blocks;
            this.parser = parser;
            this.first = first;
        }

        @Override
        public List<String> columns() {
            return parser.columns();
        }

        @Override
        public @Nullable Supplier<RawBlock> next() {
            Piece piece = first != null ? first : blocks.next();
            first = null;
            return piece == null ? null : () -> parser.parse(piece);
        }

        @Override
        public void close() {
            blocks.close();
        }
    }
}
