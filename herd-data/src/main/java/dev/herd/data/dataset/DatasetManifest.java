package dev.herd.data.dataset;

import dev.herd.data.FeatureSchema;
import dev.herd.data.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// What `dataset.yaml` says.
///
/// @param version of the folder's format
/// @param provenance where the rows came from and what else is known of them, for people and reports
record DatasetManifest(
        int version, FeatureSchema schema, SortedMap<String, Split> splits, SortedMap<String, String> provenance) {
    static final int VERSION = 1;
    static final String FILE = "dataset.yaml";

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    DatasetManifest {
        if (version != VERSION) {
            throw new IllegalArgumentException("this Herd reads dataset format " + VERSION + ", the folder has format "
                    + version + "; prepare it again");
        }
        splits = new TreeMap<>(splits);
        provenance = new TreeMap<>(provenance);
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
        try {
            return YAML.readValue(Files.readString(file), DatasetManifest.class);
        } catch (JacksonException e) {
            var at = e.getLocation();
            String what = "not a dataset description: " + e.getOriginalMessage();
            throw at == null || at.getLineNr() < 1
                    ? InputException.of(file, what)
                    : InputException.at(file, at.getLineNr(), at.getColumnNr(), what);
        } catch (IOException e) {
            throw new InputException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    void write(Path folder) throws IOException {
        Files.writeString(folder.resolve(FILE), YAML.writeValueAsString(this));
    }

    /// Maps used by the constructor, made unmodifiable for callers.
    Map<String, Split> splitsByName() {
        return java.util.Collections.unmodifiableSortedMap(splits);
    }
}
