package dev.herd.data.dataset;

import dev.herd.data.Batch;
import dev.herd.data.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// Cuts the rows of one split into parts. A full part is written by another thread while the next one
/// fills; at most two are in memory.
final class SplitWriter implements AutoCloseable {
    static final int PART_ROWS = 8 * PartTable.ROW_GROUP_ROWS;
    static final long PART_VALUES = 32L << 20;
    private static final int COPY_THREADS = 2;

    private final String split;
    private final Path folder;
    private final RowLayout layout;
    private final ListStorage storage;
    private final Executor background;
    private final List<DatasetManifest.Part> parts = new ArrayList<>();
    private @Nullable PartTable table;
    private @Nullable CompletableFuture<DatasetManifest.Part> writing;
    private int started;

    SplitWriter(String split, Path folder, RowLayout layout, ListStorage storage, Executor background) {
        this.split = split;
        this.folder = folder;
        this.layout = layout;
        this.storage = storage;
        this.background = background;
    }

    void write(Batch batch) {
        requireShape(batch);
        for (int from = 0; from < batch.size(); ) {
            PartTable open = table == null ? new PartTable(layout, storage, COPY_THREADS) : table;
            table = open;
            int count = Math.min(batch.size() - from, PART_ROWS - open.rows());
            open.append(batch, from, count);
            from += count;
            if (open.rows() == PART_ROWS || open.values() >= PART_VALUES) {
                flush(open);
            }
        }
    }

    /// Appends rows to the part being filled.
    void append(Batch batch, int from, int count) {
        PartTable open = table == null ? new PartTable(layout, storage, COPY_THREADS) : table;
        table = open;
        open.append(batch, from, count);
    }

    /// Rows of the part being filled.
    int open() {
        return table == null ? 0 : table.rows();
    }

    /// Numbers and ids of the part being filled.
    long openValues() {
        return table == null ? 0 : table.values();
    }

    /// Ends the part being filled, if any.
    void endPart() {
        if (table != null) {
            flush(table);
        }
    }

    void requireShape(Batch batch) {
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
        int[] offsets = batch.features().sparse().offsets();
        for (int f = 0; f < layout.keys.size(); f++) {
            requireIds(batch, f, offsets[f * size], offsets[(f + 1) * size]);
        }
        for (int f : layout.singles) {
            requireOnePerRow(f, size, offsets);
        }
    }

    private void requireIds(Batch batch, int feature, int from, int to) {
        long[] values = batch.features().sparse().values();
        long rows = layout.feature(feature).rows();
        for (int i = from; i < to; i++) {
            if (values[i] < 0 || values[i] >= rows) {
                throw new IllegalArgumentException("feature '" + layout.keys.get(feature) + "' has ids in [0, " + rows
                        + "), the batch holds " + values[i]);
            }
        }
    }

    private void requireOnePerRow(int feature, int size, int[] offsets) {
        for (int b = 0, at = feature * size; b < size; b++, at++) {
            if (offsets[at + 1] - offsets[at] != 1) {
                throw new IllegalArgumentException("feature '" + layout.keys.get(feature)
                        + "' is single-valued, row " + b + " of the batch holds " + (offsets[at + 1] - offsets[at])
                        + " ids");
            }
        }
    }

    List<DatasetManifest.Part> finish() {
        endPart();
        await();
        return parts;
    }

    private void flush(PartTable full) {
        await();
        table = null;
        Path file = folder.resolve(String.format("%s-%05d.parquet", split, started++));
        writing = CompletableFuture.supplyAsync(() -> write(full, file), background);
    }

    private static DatasetManifest.Part write(PartTable full, Path file) {
        try (full) {
            full.writeTo(file);
            return new DatasetManifest.Part(
                    file.getFileName().toString(), full.rows(), Files.size(file), Checksum.crc32c(file));
        } catch (IOException e) {
            throw new InputException(file + ": cannot be read back: " + e.getMessage(), e);
        }
    }

    private void await() {
        CompletableFuture<DatasetManifest.Part> before = writing;
        writing = null;
        if (before != null) {
            try {
                parts.add(before.join());
            } catch (CompletionException e) {
                throw e.getCause() instanceof InputException input ? input : e;
            }
        }
    }

    /// Waits for a part being written and drops one being filled.
    @Override
    public void close() {
        if (writing != null) {
            writing.handle((part, failure) -> part).join();
        }
        if (table != null) {
            table.close();
            table = null;
        }
    }
}
