package dev.herd.train;

import dev.herd.data.Batch;
import dev.herd.data.FeatureSchema;
import dev.herd.data.InputException;
import dev.herd.data.dedup.Deduplication;
import dev.herd.embedding.Decay;
import dev.herd.embedding.EmbeddingBagCollection;
import dev.herd.embedding.EmbeddingOptimizer;
import dev.herd.embedding.EmbeddingTable;
import dev.herd.embedding.RowFormat;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.ModelGraph;
import dev.herd.nn.Numerics;
import dev.herd.nn.graph.Graph;
import dev.herd.numerics.WorkerPool;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// A model on disk, ready to score: the folder `model` of a finished run, with its weights, configuration
/// and schema.
///
/// **Owner**: whoever opened it closes it. One thread at a time.
public final class TrainedModel implements AutoCloseable {
    private final TrainConfig config;
    private final FeatureSchema schema;
    private final WorkerPool pool;
    private final Network network;

    private TrainedModel(TrainConfig config, FeatureSchema schema, WorkerPool pool, Network network) {
        this.config = config;
        this.schema = schema;
        this.pool = pool;
        this.network = network;
    }

    static void save(Path run, TrainConfig config, Network network) {
        Map<String, RowFormat> formats = new LinkedHashMap<>();
        for (EmbeddingBagCollection collection : network.tables().values()) {
            for (EmbeddingTable table : collection.tables()) {
                if (table.precision() != config.tables().precision()) {
                    formats.put(table.name(), table.precision());
                }
            }
        }
        ModelFolder.write(run, config, formats, network);
    }

    /// Writes the model, its tables as they are held now, to the folder `model` of another run.
    public void save(Path run) {
        save(run, config, network);
    }

    /// Loads the model of a run, or a copied `model` folder.
    ///
    /// **Throws** [InputException] when there is none, when the run is unfinished, or naming the damaged
    /// file.
    public static TrainedModel open(Path folder, int threads) {
        return open(folder, threads, UnaryOperator.identity());
    }

    /// The same; its batches are deduplicated in another way than those of its training.
    public static TrainedModel open(Path folder, int threads, Deduplication choice) {
        return open(folder, threads, config -> config.withDeduplicate(choice));
    }

    /// The same with the network's matrix products in other formats than it was trained with.
    public static TrainedModel open(Path folder, int threads, Numerics numerics) {
        return open(folder, threads, config -> config.withNumerics(numerics));
    }

    private static TrainedModel open(Path folder, int threads, UnaryOperator<TrainConfig> changed) {
        ModelFolder model = ModelFolder.open(folder);
        TrainConfig config = changed.apply(model.config());
        WorkerPool pool = WorkerPool.create(threads);
        try {
            Network network = Network.create(
                    config, model.schema(), new EmbeddingOptimizer.ExactSgd(Decay.NONE), pool, model.formats());
            TrainedModel trained = new TrainedModel(config, model.schema(), pool, network);
            try {
                model.arrays().load(network.weights());
            } catch (RuntimeException | Error e) {
                network.close();
                throw e;
            }
            return trained;
        } catch (RuntimeException | Error e) {
            pool.close();
            throw e;
        }
    }

    /// What decided the training, `deduplicate: auto` replaced by the groups that it found.
    public TrainConfig config() {
        return config;
    }

    /// The columns that the model was trained on.
    public FeatureSchema schema() {
        return schema;
    }

    /// The network's forward pass, with the trained parameters.
    ///
    /// **Owner**: the parameters' memory is this model's.
    public Graph graph() {
        return ModelGraph.of(network.model(), List.copyOf(network.tables().keySet()), schema);
    }

    /// The trained tables behind each group of embeddings that the network reads.
    ///
    /// **Owner**: this model.
    public Map<EmbeddingGroup, List<EmbeddingTable>> tables() {
        Map<EmbeddingGroup, List<EmbeddingTable>> tables = new LinkedHashMap<>();
        network.tables().forEach((group, collection) -> tables.put(group, collection.tables()));
        return tables;
    }

    /// The collections of embedding tables by group, without optimizer state, alive until [#close].
    public Map<EmbeddingGroup, EmbeddingBagCollection> collections() {
        return Collections.unmodifiableMap(network.tables());
    }

    /// Logits of a batch that has the model's columns, `[B*K]` row-major.
    public float[] logits(Batch batch) {
        return network.score(batch.features());
    }

    Network network() {
        return network;
    }

    /// Refuses rows of another schema.
    ///
    /// **Throws** [InputException] when the schema is not the one that the model was trained on.
    public void check(Path dataset, FeatureSchema other) {
        if (!schema.equals(other)) {
            throw InputException.of(
                    dataset,
                    "its columns are not those that the model was trained on; prepare it with the transforms of "
                            + config.dataset() + ". Trained on: " + schema + ". Given: " + other);
        }
    }

    @Override
    public void close() {
        network.close();
        pool.close();
    }
}
