package dev.herd.data.dataset;

import dev.herd.data.Batch;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.data.InputException;
import dev.herd.data.KeyedJaggedTensor;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/// The rows of the part being filled, in an in-memory DuckDB table that is copied to a Parquet file when full.
final class PartTable {
    static final int ROW_GROUP_ROWS = 1 << 16;

    private final Database database;
    private final RowLayout layout;
    private final String name;
    private int rows;
    private long values;
    private DuckDBAppender appender;

    PartTable(Database database, String split, RowLayout layout) {
        this.database = database;
        this.layout = layout;
        name = quoted(split);
        appender = open(split);
    }

    int rows() {
        return rows;
    }

    /// Numbers and ids held.
    long values() {
        return values;
    }

    private DuckDBAppender open(String split) {
        database.execute("create table " + name + " (" + String.join(", ", columns()) + ")");
        try {
            return database.connection.createAppender(split);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot append to the staging table: " + e.getMessage(), e);
        }
    }

    /// Column definitions, in the order of [RowBlockDecoder#columns].
    private List<String> columns() {
        List<String> columns = new ArrayList<>();
        for (int n = 0; n < layout.numbers; n++) {
            columns.add(quoted(layout.numberColumn(n)) + " float not null");
        }
        for (int f : layout.singles) {
            SparseFeature feature = layout.feature(f);
            columns.add(quoted(feature.name()) + " " + idType(feature) + " not null");
        }
        for (int f : layout.lists) {
            SparseFeature feature = layout.feature(f);
            columns.add(quoted(feature.name()) + " " + idType(feature) + "[] not null");
            if (feature.weighted()) {
                columns.add(quoted(RowLayout.weightsColumn(feature)) + " float[] not null");
            }
        }
        if (layout.hasSession()) {
            columns.add(quoted(RowLayout.SESSION) + " bigint not null");
        }
        if (layout.hasTimestamp()) {
            columns.add(quoted(RowLayout.TIMESTAMP) + " bigint not null");
        }
        return columns;
    }

    private static String idType(SparseFeature feature) {
        return RowLayout.isWide(feature) ? "bigint" : "integer";
    }

    private static String quoted(String name) {
        return '"' + name + '"';
    }

    void append(Batch batch, int from, int count) {
        try {
            for (int b = from; b < from + count; b++) {
                appendRow(batch, b);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("cannot append to the staging table: " + e.getMessage(), e);
        }
        rows += count;
        values += (long) count * (layout.numbers + layout.singles.length);
    }

    private void appendRow(Batch batch, int b) throws SQLException {
        KeyedJaggedTensor sparse = batch.features().sparse();
        int dense = layout.numbers - layout.labels;
        appender.beginRow();
        for (int k = 0; k < layout.labels; k++) {
            appender.append(batch.labels()[b * layout.labels + k]);
        }
        for (int i = 0; i < dense; i++) {
            appender.append(batch.features().dense()[b * dense + i]);
        }
        for (int f : layout.singles) {
            long id = sparse.values()[sparse.offsets()[f * sparse.stride() + b]];
            if (RowLayout.isWide(layout.feature(f))) {
                appender.append(id);
            } else {
                appender.append((int) id);
            }
        }
        for (int f : layout.lists) {
            appendList(sparse, f, b);
        }
        if (layout.hasSession()) {
            appender.append(batch.sessions()[b]);
        }
        if (layout.hasTimestamp()) {
            appender.append(batch.timestamps()[b]);
        }
        appender.endRow();
    }

    private void appendList(KeyedJaggedTensor sparse, int feature, int b) throws SQLException {
        int start = sparse.offsets()[feature * sparse.stride() + b];
        int length = sparse.length(feature, b);
        if (RowLayout.isWide(layout.feature(feature))) {
            appender.append(Arrays.copyOfRange(sparse.values(), start, start + length));
        } else {
            int[] ids = new int[length];
            for (int i = 0; i < length; i++) {
                ids[i] = (int) sparse.values()[start + i];
            }
            appender.append(ids);
        }
        if (layout.feature(feature).weighted()) {
            float[] weights = Objects.requireNonNull(sparse.weights(), "weights of a weighted feature");
            appender.append(Arrays.copyOfRange(weights, start, start + length));
        }
        values += length;
    }

    /// Writes the rows to a file and starts anew.
    void flushTo(Path file) {
        try {
            appender.close();
        } catch (SQLException e) {
            throw new IllegalStateException("cannot append to the staging table: " + e.getMessage(), e);
        }
        database.copy(name, file);
        database.execute("drop table " + name);
        rows = 0;
        values = 0;
        appender = open(name.substring(1, name.length() - 1));
    }

    /// One in-memory DuckDB.
    static final class Database implements AutoCloseable {
        private final DuckDBConnection connection;

        Database() {
            try {
                connection = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:");
            } catch (SQLException e) {
                throw new IllegalStateException("DuckDB cannot be started: " + e.getMessage(), e);
            }
        }

        void execute(String sql) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                throw new IllegalStateException("DuckDB refused '" + sql + "': " + e.getMessage(), e);
            }
        }

        void copy(String table, Path file) {
            String target = file.toString().replace("'", "''");
            try (Statement statement = connection.createStatement()) {
                statement.execute("copy " + table + " to '" + target + "' (format parquet, compression zstd, "
                        + "row_group_size " + ROW_GROUP_ROWS + ")");
            } catch (SQLException e) {
                throw new InputException(file + ": cannot be written (is the disk full?): " + e.getMessage(), e);
            }
        }

        @Override
        public void close() {
            try {
                connection.close();
            } catch (SQLException e) {
                throw new IllegalStateException("DuckDB cannot be closed: " + e.getMessage(), e);
            }
        }
    }
}
