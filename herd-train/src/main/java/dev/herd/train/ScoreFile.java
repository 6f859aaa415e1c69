package dev.herd.train;

import dev.herd.data.Batch;
import dev.herd.data.FeatureSchema;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A table of scores beside what identifies the rows, written as CSV and turned into Parquet at the end if wanted.
///
/// **Owner**: whoever created it closes it; without [#finish] nothing is left.
/// **Throws** `UncheckedIOException` naming the file when the disk is full or fails.
final class ScoreFile implements AutoCloseable {
    private final Path target;
    private final Path unfinished;
    private final FeatureSchema schema;
    private final boolean labelled;
    private final BufferedWriter out;

    private ScoreFile(Path target, Path unfinished, FeatureSchema schema, boolean labelled, BufferedWriter out) {
        this.target = target;
        this.unfinished = unfinished;
        this.schema = schema;
        this.labelled = labelled;
        this.out = out;
    }

    /// @param identity name of the first column
    /// @param labelled whether the rows' labels are known
    static ScoreFile create(Path target, FeatureSchema schema, String identity, boolean labelled) {
        Path unfinished = target.resolveSibling(target.getFileName() + ".incomplete");
        try {
            BufferedWriter out = Files.newBufferedWriter(unfinished, StandardCharsets.UTF_8);
            ScoreFile file = new ScoreFile(target, unfinished, schema, labelled, out);
            out.append(String.join(",", file.columns(identity))).append('\n');
            return file;
        } catch (IOException e) {
            throw failure(target, e);
        }
    }

    private List<String> columns(String identity) {
        List<String> columns = new ArrayList<>();
        columns.add(identity);
        addQuoted(columns, schema.session());
        addQuoted(columns, schema.timestamp());
        for (String label : schema.labels()) {
            if (labelled) {
                addQuoted(columns, label);
            }
            addQuoted(columns, label + "_score");
        }
        return columns;
    }

    private static void addQuoted(List<String> columns, @Nullable String name) {
        if (name != null) {
            columns.add(name.matches("[A-Za-z0-9_.-]+") ? name : '"' + name.replace("\"", "\"\"") + '"');
        }
    }

    /// Adds a batch. **Shapes**: identities `[B]`, probabilities `[B*K]`.
    void add(long[] identities, Batch batch, float[] probabilities) {
        int tasks = schema.labels().size();
        StringBuilder lines = new StringBuilder();
        for (int row = 0; row < batch.size(); row++) {
            lines.append(identities[row]);
            if (schema.session() != null) {
                lines.append(',').append(batch.sessions()[row]);
            }
            if (schema.timestamp() != null) {
                lines.append(',').append(batch.timestamps()[row]);
            }
            for (int at = row * tasks; at < (row + 1) * tasks; at++) {
                if (labelled) {
                    lines.append(',').append(number(batch.labels()[at]));
                }
                lines.append(',').append(probabilities[at]);
            }
            lines.append('\n');
        }
        try {
            out.append(lines);
        } catch (IOException e) {
            throw failure(target, e);
        }
    }

    private static String number(float value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Float.toString(value);
    }

    /// Gives the complete file its name.
    void finish() {
        try {
            out.close();
            if (target.toString().endsWith(".parquet")) {
                toParquet();
            }
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw failure(target, e);
        }
    }

    private void toParquet() throws IOException {
        Path parquet = target.resolveSibling(target.getFileName() + ".incomplete.parquet");
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("copy (select * from read_csv(" + literal(unfinished) + ", header = true)) to "
                    + literal(parquet) + " (format parquet, compression zstd)");
        } catch (SQLException e) {
            Files.deleteIfExists(parquet);
            throw new IOException(e.getMessage(), e);
        }
        Files.move(parquet, unfinished, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String literal(Path path) {
        return "'" + path.toString().replace("'", "''") + "'";
    }

    private static UncheckedIOException failure(Path target, IOException e) {
        return new UncheckedIOException(target + ": cannot be written: " + e.getMessage(), e);
    }

    @Override
    public void close() {
        try {
            out.close();
            Files.deleteIfExists(unfinished);
        } catch (IOException e) {
            throw failure(target, e);
        }
    }
}
