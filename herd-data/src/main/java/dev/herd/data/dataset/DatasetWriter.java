package dev.herd.data.dataset;

import dev.herd.data.Batch;
import dev.herd.data.FeatureSchema;
import dev.herd.data.InputException;
import dev.herd.data.transform.FeaturePipeline;
import dev.herd.data.transform.FittedFeatures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Writes a dataset folder from batches, in memory that does not depend on their number.
///
/// Everything goes to `<folder>.incomplete`; [#finish] writes `dataset.yaml` last and renames the folder,
/// so that a folder with the final name is always whole. Closing without finishing removes what was
/// written.
///
/// ```java
/// try (DatasetWriter writer = DatasetWriter.create(folder, schema)) {
///     writer.write("train", batch);
///     Dataset dataset = writer.finish();
/// }
/// ```
///
/// **Throws** [InputException] when the target exists or the disk is full.
/// **Owner**: used by one thread at a time; whoever created it closes it.
public final class DatasetWriter implements AutoCloseable {
    private final Path target;
    private final Path folder;
    private final RowLayout layout;
    private final ListStorage storage;
    private final SortedMap<String, SplitWriter> splits = new TreeMap<>();
    private final SortedMap<String, String> provenance = new TreeMap<>();
    private final ExecutorService background;
    private @Nullable FeaturePipeline transforms;
    private boolean finished;

    private DatasetWriter(Path target, Path folder, FeatureSchema schema, ListStorage storage) {
        this.target = target;
        this.folder = folder;
        layout = new RowLayout(schema);
        this.storage = storage;
        background = Executors.newCachedThreadPool(
                Thread.ofPlatform().daemon().name("herd-write-", 0).factory());
    }

    public static DatasetWriter create(Path folder, FeatureSchema schema) {
        return create(folder, schema, ListStorage.RUNS_ONCE);
    }

    public static DatasetWriter create(Path folder, FeatureSchema schema, ListStorage storage) {
        Path target = folder.toAbsolutePath().normalize();
        requireAbsent(folder);
        requirePlainNames(schema);
        Path incomplete = target.resolveSibling(target.getFileName() + ".incomplete");
        try {
            removeTree(incomplete);
            Files.createDirectories(incomplete);
        } catch (IOException e) {
            throw new InputException(incomplete + ": cannot be created: " + e.getMessage(), e);
        }
        return new DatasetWriter(target, incomplete, schema, storage);
    }

    /// **Throws** [InputException] when there is something in the place of a dataset to be written.
    public static void requireAbsent(Path folder) {
        if (Files.exists(folder)) {
            throw InputException.of(folder, "already exists; name a folder that does not, or remove this one");
        }
    }

    private static void requirePlainNames(FeatureSchema schema) {
        RowLayout layout = new RowLayout(schema);
        Stream.concat(
                        schema.labels().stream(),
                        Stream.concat(schema.dense().stream().map(d -> d.name()), layout.keys.stream()))
                .filter(name -> name.isBlank() || name.contains("#") || name.contains("\""))
                .findFirst()
                .ifPresent(name -> {
                    throw new InputException("the column name '" + name
                            + "' cannot be stored: a name must not be blank nor contain '#' or a double quote");
                });
    }

    /// The folder while it is being written, for files that belong beside the parts, such as vocabularies.
    public Path folder() {
        return folder;
    }

    /// Stores the rules that make such rows from raw ones, with their vocabularies.
    public void features(FittedFeatures features) {
        features.write(folder);
        transforms = features.pipeline();
    }

    /// Adds an entry to the provenance in `dataset.yaml`.
    public void note(String key, String value) {
        provenance.put(key, value);
    }

    /// Appends rows to a split; its name becomes part of file names, so letters, digits, `-` and `_` only.
    public void write(String split, Batch batch) {
        if (!split.matches("[A-Za-z0-9_-]+")) {
            throw new IllegalArgumentException(
                    "a split's name is made of letters, digits, '-' and '_', got '" + split + "'");
        }
        if (!batch.features().keys().equals(layout.keys)) {
            throw new IllegalArgumentException(
                    "the batch has the sparse features " + batch.features().keys() + ", the schema has " + layout.keys);
        }
        splits.computeIfAbsent(split, name -> new SplitWriter(name, folder, layout, storage, background))
                .write(batch.withoutGroups());
    }

    /// Writes what is buffered and the description, and gives the folder its name.
    public Dataset finish() {
        SortedMap<String, DatasetManifest.Split> written = new TreeMap<>();
        for (Map.Entry<String, SplitWriter> entry : splits.entrySet()) {
            List<DatasetManifest.Part> parts = entry.getValue().finish();
            long rows = parts.stream().mapToLong(DatasetManifest.Part::rows).sum();
            written.put(entry.getKey(), new DatasetManifest.Split(rows, parts));
        }
        try {
            new DatasetManifest(DatasetManifest.VERSION, layout.schema, transforms, written, provenance).write(folder);
            Files.move(folder, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new InputException(folder + ": cannot be completed: " + e.getMessage(), e);
        }
        finished = true;
        return Dataset.open(target);
    }

    @Override
    public void close() {
        splits.values().forEach(SplitWriter::close);
        background.shutdown();
        if (!finished) {
            try {
                removeTree(folder);
            } catch (IOException e) {
                throw new InputException(folder + ": cannot be removed: " + e.getMessage(), e);
            }
        }
    }

    private static void removeTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
