package dev.herd.data.dataset;

import dev.herd.data.Batch;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.data.InputException;
import dev.herd.data.KeyedJaggedTensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// The rows of one part, in an in-memory DuckDB table that is copied to a Parquet file when full.
///
/// Rows are laid column by column into chunks of DuckDB's vector size, which it takes over whole.
///
/// **Owner**: filled by one thread, then written by another; whoever created it closes it.
final class PartTable implements AutoCloseable {
    static final int ROW_GROUP_ROWS = 1 << 16;
    /// Rows of DuckDB's vectors, at multiples of which row groups end.
    static final int CHUNK_ROWS = 2048;
    private static final DuckLibrary DUCK = DuckLibrary.instance();

    private final RowLayout layout;
    private final ListStorage storage;
    private final Arena arena = Arena.ofShared();
    private final DuckLibrary.Handle database;
    private final DuckLibrary.Handle connection;
    private final DuckLibrary.Handle appender;
    private final DuckLibrary.Handle chunk;
    private int rows;
    private long values;

    PartTable(RowLayout layout, ListStorage storage, int threads) {
        this.layout = layout;
        this.storage = storage;
        database = DUCK.open(arena);
        connection = DUCK.connect(database, arena);
        DUCK.query(connection, "set threads = " + threads);
        List<Column> columns = columns();
        StringBuilder sql = new StringBuilder("create table part (");
        int[] types = new int[columns.size()];
        boolean[] lists = new boolean[columns.size()];
        for (int c = 0; c < types.length; c++) {
            Column column = columns.get(c);
            sql.append(c == 0 ? "" : ", ")
                    .append('"')
                    .append(column.name)
                    .append("\" ")
                    .append(column.sql());
            types[c] = column.type;
            lists[c] = column.list;
        }
        DUCK.query(connection, sql.append(')').toString());
        appender = DUCK.createAppender(connection, "part", arena);
        chunk = DUCK.createChunk(types, lists, arena);
    }

    private record Column(String name, int type, boolean list) {
        String sql() {
            String element = type == DuckLibrary.FLOAT ? "float" : type == DuckLibrary.BIGINT ? "bigint" : "integer";
            return element + (list ? "[]" : " not null");
        }
    }

    int rows() {
        return rows;
    }

    /// Numbers and ids held.
    long values() {
        return values;
    }

    /// In the order of [RowBlockDecoder#columns].
    private List<Column> columns() {
        List<Column> columns = new ArrayList<>();
        for (int n = 0; n < layout.numbers; n++) {
            columns.add(new Column(layout.numberColumn(n), DuckLibrary.FLOAT, false));
        }
        for (int f : layout.singles) {
            columns.add(new Column(layout.feature(f).name(), idType(layout.feature(f)), false));
        }
        for (int f : layout.lists) {
            SparseFeature feature = layout.feature(f);
            columns.add(new Column(feature.name(), idType(feature), true));
            if (feature.weighted()) {
                columns.add(new Column(RowLayout.weightsColumn(feature), DuckLibrary.FLOAT, true));
            }
        }
        if (layout.hasSession()) {
            columns.add(new Column(RowLayout.SESSION, DuckLibrary.BIGINT, false));
        }
        if (layout.hasTimestamp()) {
            columns.add(new Column(RowLayout.TIMESTAMP, DuckLibrary.BIGINT, false));
        }
        return columns;
    }

    private static int idType(SparseFeature feature) {
        return RowLayout.isWide(feature) ? DuckLibrary.BIGINT : DuckLibrary.INTEGER;
    }

    void append(Batch batch, int from, int count) {
        for (int at = from; at < from + count; at += CHUNK_ROWS) {
            int size = Math.min(CHUNK_ROWS, from + count - at);
            appendChunk(batch, at, size);
            rows += size;
        }
    }

    private void appendChunk(Batch batch, int from, int count) {
        DUCK.reset(chunk);
        int column = 0;
        int dense = layout.numbers - layout.labels;
        for (int n = 0; n < layout.numbers; n++) {
            boolean label = n < layout.labels;
            float[] source = label ? batch.labels() : batch.features().dense();
            int width = label ? layout.labels : dense;
            MemorySegment to = DUCK.data(DUCK.vector(chunk, column++), 4L * count);
            for (int r = 0, at = from * width + (label ? n : n - layout.labels); r < count; r++, at += width) {
                to.setAtIndex(ValueLayout.JAVA_FLOAT, r, source[at]);
            }
        }
        KeyedJaggedTensor sparse = batch.features().sparse();
        for (int f : layout.singles) {
            MemorySegment vector = DUCK.vector(chunk, column++);
            int first = sparse.offsets()[f * sparse.stride()] + from;
            copyIds(sparse.values(), first, vector, count, RowLayout.isWide(layout.feature(f)));
        }
        for (int f : layout.lists) {
            column = appendLists(sparse, f, from, count, column);
        }
        if (layout.hasSession()) {
            copyIds(batch.sessions(), from, DUCK.vector(chunk, column++), count, true);
        }
        if (layout.hasTimestamp()) {
            copyIds(batch.timestamps(), from, DUCK.vector(chunk, column++), count, true);
        }
        DUCK.setSize(chunk, count);
        DUCK.append(appender, chunk);
        values += (long) count * (layout.numbers + layout.singles.length);
    }

    private static void copyIds(long[] ids, int from, MemorySegment vector, int count, boolean wide) {
        copyIds(ids, from, vector, 0, count, wide);
    }

    /// @param at place of the first among the vector's values
    private static void copyIds(long[] ids, int from, MemorySegment vector, int at, int count, boolean wide) {
        MemorySegment to = DUCK.data(vector, (wide ? 8L : 4L) * (at + count));
        if (wide) {
            MemorySegment.copy(ids, from, to, ValueLayout.JAVA_LONG, 8L * at, count);
        } else {
            for (int i = 0; i < count; i++) {
                to.setAtIndex(ValueLayout.JAVA_INT, at + i, (int) ids[from + i]);
            }
        }
    }

    /// Fills one feature's list column and, if it is weighted, the column of its weights; returns the next
    /// column.
    private int appendLists(KeyedJaggedTensor sparse, int feature, int from, int count, int column) {
        int first = feature * sparse.stride() + from;
        boolean wide = RowLayout.isWide(layout.feature(feature));
        boolean weighted = layout.feature(feature).weighted();
        float[] weights = weighted ? Objects.requireNonNull(sparse.weights(), "weights of a weighted feature") : null;
        boolean[] repeats = storage == ListStorage.RUNS_ONCE
                ? ListRuns.repeats(sparse.values(), weights, sparse.offsets(), first, count, rows % CHUNK_ROWS)
                : new boolean[count];
        int size = 0;
        for (int r = 0; r < count; r++) {
            size += repeats[r] ? 0 : length(sparse, first + r);
        }
        MemorySegment ids = entries(sparse, first, repeats, column);
        MemorySegment child = DUCK.child(ids, size);
        copyLists(sparse, first, repeats, (start, to, length) -> {
            copyIds(sparse.values(), start, child, to, length, wide);
        });
        DUCK.setListSize(ids, size);
        values += size;
        if (weights == null) {
            return column + 1;
        }
        MemorySegment besides = entries(sparse, first, repeats, column + 1);
        MemorySegment numbers = DUCK.data(DUCK.child(besides, size), 4L * size);
        copyLists(sparse, first, repeats, (start, to, length) -> {
            MemorySegment.copy(weights, start, numbers, ValueLayout.JAVA_FLOAT, 4L * to, length);
        });
        DUCK.setListSize(besides, size);
        return column + 2;
    }

    private static int length(KeyedJaggedTensor sparse, int at) {
        return sparse.offsets()[at + 1] - sparse.offsets()[at];
    }

    /// Copies the lists `[start, start + length)` of the tensor to where they follow one another.
    private interface Copy {
        void run(int start, int to, int length);
    }

    /// Hands out rows that are written, neighbors together.
    private static void copyLists(KeyedJaggedTensor sparse, int first, boolean[] repeats, Copy copy) {
        int to = 0;
        for (int r = 0; r < repeats.length; ) {
            int end = r;
            while (end < repeats.length && !repeats[end]) {
                end++;
            }
            int start = sparse.offsets()[first + r];
            int length = sparse.offsets()[first + end] - start;
            copy.run(start, to, length);
            to += length;
            r = end;
            while (r < repeats.length && repeats[r]) {
                r++;
            }
        }
    }

    /// Writes where each row's list begins and how long it is, and which are missing; returns the vector.
    private MemorySegment entries(KeyedJaggedTensor sparse, int first, boolean[] repeats, int column) {
        MemorySegment vector = DUCK.vector(chunk, column);
        MemorySegment pairs = DUCK.data(vector, 16L * repeats.length);
        int at = 0;
        for (int r = 0; r < repeats.length; r++) {
            int length = repeats[r] ? 0 : length(sparse, first + r);
            pairs.setAtIndex(ValueLayout.JAVA_LONG, 2L * r, at);
            pairs.setAtIndex(ValueLayout.JAVA_LONG, 2L * r + 1, length);
            at += length;
        }
        MemorySegment present = DUCK.validity(vector, repeats.length);
        for (int r = 0; r < repeats.length; r++) {
            if (repeats[r]) {
                long word = present.getAtIndex(ValueLayout.JAVA_LONG, r >> 6);
                present.setAtIndex(ValueLayout.JAVA_LONG, r >> 6, word & ~(1L << r));
            }
        }
        return vector;
    }

    /// Writes the rows to a file; nothing can be appended afterwards.
    ///
    /// Version 1 of the format keeps lists of ids plain or in a dictionary. Packed to single bits, as
    /// version 2 would, equal lists hardly ever have equal bytes, and zstd finds no repeats.
    void writeTo(Path file) {
        DUCK.destroyAppender(appender);
        String target = file.toString().replace("'", "''");
        try {
            DUCK.query(
                    connection,
                    "copy part to '" + target
                            + "' (format parquet, parquet_version v1, compression zstd, row_group_size "
                            + ROW_GROUP_ROWS + ")");
        } catch (IllegalStateException e) {
            throw new InputException(file + ": cannot be written (is the disk full?): " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        DUCK.destroyChunk(chunk);
        if (!appender.value().equals(MemorySegment.NULL)) {
            DUCK.destroyAppender(appender);
        }
        DUCK.disconnect(connection);
        DUCK.close(database);
        arena.close();
    }
}
