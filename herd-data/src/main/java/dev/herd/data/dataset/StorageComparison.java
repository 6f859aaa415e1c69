package dev.herd.data.dataset;

import dev.herd.data.Batch;
import dev.herd.data.BatchReader;
import dev.herd.data.InputException;
import dev.herd.data.Progress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How many bytes the same rows take in two layouts.
///
/// Both are written by the same writer: Parquet version 1, zstd at its default level, plain or dictionary
/// pages as the values ask for, row groups of at most 65,536 rows.
///
/// ```java
/// Dataset log = SyntheticLog.write(config, folder.resolve("log"), 2, progress);
/// Dataset plain = StorageComparison.rewrite(log, folder.resolve("plain"), ListStorage.WRITTEN_OUT, 2,
/// progress); Clustering clustering = new Clustering(512L << 20, null, progress);
/// Dataset clustered =
///         StorageComparison.cluster(log, folder.resolve("clustered"), ListStorage.RUNS_ONCE, clustering, 2);
/// double ratio = StorageComparison.of(plain, clustered).ratio();
/// ```
///
/// **Paper**: RecD (arXiv 2211.05239), O1 and O2: storage is the compressed bytes of the table before and
/// after.
///
/// @param columns in the order of the parts
public record StorageComparison(long rows, List<Column> columns) {
    private static final int BATCH = 8192;

    public StorageComparison {
        columns = List.copyOf(columns);
    }

    /// The compressed bytes of one column, over all splits.
    public record Column(String name, long before, long after) {
        public double ratio() {
            return (double) before / after;
        }
    }

    public long before() {
        return columns.stream().mapToLong(Column::before).sum();
    }

    public long after() {
        return columns.stream().mapToLong(Column::after).sum();
    }

    /// How many times smaller the second layout is.
    public double ratio() {
        return (double) before() / after();
    }

    /// Compares the columns of two datasets of the same rows; files' footers, checksums and the like are
    /// not counted.
    ///
    /// **Throws** [InputException] when the schemas or the numbers of rows differ.
    public static StorageComparison of(Dataset before, Dataset after) {
        if (!before.schema().equals(after.schema()) || !rows(before).equals(rows(after))) {
            throw new InputException(before.folder() + " and " + after.folder()
                    + " cannot be compared: their schemas or numbers of rows differ, " + rows(before) + " and "
                    + rows(after) + "; write both layouts from the same dataset");
        }
        Map<String, Long> old = bytes(before);
        Map<String, Long> now = bytes(after);
        List<Column> columns = new ArrayList<>();
        old.forEach((name, bytes) -> columns.add(new Column(name, bytes, now.getOrDefault(name, 0L))));
        return new StorageComparison(
                rows(before).values().stream().mapToLong(Long::longValue).sum(), columns);
    }

    private static Map<String, Long> rows(Dataset dataset) {
        Map<String, Long> rows = new LinkedHashMap<>();
        dataset.splits().forEach(split -> rows.put(split, dataset.rows(split)));
        return rows;
    }

    private static Map<String, Long> bytes(Dataset dataset) {
        Map<String, Long> bytes = new LinkedHashMap<>();
        for (String split : dataset.splits()) {
            for (ReadPlan.Group group : dataset.groups(split)) {
                for (var column : group.meta().columns()) {
                    bytes.merge(
                            column.metaData().pathInSchema().topLevelName(),
                            column.metaData().totalCompressedSize(),
                            Long::sum);
                }
            }
        }
        return bytes;
    }

    /// Writes the rows of a dataset to another folder, in their order.
    public static Dataset rewrite(Dataset source, Path folder, ListStorage storage, int threads, Progress progress) {
        try (DatasetWriter writer = DatasetWriter.create(folder, source.schema(), storage)) {
            return copy(source, writer, threads, progress);
        }
    }

    /// Writes the rows of a dataset to another folder, clustered by session.
    public static Dataset cluster(
            Dataset source, Path folder, ListStorage storage, Clustering clustering, int threads) {
        try (DatasetWriter writer = DatasetWriter.clustered(folder, source.schema(), storage, clustering)) {
            return copy(source, writer, threads, clustering.progress());
        }
    }

    private static Dataset copy(Dataset source, DatasetWriter writer, int threads, Progress progress) {
        source.features().ifPresent(writer::features);
        source.provenance().forEach(writer::note);
        long rows = rows(source).values().stream().mapToLong(Long::longValue).sum();
        try (Progress.Task task = progress.start("copy", rows, "rows")) {
            for (String split : source.splits()) {
                try (BatchReader reader = source.reader(split, ReadOptions.inOrder(BATCH, threads))) {
                    for (Optional<Batch> batch = reader.next(); batch.isPresent(); batch = reader.next()) {
                        writer.write(split, batch.get());
                        task.advance(batch.get().size());
                    }
                }
            }
        }
        return writer.finish();
    }
}
