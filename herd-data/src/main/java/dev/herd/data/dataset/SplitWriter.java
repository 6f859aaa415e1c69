package dev.herd.data.dataset;

import dev.herd.data.Batch;
import dev.herd.data.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Cuts the rows of one split into parts.
final class SplitWriter {
    static final int PART_ROWS = 8 * PartTable.ROW_GROUP_ROWS;
    static final long PART_VALUES = 64L << 20;

    private final String split;
    private final Path folder;
    private final RowLayout layout;
    private final PartTable table;
    private final List<DatasetManifest.Part> parts = new ArrayList<>();

    SplitWriter(String split, Path folder, RowLayout layout, PartTable.Database database) {
        this.split = split;
        this.folder = folder;
        this.layout = layout;
        table = new PartTable(database, split, layout);
    }

    void write(Batch batch) {
        requireShape(batch);
        for (int from = 0; from < batch.size(); ) {
            int count = Math.min(batch.size() - from, PART_ROWS - table.rows());
            table.append(batch, from, count);
            from += count;
            if (table.rows() == PART_ROWS || table.values() >= PART_VALUES) {
                flush();
            }
        }
    }

    private void requireShape(Batch batch) {
        int size = batch.size();
        int dense = layout.numbers - layout.labels;
        if (batch.labels().length != size * layout.labels || batch.features().dense().length != size * dense) {
            throw new IllegalArgumentException("a batch of " + size + " rows needs " + size * layout.labels
                    + " labels and " + size * dense + " dense values for the schema, got " + batch.labels().length
                    + " and " + batch.features().dense().length);
        }
        if (layout.hasSession() && batch.sessions().length != size
                || layout.hasTimestamp() && batch.timestamps().length != size) {
            throw new IllegalArgumentException("the schema names a session or timestamp column, the batch has none");
        }
        for (int f = 0; f < layout.keys.size(); f++) {
            requireIds(batch, f);
        }
    }

    private void requireIds(Batch batch, int feature) {
        int size = batch.size();
        int[] offsets = batch.features().sparse().offsets();
        long[] values = batch.features().sparse().values();
        long rows = layout.feature(feature).rows();
        for (int i = offsets[feature * size]; i < offsets[(feature + 1) * size]; i++) {
            if (values[i] < 0 || values[i] >= rows) {
                throw new IllegalArgumentException("feature '" + layout.keys.get(feature) + "' has ids in [0, " + rows
                        + "), the batch holds " + values[i]);
            }
        }
    }

    List<DatasetManifest.Part> finish() {
        if (table.rows() > 0) {
            flush();
        }
        return parts;
    }

    private void flush() {
        String name = String.format("%s-%05d.parquet", split, parts.size());
        Path file = folder.resolve(name);
        int rows = table.rows();
        table.flushTo(file);
        try {
            parts.add(new DatasetManifest.Part(name, rows, Files.size(file), Checksum.crc32c(file)));
        } catch (IOException e) {
            throw new InputException(file + ": cannot be read back: " + e.getMessage(), e);
        }
    }
}
