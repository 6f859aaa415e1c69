package dev.herd.train;

import dev.herd.data.Batch;
import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.embedding.EmbeddingBagCollection;
import dev.herd.embedding.EmbeddingBagConfig;
import dev.herd.embedding.EmbeddingOptimizer;
import dev.herd.embedding.EmbeddingTable;
import dev.herd.embedding.KeyedTensor;
import dev.herd.models.ConfiguredModel;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.ModelInput;
import dev.herd.models.RankingModel;
import dev.herd.models.zoo.ModelZoo;
import dev.herd.nn.Parameter;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tape;
import dev.herd.nn.Tensor;
import dev.herd.numerics.ElementType;
import dev.herd.numerics.WorkerPool;
import dev.herd.train.checkpoint.DType;
import dev.herd.train.checkpoint.StoredArray;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A model with its memory: dense parameters and embedding tables.
///
/// **Owner**: who creates it closes it; the worker pool stays the caller's. One thread at a time.
final class Network implements AutoCloseable {
    private final FeatureSchema schema;
    private final Arena arena = Arena.ofShared();
    private final Parameters parameters;
    private final RankingModel model;
    private final Map<EmbeddingGroup, EmbeddingBagCollection> tables = new LinkedHashMap<>();

    private Network(FeatureSchema schema, ConfiguredModel<?> configured, long seed) {
        this.schema = schema;
        this.parameters = Parameters.create(arena, seed);
        this.model = configured.create(schema, parameters.root());
    }

    /// Allocates and initializes a model.
    ///
    /// @param optimizer of the tables; one without state suffices for scoring
    static Network create(TrainConfig config, FeatureSchema schema, EmbeddingOptimizer optimizer, WorkerPool pool) {
        ConfiguredModel<?> configured = ModelZoo.configured(config.model());
        Network network = new Network(schema, configured, config.seed());
        try {
            for (EmbeddingGroup group : configured.embeddings(schema)) {
                List<EmbeddingBagConfig> configs = schema.sparse().stream()
                        .map(feature -> table(config.tables(), group, feature))
                        .toList();
                network.tables.put(group, EmbeddingBagCollection.create(configs, optimizer, config.seed(), pool));
            }
            return network;
        } catch (RuntimeException | Error e) {
            network.close();
            throw e;
        }
    }

    private static EmbeddingBagConfig table(TrainConfig.Tables tables, EmbeddingGroup group, SparseFeature feature) {
        return new EmbeddingBagConfig(
                group.name() + "/" + feature.name(),
                feature.rows(),
                group.width(),
                List.of(feature.name()),
                List.of(),
                tables.pooling(),
                tables.precision(),
                tables.init(),
                tables.outOfRange());
    }

    Parameters parameters() {
        return parameters;
    }

    RankingModel model() {
        return model;
    }

    Map<EmbeddingGroup, EmbeddingBagCollection> tables() {
        return tables;
    }

    FeatureSchema schema() {
        return schema;
    }

    /// **Shapes**: result `[B, I]`.
    Tensor dense(Tape tape, Batch batch) {
        return tape.input(batch.features().dense(), batch.size(), schema.dense().size());
    }

    /// Logits of a batch, `[B*K]` row-major, without training.
    float[] score(Batch batch) {
        try (Tape tape = Tape.inference()) {
            Map<String, Tensor> embeddings = new HashMap<>();
            tables.forEach((group, collection) -> {
                KeyedTensor pooled = collection.lookup(batch.features().sparse());
                embeddings.put(
                        group.name(),
                        tape.input(
                                pooled.values(), batch.size(), schema.sparse().size(), group.width()));
            });
            Tensor logits = model.forward(tape.ops(), new ModelInput(dense(tape, batch), embeddings));
            return tape.floats(logits);
        }
    }

    /// Number of trained numbers, tables included.
    long count() {
        long count = parameters.count();
        for (EmbeddingBagCollection collection : tables.values()) {
            for (EmbeddingTable table : collection.tables()) {
                count += table.rows() * table.dim();
            }
        }
        return count;
    }

    /// The weights, running statistics included, as a checkpoint names them.
    List<StoredArray> weights() {
        List<StoredArray> arrays = new ArrayList<>();
        for (Parameter parameter : parameters.all()) {
            arrays.add(new StoredArray("dense/" + parameter.name(), DType.F32, parameter.shape(), parameter.values()));
        }
        for (EmbeddingBagCollection collection : tables.values()) {
            for (EmbeddingTable table : collection.tables()) {
                arrays.add(new StoredArray(
                        "table/" + table.name(),
                        type(table.precision()),
                        new long[] {table.rows(), table.dim()},
                        table.weights()));
            }
        }
        return arrays;
    }

    /// What the tables' optimizers keep beside the weights.
    List<StoredArray> tableState() {
        List<StoredArray> arrays = new ArrayList<>();
        for (EmbeddingBagCollection collection : tables.values()) {
            for (EmbeddingTable table : collection.tables()) {
                for (EmbeddingOptimizer.State state : table.states()) {
                    arrays.add(new StoredArray(
                            "table-state/" + table.name() + "/" + state.name(),
                            DType.F32,
                            new long[] {table.rows(), state.width(table.dim())},
                            table.state(state.name())));
                }
            }
        }
        return arrays;
    }

    private static DType type(ElementType precision) {
        return switch (precision) {
            case FP32 -> DType.F32;
            case FP16 -> DType.F16;
            case BF16 -> DType.BF16;
        };
    }

    @Override
    public void close() {
        tables.values().forEach(EmbeddingBagCollection::close);
        arena.close();
    }
}
