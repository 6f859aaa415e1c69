package dev.herd.data.prepare;

import dev.herd.data.Folders;
import dev.herd.data.InputException;
import dev.herd.data.Progress;
import dev.herd.data.raw.FaultLog;
import dev.herd.data.raw.OrderedPipe;
import dev.herd.data.raw.RawBlock;
import dev.herd.data.raw.RawFormat;
import dev.herd.data.raw.RawInput;
import dev.herd.data.raw.RawReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/// Inputs as tables of text in a DuckDB file, for joins and orders that do not fit a single pass.
///
/// **Owner**: whoever created it closes it, which removes its folder.
final class Staging implements AutoCloseable {
    static final String LINE = "#line";
    static final String SPLIT = "#split";

    private final Path folder;
    private final int threads;
    private final FaultLog faults;
    private final DuckDBConnection connection;

    Staging(Path folder, Resources resources, FaultLog faults) {
        this.folder = folder;
        threads = resources.threads();
        this.faults = faults;
        try {
            Folders.delete(folder);
            Files.createDirectories(folder);
            connection = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:" + folder.resolve("rows.duckdb"));
        } catch (IOException | SQLException e) {
            throw new InputException(folder + ": cannot stage the input there: " + e.getMessage(), e);
        }
        execute("set memory_limit = '" + (resources.staging() >> 20) + "MiB'");
    }

    /// Imports an input as a table, with the line of every row in [#LINE]; returns the number of rows.
    long load(String name, RawInput input, Progress.Task task) {
        long rows = 0;
        RawReader reader = RawReader.open(input, "inputs." + name);
        try (OrderedPipe<RawBlock> blocks = OrderedPipe.create(reader, threads, block -> block)) {
            execute("create table " + quoted(name) + " ("
                    + reader.columns().stream()
                            .map(c -> quoted(c) + " varchar, ")
                            .collect(Collectors.joining())
                    + quoted(LINE) + " bigint)");
            try (DuckDBAppender appender = connection.createAppender(name)) {
                long done = 0;
                for (RawBlock block = blocks.next(); block != null; block = blocks.next()) {
                    faults.accept(block.faults());
                    append(block, appender);
                    rows += block.rows();
                    task.advance(reader.bytesRead() - done);
                    done = reader.bytesRead();
                }
            }
        } catch (SQLException e) {
            throw failure(e);
        }
        return rows;
    }

    private static void append(RawBlock block, DuckDBAppender appender) throws SQLException {
        for (int r = 0; r < block.rows(); r++) {
            appender.beginRow();
            for (int c = 0; c < block.columns(); c++) {
                if (block.isMissing(r, c)) {
                    appender.appendNull();
                } else {
                    appender.append(block.text(r, c));
                }
            }
            appender.append(block.lines()[r]);
            appender.endRow();
        }
    }

    /// Writes the rows of a SELECT to a Parquet file, which a [RowSource] can read.
    RawInput save(String select, boolean ordered) {
        Path file = folder.resolve("rows.parquet");
        // Without an order of its own the result must not depend on how threads happen to interleave.
        execute("set threads = " + (ordered ? threads : 1));
        execute("copy (" + select + ") to '" + file.toString().replace("'", "''")
                + "' (format parquet, compression zstd)");
        return RawInput.of(file, new RawFormat.Parquet());
    }

    /// The rows of a SELECT, ordered and with their splits in the column [#SPLIT].
    static String ordered(String rows, String partition, List<String> order, SplitRatios ratios) {
        String by = order.stream()
                .map(c -> "try_cast(" + quoted(c) + " as double), " + quoted(c))
                .collect(Collectors.joining(", "));
        int total = ratios.total();
        return "with rows as (" + rows + "), numbered as (select *, row_number() over (" + partition + " order by " + by
                + ") - 1 as \"#j\", count(*) over (" + partition + ") as \"#n\" from rows) "
                + "select * exclude (\"#j\", \"#n\"), case when \"#j\" < \"#n\" * " + ratios.train() + " // " + total
                + " then 'train' when \"#j\" < \"#n\" * " + (ratios.train() + ratios.validation()) + " // " + total
                + " then 'validation' else 'test' end as " + quoted(SPLIT) + " from numbered order by " + by;
    }

    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private void execute(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private static InputException failure(SQLException e) {
        return new InputException("the query or its staging failed: " + e.getMessage(), e);
    }

    @Override
    public void close() {
        try {
            connection.close();
            Folders.delete(folder);
        } catch (IOException | SQLException e) {
            throw new InputException(folder + ": cannot be removed: " + e.getMessage(), e);
        }
    }
}
