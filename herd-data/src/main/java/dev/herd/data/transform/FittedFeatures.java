package dev.herd.data.transform;

import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.DenseFeature;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.data.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/// A pipeline with every parameter known, and its vocabularies by name: what turns raw rows into features.
public record FittedFeatures(FeaturePipeline pipeline, SortedMap<String, Vocabulary> vocabularies) {
    /// Folder of the vocabularies inside a dataset.
    public static final String FOLDER = "vocabularies";

    public FittedFeatures {
        vocabularies = new TreeMap<>(vocabularies);
    }

    /// What the pipeline makes of a row.
    public FeatureSchema schema() {
        return new FeatureSchema(
                pipeline.labels().stream().map(LabelColumn::name).toList(),
                pipeline.dense().stream().map(c -> new DenseFeature(c.name())).toList(),
                pipeline.sparse().stream()
                        .map(c -> new SparseFeature(c.name(), c.arity(), rows(c), c.weights() != null))
                        .toList(),
                pipeline.session(),
                pipeline.timestamp() == null ? null : pipeline.timestamp().source(),
                pipeline.item());
    }

    private long rows(SparseColumn column) {
        return switch (column.ids()) {
            case IdRule.Vocabulary rule -> vocabulary(column).rows();
            case IdRule.Hash rule -> rule.rows();
            case IdRule.Quantiles rule -> rule.boundaries().map(List::size).orElse(0) + 2L;
            case IdRule.Given rule -> rule.rows();
        };
    }

    Vocabulary vocabulary(SparseColumn column) {
        return Objects.requireNonNull(
                vocabularies.get(Objects.requireNonNull(column.vocabulary())), "vocabulary of " + column.name());
    }

    /// Writes the vocabularies into a dataset folder.
    public void write(Path folder) {
        Path target = folder.resolve(FOLDER);
        try {
            Files.createDirectories(target);
            for (Map.Entry<String, Vocabulary> entry : vocabularies.entrySet()) {
                entry.getValue().write(file(target, entry.getKey()));
            }
        } catch (IOException e) {
            throw new InputException(target + ": cannot be written (is the disk full?): " + e.getMessage(), e);
        }
    }

    /// Reads the vocabularies that a pipeline needs from a dataset folder.
    public static FittedFeatures read(FeaturePipeline pipeline, Path folder) {
        SortedMap<String, Vocabulary> read = new TreeMap<>();
        for (SparseColumn column : pipeline.sparse()) {
            String name = column.vocabulary();
            if (name != null) {
                read.computeIfAbsent(name, key -> Vocabulary.read(file(folder.resolve(FOLDER), key)));
            }
        }
        return new FittedFeatures(pipeline, read);
    }

    private static Path file(Path folder, String name) {
        return folder.resolve(name.replaceAll("[^A-Za-z0-9._-]", "_") + ".tsv");
    }
}
