package dev.herd.train;

import dev.herd.data.Batch;
import dev.herd.data.FeatureSchema;
import dev.herd.embedding.EmbeddingBagCollection;
import dev.herd.models.EmbeddingGroup;
import dev.herd.nn.Parameters;
import dev.herd.numerics.CounterRandom;
import dev.herd.numerics.WorkerPool;
import java.util.Collections;
import java.util.Map;

/// Trains on batches that the caller brings, by the very step of [Trainer], without dataset, schedule or
/// run folder.
///
/// ```java
/// try (BatchTrainer trainer = BatchTrainer.create(config, schema)) {
///     double loss = trainer.step(batch, 1e-3);
/// }
/// ```
///
/// **Owner**: close it. One thread at a time.
public final class BatchTrainer implements AutoCloseable {
    private static final long DROPOUT = 0x64726f70;

    private final TrainConfig config;
    private final WorkerPool pool;
    private final Network network;
    private final StepClock clock = new StepClock();
    private final TrainStep step;
    private long steps;

    private BatchTrainer(TrainConfig config, WorkerPool pool, Network network) {
        this.config = config;
        this.pool = pool;
        this.network = network;
        this.step = new TrainStep(network, config, pool, clock);
    }

    /// Allocates and initializes a model. Of the configuration count the model, the tables, the network's
    /// optimizer, loss, clipping, seed, threads and slices.
    public static BatchTrainer create(TrainConfig config, FeatureSchema schema) {
        WorkerPool pool = WorkerPool.create(config.workers());
        try {
            Network network = Network.create(config, schema, config.tables().optimizer(), pool);
            try {
                return new BatchTrainer(config, pool, network);
            } catch (RuntimeException | Error e) {
                network.close();
                throw e;
            }
        } catch (RuntimeException | Error e) {
            pool.close();
            throw e;
        }
    }

    /// One step on a batch of the schema; the tables' rate follows the network's in the configured
    /// proportion.
    ///
    /// @return the batch's mean loss before the step
    public double step(Batch batch, double learningRate) {
        double tables =
                learningRate * (config.tableRate() / config.learningRate().rate());
        long dropoutSeed = CounterRandom.bits(config.seed(), DROPOUT, steps++);
        return step.run(batch, dropoutSeed, new TrainStep.Rates(learningRate, tables))
                .loss();
    }

    /// Milliseconds of an average step since the last call, by part.
    public Map<String, Double> milliseconds() {
        Map<String, Double> parts = clock.milliseconds();
        clock.reset();
        return parts;
    }

    /// The network's parameters, alive until [#close].
    public Parameters parameters() {
        return network.parameters();
    }

    /// The embedding tables by group, alive until [#close].
    public Map<EmbeddingGroup, EmbeddingBagCollection> tables() {
        return Collections.unmodifiableMap(network.tables());
    }

    @Override
    public void close() {
        step.close();
        network.close();
        pool.close();
    }
}
