package dev.herd.data.dataset;

import dev.hardwood.InputFile;
import dev.hardwood.metadata.FileMetaData;
import dev.hardwood.metadata.RowGroup;
import dev.hardwood.reader.ParquetFileReader;
import dev.herd.data.BatchReader;
import dev.herd.data.FeatureSchema;
import dev.herd.data.InputException;
import dev.herd.data.Progress;
import dev.herd.data.dataset.DatasetManifest.Part;
import dev.herd.data.dataset.DatasetManifest.Split;
import dev.herd.data.transform.FittedFeatures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A prepared dataset: a folder of Parquet parts under the description in `dataset.yaml`.
///
/// Opening checks that every part is there with its stated size; the checksum of a part is verified before
/// the first rows of it are handed out, or of all parts by [#verify].
/// A split that decodes to at most 512 MiB stays in memory after its first pass, up to 1 GiB for all
/// splits together.
///
/// **Throws** [InputException] naming the file when the description or a part is missing, truncated or
/// altered.
public final class Dataset {
    private static final long CACHE_BYTES = 1L << 30;

    private final Path folder;
    private final DatasetManifest manifest;
    private final RowLayout layout;
    private final Map<String, List<ReadPlan.Group>> groups = new ConcurrentHashMap<>();
    private final Set<String> verified = ConcurrentHashMap.newKeySet();
    private final Map<String, List<RowBlock>> decoded = new LinkedHashMap<>();
    private long decodedBytes;

    private Dataset(Path folder, DatasetManifest manifest) {
        this.folder = folder;
        this.manifest = manifest;
        layout = new RowLayout(manifest.requiredSchema());
    }

    public static Dataset open(Path folder) {
        Dataset dataset = new Dataset(folder, DatasetManifest.read(folder));
        dataset.manifest.splits().values().forEach(split -> split.parts().forEach(dataset::checkSize));
        return dataset;
    }

    public Path folder() {
        return folder;
    }

    public FeatureSchema schema() {
        return manifest.requiredSchema();
    }

    /// Names of the splits, in alphabetical order: usually `test`, `train` and `validation`.
    public Set<String> splits() {
        return manifest.splits().keySet();
    }

    public long rows(String split) {
        return split(split).rows();
    }

    /// What lies together in the parts.
    public ClusterBy clusterBy() {
        return manifest.clusterBy();
    }

    /// What is known of the rows beyond their schema: where they came from, figures of their making.
    public Map<String, String> provenance() {
        return manifest.provenance();
    }

    /// The rules that made the rows from raw ones, to make more alike; empty for rows that never were text.
    public Optional<FittedFeatures> features() {
        return Optional.ofNullable(manifest.transforms()).map(rules -> FittedFeatures.read(rules, folder));
    }

    /// Opens a stream over a split; the caller closes it. Several may be open at a time.
    ///
    /// **Throws** [InputException] when there is no such split, or a group names what is no id feature.
    public BatchReader reader(String split, ReadOptions options) {
        options.groups().check(schema(), folder);
        return new DatasetReader(this, split, ReadPlan.of(groups(split), options, clusterBy()), options);
    }

    /// Reads every part and compares its checksum.
    public void verify(Progress progress) {
        long bytes = manifest.splits().values().stream()
                .flatMap(split -> split.parts().stream())
                .mapToLong(Part::bytes)
                .sum();
        try (Progress.Task task = progress.start("verify", bytes, "bytes")) {
            for (Split split : manifest.splits().values()) {
                for (Part part : split.parts()) {
                    verified.remove(part.file());
                    checkContent(part);
                    task.advance(part.bytes());
                }
            }
        }
    }

    RowLayout layout() {
        return layout;
    }

    Path file(Part part) {
        return folder.resolve(part.file());
    }

    private Split split(String name) {
        Split split = manifest.splits().get(name);
        if (split == null) {
            throw InputException.of(
                    folder,
                    "has no split '" + name + "'; it has " + manifest.splits().keySet());
        }
        return split;
    }

    private void checkSize(Part part) {
        Path file = file(part);
        try {
            long size = Files.size(file);
            if (size != part.bytes()) {
                throw InputException.of(
                        file,
                        "has " + size + " bytes, dataset.yaml says " + part.bytes()
                                + ": truncated or replaced; copy it again or prepare the dataset again");
            }
        } catch (IOException e) {
            throw new InputException(
                    file + ": the part is listed in dataset.yaml but cannot be read; copy it again or prepare the"
                            + " dataset again",
                    e);
        }
    }

    /// Verifies the part's checksum unless that has been done.
    void checkContent(Part part) {
        if (verified.contains(part.file())) {
            return;
        }
        Path file = file(part);
        try {
            String found = Checksum.crc32c(file);
            if (!found.equals(part.crc32c())) {
                throw InputException.of(
                        file,
                        "its checksum is crc32c " + found + ", dataset.yaml says " + part.crc32c()
                                + ": the file was altered; copy it again or prepare the dataset again");
            }
        } catch (IOException e) {
            throw new InputException(file + ": cannot be read: " + e.getMessage(), e);
        }
        verified.add(part.file());
    }

    List<ReadPlan.Group> groups(String name) {
        Split split = split(name);
        return groups.computeIfAbsent(name, key -> {
            List<ReadPlan.Group> all = new ArrayList<>();
            split.parts().forEach(part -> all.addAll(groups(part)));
            return List.copyOf(all);
        });
    }

    private List<ReadPlan.Group> groups(Part part) {
        Path file = file(part);
        try (ParquetFileReader parquet = ParquetFileReader.open(InputFile.of(file))) {
            FileMetaData meta = parquet.getFileMetaData();
            if (meta.numRows() != part.rows()) {
                throw InputException.of(file, "holds " + meta.numRows() + " rows, dataset.yaml says " + part.rows());
            }
            requireColumns(file, parquet);
            List<ReadPlan.Group> all = new ArrayList<>();
            for (RowGroup group : meta.rowGroups()) {
                if (group.numRows() == 0) {
                    continue;
                }
                all.add(new ReadPlan.Group(part, group, ReadPlan.decodedBytes(layout, group)));
            }
            return all;
        } catch (InputException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new InputException(file + ": is not a readable Parquet file: " + e.getMessage(), e);
        }
    }

    private void requireColumns(Path file, ParquetFileReader parquet) {
        Set<String> present = new java.util.HashSet<>();
        parquet.getFileSchema()
                .getColumns()
                .forEach(column -> present.add(column.fieldPath().topLevelName()));
        for (String column : RowBlockDecoder.columns(layout)) {
            if (!present.contains(column)) {
                throw InputException.of(file, "has no column '" + column + "', which the schema in dataset.yaml names");
            }
        }
    }

    @Nullable
    List<RowBlock> cached(String split) {
        synchronized (decoded) {
            return decoded.get(split);
        }
    }

    /// Keeps a whole split's rows if they fit beside what is kept already.
    void keep(String split, List<RowBlock> blocks, long bytes) {
        synchronized (decoded) {
            if (!decoded.containsKey(split) && decodedBytes + bytes <= CACHE_BYTES) {
                decoded.put(split, blocks);
                decodedBytes += bytes;
            }
        }
    }
}
