package dev.herd.train;

import dev.herd.data.Batch;
import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.embedding.EmbeddingBagCollection;
import dev.herd.embedding.EmbeddingBagConfig;
import dev.herd.embedding.EmbeddingOptimizer;
import dev.herd.embedding.EmbeddingTable;
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
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A model with its memory: dense parameters and embedding tables.
///
/// **Owner**: who creates it closes it; the worker pool stays the caller's. One thread at a time.
final class Network implements AutoCloseable {
    private static final int SCORED_AT_ONCE = 1024;

    private final FeatureSchema schema;
    private final WorkerPool pool;
    private final Arena arena = Arena.ofShared();
    private final Parameters parameters;
    private final RankingModel model;
    private final Map<EmbeddingGroup, EmbeddingBagCollection> tables = new LinkedHashMap<>();

    private Network(FeatureSchema schema, ConfiguredModel<?> configured, long seed, WorkerPool pool) {
        this.schema = schema;
        this.pool = pool;
        this.parameters = Parameters.create(arena, seed);
        this.model = configured.create(schema, parameters.root());
    }

    /// Allocates and initializes a model.
    ///
    /// @param optimizer of the tables; one without state suffices for scoring
    static Network create(TrainConfig config, FeatureSchema schema, EmbeddingOptimizer optimizer, WorkerPool pool) {
        ConfiguredModel<?> configured = ModelZoo.configured(config.model());
        Network network = new Network(schema, configured, config.seed(), pool);
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

    /// The numeric inputs of rows `[first, end)`. **Shapes**: result `[end - first, I]`.
    Tensor dense(Tape tape, Batch batch, int first, int end) {
        int inputs = schema.dense().size();
        float[] values = batch.features().dense();
        boolean whole = first == 0 && end == batch.size();
        return tape.input(
                whole ? values : Arrays.copyOfRange(values, first * inputs, end * inputs), end - first, inputs);
    }

    /// Bytes of a group's pooled embeddings `[B, F, D]`.
    long pooledBytes(EmbeddingGroup group, int rows) {
        return (long) rows * schema.sparse().size() * group.width() * Float.BYTES;
    }

    /// Rows `[first, end)` of memory that holds a group's pooled embeddings or their gradient.
    MemorySegment rows(MemorySegment all, EmbeddingGroup group, int first, int end) {
        return all.asSlice(pooledBytes(group, first), pooledBytes(group, end - first));
    }

    /// Logits of a batch, `[B*K]` row-major, without training. Rows go through the network in slices of a fixed
    /// size, so that the bits do not depend on the number of threads.
    float[] score(Batch batch) {
        Map<EmbeddingGroup, MemorySegment> pooled = new LinkedHashMap<>();
        tables.forEach((group, collection) ->
                pooled.put(group, collection.lookup(batch.features().sparse()).values()));
        int tasks = schema.labels().size();
        float[] logits = new float[batch.size() * tasks];
        pool.run(Math.ceilDiv(batch.size(), SCORED_AT_ONCE), slice -> {
            int first = slice * SCORED_AT_ONCE;
            int end = Math.min(batch.size(), first + SCORED_AT_ONCE);
            float[] part = score(batch, pooled, first, end);
            System.arraycopy(part, 0, logits, first * tasks, part.length);
        });
        return logits;
    }

    private float[] score(Batch batch, Map<EmbeddingGroup, MemorySegment> pooled, int first, int end) {
        try (Tape tape = Tape.inference()) {
            Map<String, Tensor> embeddings = new HashMap<>();
            pooled.forEach((group, values) -> embeddings.put(
                    group.name(),
                    tape.input(
                            rows(values, group, first, end),
                            end - first,
                            schema.sparse().size(),
                            group.width())));
            ModelInput input = new ModelInput(dense(tape, batch, first, end), embeddings);
            return tape.floats(model.forward(tape.ops(), input));
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
