package dev.herd.bench.read;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;

/// The same work in DuckDB.
///
/// **Owner**: close it.
final class DuckReader implements AutoCloseable {
    private final Connection connection;

    private DuckReader(Connection connection) {
        this.connection = connection;
    }

    static DuckReader create(int threads) {
        try {
            Connection connection = DriverManager.getConnection("jdbc:duckdb:");
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET threads = " + threads);
            }
            return new DuckReader(connection);
        } catch (SQLException e) {
            throw new IllegalStateException("DuckDB cannot be started: " + e.getMessage(), e);
        }
    }

    /// Reads and hashes a Criteo file inside DuckDB; only sums come out, so handing rows to Java costs it nothing.
    long readCriteo(Path file, int buckets) {
        StringBuilder columns = new StringBuilder("{'label': 'INTEGER'");
        StringBuilder sums = new StringBuilder("count(*), sum(label)");
        for (int i = 1; i <= CriteoFile.INTEGERS; i++) {
            columns.append(", 'I").append(i).append("': 'INTEGER'");
            sums.append(", sum(ln(1 + greatest(coalesce(I").append(i).append(", 0), 0)))");
        }
        for (int i = 1; i <= CriteoFile.IDS; i++) {
            columns.append(", 'C").append(i).append("': 'VARCHAR'");
            sums.append(", sum(hash(C").append(i).append(") % ").append(buckets).append(')');
        }
        String query = "SELECT " + sums + " FROM read_csv('" + file + "', delim = '\t', header = false, quote = '',"
                + " columns = " + columns + "})";
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            result.next();
            return result.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException("DuckDB cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /// Reads all columns of Parquet files row by row through JDBC.
    long readParquet(Path folder) {
        String query = "SELECT * FROM read_parquet('" + folder + "/**/*.parquet')";
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            ResultSetMetaData meta = result.getMetaData();
            int columns = meta.getColumnCount();
            boolean[] real = new boolean[columns];
            for (int c = 0; c < columns; c++) {
                real[c] = meta.getColumnTypeName(c + 1).equals("FLOAT");
            }
            long rows = 0;
            float[] numbers = new float[columns];
            long[] ids = new long[columns];
            while (result.next()) {
                for (int c = 0; c < columns; c++) {
                    if (real[c]) {
                        numbers[c] = result.getFloat(c + 1);
                    } else {
                        ids[c] = result.getLong(c + 1);
                    }
                }
                rows++;
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException("DuckDB cannot read " + folder + ": " + e.getMessage(), e);
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
