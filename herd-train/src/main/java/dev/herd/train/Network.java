package dev.herd.train;

import dev.herd.data.FeatureSchema;
import dev.herd.data.Features;
import dev.herd.data.InverseKeyedJaggedTensor;
import dev.herd.embedding.EmbeddingBagCollection;
import dev.herd.embedding.EmbeddingBagConfig;
import dev.herd.embedding.EmbeddingOptimizer;
import dev.herd.embedding.EmbeddingTable;
import dev.herd.embedding.RowFormat;
import dev.herd.models.ConfiguredModel;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.ModelInput;
import dev.herd.models.ModelInput.Sequence;
import dev.herd.models.RankingModel;
import dev.herd.models.zoo.ModelZoo;
import dev.herd.nn.Numerics;
import dev.herd.nn.Parameter;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tape;
import dev.herd.nn.Tensor;
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
import java.util.stream.IntStream;

/// A model with its memory: dense parameters and embedding tables.
///
/// **Owner**: who creates it closes it; the worker pool stays the caller's. One thread at a time.
final class Network implements AutoCloseable {
    private static final int SCORED_AT_ONCE = 1024;

    private final FeatureSchema schema;
    private final Numerics numerics;
    private final WorkerPool pool;
    private final Arena arena = Arena.ofShared();
    private final Parameters parameters;
    private final RankingModel model;
    private final Map<EmbeddingGroup, EmbeddingBagCollection> tables = new LinkedHashMap<>();

    private Network(FeatureSchema schema, ConfiguredModel<?> configured, TrainConfig config, WorkerPool pool) {
        this.schema = schema;
        this.numerics = config.numerics();
        this.pool = pool;
        this.parameters = Parameters.create(arena, config.seed());
        this.model = configured.create(schema, parameters.root());
    }

    /// Allocates and initializes a model.
    ///
    /// @param optimizer of the tables; one without state suffices for scoring
    static Network create(TrainConfig config, FeatureSchema schema, EmbeddingOptimizer optimizer, WorkerPool pool) {
        return create(config, schema, optimizer, pool, Map.of());
    }

    /// The same with tables, by name, that are stored in other formats than the configuration says.
    static Network create(
            TrainConfig config,
            FeatureSchema schema,
            EmbeddingOptimizer optimizer,
            WorkerPool pool,
            Map<String, RowFormat> formats) {
        ConfiguredModel<?> configured = ModelZoo.configured(config.model());
        Network network = new Network(schema, configured, config, pool);
        try {
            for (EmbeddingGroup group : configured.embeddings(schema)) {
                List<EmbeddingBagConfig> configs = group.tables(schema).stream()
                        .map(table -> table(config.tables(), group, table))
                        .map(table -> table.withPrecision(formats.getOrDefault(table.name(), table.precision())))
                        .toList();
                network.tables.put(group, EmbeddingBagCollection.create(configs, optimizer, config.seed(), pool));
            }
            return network;
        } catch (RuntimeException | Error e) {
            network.close();
            throw e;
        }
    }

    private static EmbeddingBagConfig table(
            TrainConfig.Tables tables, EmbeddingGroup group, EmbeddingGroup.Table table) {
        return new EmbeddingBagConfig(
                group.name() + "/" + table.name(),
                table.rows(),
                group.width(),
                table.pooled(),
                table.sequences().stream()
                        .map(s -> new EmbeddingBagConfig.Sequence(s.feature(), s.maxLength(), s.unique()))
                        .toList(),
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

    /// What the model sees of rows `[first, end)` of a batch whose embeddings were looked up.
    ModelInput input(Tape tape, Features features, List<GroupLookup> lookups, int first, int end) {
        Map<String, Tensor> embeddings = new HashMap<>();
        Map<String, Sequence> sequences = new HashMap<>();
        for (GroupLookup lookup : lookups) {
            lookup.pooled(tape, first, end).ifPresent(pooled -> embeddings.put(lookup.group(), pooled));
            sequences.putAll(lookup.sequences(tape, first, end));
        }
        return new ModelInput(dense(tape, features, first, end), embeddings, sequences);
    }

    private Tensor dense(Tape tape, Features features, int first, int end) {
        int inputs = schema.dense().size();
        float[] values = features.dense();
        boolean whole = first == 0 && end == features.size();
        return tape.input(
                whole ? values : Arrays.copyOfRange(values, first * inputs, end * inputs), end - first, inputs);
    }

    /// Logits of a batch, `[B*K]` row-major, without training. Rows go through the network in slices of a
    /// fixed size, so that the bits do not depend on the number of threads.
    float[] score(Features rows) {
        int size = rows.size();
        List<GroupLookup> lookups = new ArrayList<>();
        Features features = shared(rows, starts(size));
        tables.forEach((group, collection) -> lookups.add(GroupLookup.read(group, collection, features)));
        int tasks = schema.labels().size();
        float[] logits = new float[size * tasks];
        pool.run(Math.ceilDiv(size, SCORED_AT_ONCE), slice -> {
            int first = slice * SCORED_AT_ONCE;
            int end = Math.min(size, first + SCORED_AT_ONCE);
            try (Tape tape = Tape.inference(numerics)) {
                float[] part = tape.floats(model.forward(tape.ops(), input(tape, features, lookups, first, end)));
                System.arraycopy(part, 0, logits, first * tasks, part.length);
            }
        });
        return logits;
    }

    /// The first rows of the slices in which a batch is scored.
    private static int[] starts(int size) {
        return IntStream.range(0, Math.max(1, Math.ceilDiv(size, SCORED_AT_ONCE)))
                .map(slice -> slice * SCORED_AT_ONCE)
                .toArray();
    }

    /// A batch's features, with unique rows of its own for every slice where a module computes with them.
    ///
    /// @param starts first rows of the slices
    ///
    /// **Throws** [dev.herd.data.InputException] when parallel sequences are in different groups.
    Features shared(Features features, int... starts) {
        List<List<String>> groups =
                features.groups().stream().map(InverseKeyedJaggedTensor::keys).toList();
        tables.keySet().forEach(group -> group.checkParallel(groups));
        boolean unique = tables.keySet().stream()
                .flatMap(group -> group.sequences().stream())
                .anyMatch(EmbeddingGroup.Sequence::unique);
        return unique ? features.within(starts) : features;
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
        List<StoredArray> arrays = new ArrayList<>(parameterArrays());
        for (EmbeddingBagCollection collection : tables.values()) {
            for (EmbeddingTable table : collection.tables()) {
                arrays.add(rows(table, table.precision(), table.weights()));
            }
        }
        return arrays;
    }

    /// The weights but for the tables.
    List<StoredArray> parameterArrays() {
        List<StoredArray> arrays = new ArrayList<>();
        for (Parameter parameter : parameters.all()) {
            arrays.add(new StoredArray("dense/" + parameter.name(), DType.F32, parameter.shape(), parameter.values()));
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

    /// The rows of a table as a checkpoint names them, in a format of their own.
    static StoredArray rows(EmbeddingTable table, RowFormat format, MemorySegment bytes) {
        String name = "table/" + table.name();
        if (format.packed().isPresent()) {
            long[] shape = {table.rows(), format.rowBytes(table.dim())};
            return new StoredArray(name, DType.U8, shape, bytes, format.label());
        }
        DType type = switch (format.plain().orElseThrow()) {
            case FP32 -> DType.F32;
            case FP16 -> DType.F16;
            case BF16 -> DType.BF16;
        };
        return new StoredArray(name, type, new long[] {table.rows(), table.dim()}, bytes);
    }

    @Override
    public void close() {
        tables.values().forEach(EmbeddingBagCollection::close);
        arena.close();
    }
}
