package dev.herd.bench;

import dev.herd.bench.torch.TorchBags;
import dev.herd.bench.torch.TorchNet;
import dev.herd.bench.torch.TorchParameters;
import dev.herd.bench.torch.TorchTables;
import dev.herd.bench.torch.TorchTrainer;
import dev.herd.data.KeyedJaggedTensor;
import dev.herd.embedding.Decay;
import dev.herd.embedding.EmbeddingBagCollection;
import dev.herd.embedding.EmbeddingBagConfig;
import dev.herd.embedding.EmbeddingOptimizer;
import dev.herd.embedding.EmbeddingTable;
import dev.herd.embedding.KeyedTensor;
import dev.herd.models.Fields;
import dev.herd.models.ModelInput;
import dev.herd.models.RankingModel;
import dev.herd.nn.DenseOptimizer;
import dev.herd.nn.LibTorch;
import dev.herd.nn.Losses;
import dev.herd.nn.OptimizerConfig;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tape;
import dev.herd.nn.Tensor;
import dev.herd.numerics.WorkerPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.NoGradGuard;

/// Herd's training step and libtorch's of the same net from the same values on the same batches.
///
/// **Owner**: close it.
final class StepSides implements AutoCloseable {
    private static final double TABLE_RATE = 0.02;
    private static final double DENSE_RATE = 1e-3;
    private static final double EPS = 1e-8;
    private static final long SEED = 3;

    private final Arena arena = Arena.ofShared();
    private final WorkerPool pool;
    private final CriteoShape shape;
    private final List<CriteoShape.Sample> batches;
    private final List<TorchTrainer.Sample> samples = new ArrayList<>();
    private final EmbeddingBagCollection tables;
    private final RankingModel model;
    private final DenseOptimizer dense;
    private final MemorySegment pooledGradient;
    private final TorchTables torchTables;
    private final TorchTrainer torch;
    private int herdAt;
    private int torchAt;

    private StepSides(StepCase step, int threads) {
        LibTorch.threads(threads);
        pool = WorkerPool.create(threads);
        shape = step.shape();
        batches = shape.batches();
        Parameters parameters = Parameters.create(arena, SEED);
        model = step.model().create(shape.schema(), parameters.root());
        dense = DenseOptimizer.create(OptimizerConfig.Adam.defaults(), parameters, arena);
        tables = EmbeddingBagCollection.create(
                configs(shape), new EmbeddingOptimizer.ExactRowWiseAdagrad(EPS, Decay.NONE), SEED, pool);
        pooledGradient =
                arena.allocate((long) CriteoShape.BATCH * CriteoShape.SPARSE * shape.width() * Float.BYTES, 64);

        TorchParameters copies = TorchParameters.copyOf(parameters);
        TorchNet net = step.torch(copies);
        torchTables = TorchTables.create(CriteoShape.rows(), shape.width(), EPS);
        copyTables();
        torch = TorchTrainer.create(torchTables, net, copies, TABLE_RATE, DENSE_RATE);
        for (CriteoShape.Sample batch : batches) {
            samples.add(sample(batch));
        }
    }

    static StepSides create(StepCase step, int threads) {
        return new StepSides(step, threads);
    }

    private static List<EmbeddingBagConfig> configs(CriteoShape shape) {
        List<EmbeddingBagConfig> configs = new ArrayList<>();
        long[] rows = CriteoShape.rows();
        for (int feature = 0; feature < rows.length; feature++) {
            String name = shape.features().get(feature);
            configs.add(EmbeddingBagConfig.of(name, rows[feature], shape.width(), List.of(name)));
        }
        return configs;
    }

    private void copyTables() {
        try (NoGradGuard guard = new NoGradGuard()) {
            for (int i = 0; i < tables.tables().size(); i++) {
                EmbeddingTable table = tables.tables().get(i);
                try (var weights = TorchParameters.copy(table.weights(), table.rows(), table.dim())) {
                    torchTables.weight(i).copy_(weights);
                }
            }
        }
    }

    private static TorchTrainer.Sample sample(CriteoShape.Sample batch) {
        try (Arena copies = Arena.ofConfined()) {
            MemorySegment dense = copies.allocate(batch.dense().length * 4L, 64);
            dense.copyFrom(MemorySegment.ofArray(batch.dense()));
            MemorySegment labels = copies.allocate(batch.labels().length * 4L, 64);
            labels.copyFrom(MemorySegment.ofArray(batch.labels()));
            return new TorchTrainer.Sample(
                    TorchBags.of(batch.sparse()),
                    TorchParameters.copy(dense, CriteoShape.BATCH, CriteoShape.DENSE),
                    TorchParameters.copy(labels, CriteoShape.BATCH, 1));
        }
    }

    void herdStep() {
        herdAt = (herdAt + 1) % batches.size();
        herd(batches.get(herdAt));
    }

    void torchStep() {
        torchAt = (torchAt + 1) % samples.size();
        torch.step(samples.get(torchAt));
    }

    private float herd(CriteoShape.Sample batch) {
        KeyedJaggedTensor ids = batch.sparse();
        KeyedTensor pooled = tables.lookup(ids);
        dense.zeroGradients();
        float lossValue;
        try (Tape tape = Tape.training(SEED)) {
            Tensor embeddings =
                    tape.leaf(pooled.values(), pooledGradient, ids.stride(), CriteoShape.SPARSE, shape.width());
            Tensor inputs = tape.input(batch.dense(), ids.stride(), CriteoShape.DENSE);
            Tensor logits = model.forward(tape.ops(), new ModelInput(inputs, Map.of(Fields.GROUP, embeddings)));
            Tensor loss = Losses.bceWithLogits(tape, logits, batch.labels());
            tape.backward(loss);
            lossValue = tape.floats(loss)[0];
        }
        tables.backward(pooledGradient);
        tables.update(TABLE_RATE, 1);
        dense.step(DENSE_RATE, 1);
        return lossValue;
    }

    /// Trains both sides for a few steps and compares the losses.
    ///
    /// **Throws** `IllegalStateException` naming the step at which they differ.
    void verify() {
        for (int step = 0; step < 3; step++) {
            float ours = herd(batches.get(step % 2));
            float theirs = torch.step(samples.get(step % 2));
            if (!(Math.abs(ours - theirs) <= 1e-4 * (1 + Math.abs(theirs)))) {
                throw new IllegalStateException(
                        "step " + step + ": the loss is " + ours + " in Herd and " + theirs + " in libtorch");
            }
        }
    }

    @Override
    public void close() {
        torchTables.close();
        samples.forEach(sample -> sample.bags().close());
        tables.close();
        pool.close();
        arena.close();
    }
}
