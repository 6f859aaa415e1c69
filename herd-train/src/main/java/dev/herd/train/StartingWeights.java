package dev.herd.train;

import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.data.InputException;
import dev.herd.data.config.Config;
import dev.herd.data.config.ConfigKey;
import dev.herd.embedding.EmbeddingTable;
import dev.herd.embedding.RowFormat;
import dev.herd.models.ConfiguredModel;
import dev.herd.models.zoo.ModelZoo;
import dev.herd.numerics.OffHeap;
import dev.herd.train.checkpoint.StoredArray;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The weights of a finished run as the first ones of another: tables, parameters and running statistics.
/// Optimizers, the learning rate and the order of the rows begin anew.
final class StartingWeights {
    private final Path run;
    private final ModelFolder start;

    private StartingWeights(Path run) {
        this.run = run;
        this.start = ModelFolder.open(run);
    }

    /// The run that a configuration names, if it names one.
    ///
    /// **Throws** [InputException] naming what differs when that run trained another model, or on other
    /// features.
    static Optional<StartingWeights> of(TrainConfig config, FeatureSchema schema) {
        Path run = config.from();
        if (run == null) {
            return Optional.empty();
        }
        StartingWeights weights = new StartingWeights(run);
        weights.checkModel(config);
        weights.checkFeatures(config.dataset(), schema);
        return Optional.of(weights);
    }

    Path run() {
        return run;
    }

    private void checkModel(TrainConfig config) {
        ConfiguredModel<?> here = ModelZoo.configured(config.model());
        ConfiguredModel<?> there = ModelZoo.configured(start.config().model());
        same("model", there.factory().name(), here.factory().name());
        List<ConfigKey> keys = Config.describe(here.config());
        List<ConfigKey> before = Config.describe(there.config());
        for (int i = 0; i < Math.min(keys.size(), before.size()); i++) {
            same("model." + keys.get(i).key(), text(before.get(i)), text(keys.get(i)));
        }
        same("model", there.config(), here.config());
        same(
                "tables.pooling",
                start.config().tables().pooling(),
                config.tables().pooling());
    }

    private static String text(ConfigKey key) {
        return key.value().strip();
    }

    private void same(String key, Object there, Object here) {
        if (!there.equals(here)) {
            throw InputException.of(
                    run,
                    "cannot be started from: it was trained with `%s: %s`, this run says `%s: %s`; give both the same"
                            .formatted(key, there, key, here));
        }
    }

    private void checkFeatures(Path dataset, FeatureSchema schema) {
        FeatureSchema before = start.schema();
        sameFeatures(dataset, "labels", before.labels(), schema.labels());
        sameFeatures(dataset, "numbers", before.dense(), schema.dense());
        for (SparseFeature feature : schema.sparse()) {
            before.sparse().stream()
                    .filter(other -> other.name().equals(feature.name()) && !other.equals(feature))
                    .findFirst()
                    .ifPresent(other -> sameFeatures(dataset, "ids of '" + feature.name() + "'", other, feature));
        }
        sameFeatures(dataset, "id features", names(before), names(schema));
    }

    private static String names(FeatureSchema schema) {
        return schema.sparse().stream().map(SparseFeature::name).collect(Collectors.joining(", "));
    }

    private void sameFeatures(Path dataset, String what, Object there, Object here) {
        if (!there.equals(here)) {
            throw InputException.of(
                    run,
                    "cannot be started from: the %s of its dataset are %s, those of %s are %s; prepare this one with the"
                                    .formatted(what, there, dataset, here)
                            + " transforms and vocabularies of "
                            + start.config().dataset());
        }
    }

    /// Overwrites the weights of the configuration's network.
    void fill(Network network) {
        List<StoredArray> asTheyLie = new ArrayList<>(network.parameterArrays());
        List<EmbeddingTable> others = new ArrayList<>();
        network.tables()
                .values()
                .forEach(collection -> collection.tables().forEach(table -> {
                    if (start.format(table.name()) == table.precision()) {
                        asTheyLie.add(Network.rows(table, table.precision(), table.weights()));
                    } else {
                        others.add(table);
                    }
                }));
        start.arrays().load(asTheyLie);
        others.forEach(this::convert);
    }

    /// Fills a table from rows in another format.
    private void convert(EmbeddingTable table) {
        RowFormat stored = start.format(table.name());
        try (Arena arena = Arena.ofShared()) {
            long bytes = Math.multiplyExact(table.rows(), stored.rowBytes(table.dim()));
            MemorySegment rows = OffHeap.allocate(arena, bytes);
            start.arrays().load(List.of(Network.rows(table, stored, rows)));
            table.take(stored, rows);
        }
    }
}
