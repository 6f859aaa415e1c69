package dev.herd.data.dataset;

import dev.herd.data.Batch;
import dev.herd.data.FeatureSchema;
import dev.herd.data.Folders;
import dev.herd.data.InputException;
import dev.herd.data.cluster.SessionSorter;
import dev.herd.data.transform.FeaturePipeline;
import dev.herd.data.transform.FittedFeatures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
/// A clustered writer takes the rows in any order and sorts them when it finishes: shards of sessions by
/// hash, a session's rows together and by time. Its parts hold whole sessions.
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
    private final @Nullable SessionSorter sorter;
    private @Nullable FeaturePipeline transforms;
    private boolean finished;

    private DatasetWriter(
            Path target, Path folder, FeatureSchema schema, ListStorage storage, @Nullable SessionSorter sorter) {
        this.sorter = sorter;
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
        return new DatasetWriter(
                folder.toAbsolutePath().normalize(), incomplete(folder, schema), schema, storage, null);
    }

    /// A writer that clusters rows by session.
    ///
    /// **Throws** [InputException] also when the schema has no session column or the folder for temporary
    /// files does not exist.
    public static DatasetWriter clustered(
            Path folder, FeatureSchema schema, ListStorage storage, Clustering clustering) {
        if (schema.session() == null) {
            throw new InputException(
                    "cluster_by: session needs a session column, the schema has none; name one by the key"
                            + " features.session");
        }
        Path temp = clustering.temp();
        if (temp != null && !Files.isDirectory(temp)) {
            throw InputException.of(temp, "no such folder for temporary files; name an existing one");
        }
        Path target = folder.toAbsolutePath().normalize();
        String name = target.getFileName() + ".spill";
        Path spill = temp == null ? target.resolveSibling(name) : temp.resolve(name);
        Path incomplete = incomplete(folder, schema);
        return new DatasetWriter(
                target,
                incomplete,
                schema,
                storage,
                SessionSorter.create(schema, spill, clustering.memory(), clustering.progress()));
    }

    /// Makes the folder that will be renamed at the end.
    private static Path incomplete(Path folder, FeatureSchema schema) {
        requireAbsent(folder);
        requirePlainNames(schema);
        Path target = folder.toAbsolutePath().normalize();
        Path incomplete = target.resolveSibling(target.getFileName() + ".incomplete");
        try {
            Folders.delete(incomplete);
            Files.createDirectories(incomplete);
        } catch (IOException e) {
            throw new InputException(incomplete + ": cannot be created: " + e.getMessage(), e);
        }
        return incomplete;
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
        SplitWriter writer = writer(split);
        Batch whole = batch.withoutGroups();
        if (sorter == null) {
            writer.write(whole);
        } else {
            writer.requireShape(whole);
            sorter.add(split, whole);
        }
    }

    private SplitWriter writer(String split) {
        return splits.computeIfAbsent(split, name -> new SplitWriter(name, folder, layout, storage, background));
    }

    /// Writes the sorted rows in parts of whole sessions.
    private void drain(SessionSorter sorted) {
        Map<String, SessionCut> cuts = new TreeMap<>();
        sorted.drain((split, batch) -> cuts.computeIfAbsent(split, name -> new SessionCut(writer(name)))
                .write(batch));
        cuts.values().forEach(SessionCut::finish);
        long cut = cuts.values().stream().mapToLong(SessionCut::sessionsCut).sum();
        if (cut > 0) {
            note("sessions_cut", cut + " sessions are longer than a part and lie in several");
        }
        note("clustered_in_runs", String.valueOf(sorted.runs()));
    }

    /// Writes what is buffered and the description, and gives the folder its name.
    public Dataset finish() {
        if (sorter != null) {
            drain(sorter);
        }
        SortedMap<String, DatasetManifest.Split> written = new TreeMap<>();
        for (Map.Entry<String, SplitWriter> entry : splits.entrySet()) {
            List<DatasetManifest.Part> parts = entry.getValue().finish();
            long rows = parts.stream().mapToLong(DatasetManifest.Part::rows).sum();
            written.put(entry.getKey(), new DatasetManifest.Split(rows, parts));
        }
        try {
            new DatasetManifest(
                            DatasetManifest.VERSION,
                            layout.schema,
                            transforms,
                            sorter == null ? ClusterBy.NONE : ClusterBy.SESSION,
                            written,
                            provenance)
                    .write(folder);
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
        if (sorter != null) {
            sorter.close();
        }
        if (!finished) {
            Folders.remove(folder);
        }
    }
}
