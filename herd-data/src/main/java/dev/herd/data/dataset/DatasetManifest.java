package dev.herd.data.dataset;

import dev.herd.data.FeatureSchema;
import dev.herd.data.InputException;
import dev.herd.data.config.Config;
import dev.herd.data.config.Doc;
import dev.herd.data.transform.FeaturePipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What `dataset.yaml` says.
record DatasetManifest(
        @Doc("version of the folder's format") int version,
        @Doc("what the columns mean") @Nullable FeatureSchema schema,

        @Doc("how raw rows become features; null when the rows never were text") @Nullable
        FeaturePipeline transforms,

        @Doc("session when the rows of a session lie together, else none")
        ClusterBy clusterBy,

        @Doc("the splits and their parts") Map<String, Split> splits,

        @Doc("where the rows came from and what else is known of them")
        Map<String, String> provenance) {
    static final int VERSION = 1;
    static final String FILE = "dataset.yaml";
    private static final DatasetManifest EMPTY = new DatasetManifest(0, null, null, ClusterBy.NONE, Map.of(), Map.of());

    DatasetManifest {
        splits = java.util.Collections.unmodifiableMap(new TreeMap<>(splits));
        provenance = java.util.Collections.unmodifiableMap(new TreeMap<>(provenance));
    }

    /// @param rows over all parts
    record Split(long rows, List<Part> parts) {
        Split {
            parts = List.copyOf(parts);
            long sum = parts.stream().mapToLong(Part::rows).sum();
            if (sum != rows) {
                throw new IllegalArgumentException("the parts hold " + sum + " rows, the split says " + rows);
            }
        }
    }

    /// One Parquet file.
    ///
    /// @param file path relative to the folder
    /// @param bytes size of the file
    /// @param crc32c CRC-32C (Castagnoli) of the whole file, eight hexadecimal digits
    record Part(String file, long rows, long bytes, String crc32c) {}

    static DatasetManifest read(Path folder) {
        Path file = folder.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            throw InputException.of(file, "not found; a dataset folder is made by `herd prepare` or `herd generate`");
        }
        DatasetManifest manifest = Config.read(file, List.of(), EMPTY);
        if (manifest.version != VERSION) {
            throw InputException.of(
                    file,
                    manifest.version == 0
                            ? "has no `version`: not the description of a dataset, or cut off"
                            : "is of format " + manifest.version + ", this Herd reads " + VERSION
                                    + "; prepare the dataset again");
        }
        if (manifest.schema == null || manifest.splits.isEmpty()) {
            throw InputException.of(file, "lacks its schema or its splits: cut off; prepare the dataset again");
        }
        if (manifest.clusterBy == ClusterBy.SESSION && manifest.schema.session() == null) {
            throw InputException.of(
                    file, "says cluster_by: session, its schema has no session column; prepare the dataset again");
        }
        return manifest;
    }

    FeatureSchema requiredSchema() {
        return Objects.requireNonNull(schema);
    }

    void write(Path folder) throws IOException {
        Files.writeString(folder.resolve(FILE), Config.write(this));
    }
}
