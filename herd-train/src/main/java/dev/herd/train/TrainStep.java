package dev.herd.train;

import dev.herd.data.Batch;
import dev.herd.data.Features;
import dev.herd.embedding.EmbeddingBagCollection;
import dev.herd.nn.DenseOptimizer;
import dev.herd.nn.Losses;
import dev.herd.nn.Parameter;
import dev.herd.nn.SlicedStep;
import dev.herd.nn.Tape;
import dev.herd.nn.Tensor;
import dev.herd.numerics.WorkerPool;
import dev.herd.train.StepClock.Part;
import dev.herd.train.checkpoint.DType;
import dev.herd.train.checkpoint.StoredArray;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// One step of training: lookup, forward, loss, backward, clipping, updates.
///
/// **Owner**: who creates it closes it; the network stays the caller's.
final class TrainStep implements AutoCloseable {
    /// What a step did.
    ///
    /// @param loss mean over the batch, without L2 terms
    /// @param gradientNorm of all gradients together, before clipping; NaN when nothing is clipped
    record Outcome(int rows, double loss, double gradientNorm) {}

    /// Rates of one step.
    record Rates(double dense, double tables) {}

    private static final int DEFAULT_SLICES = 2;
    private static final String EMBEDDING = "embedding";

    private final Network network;
    private final TrainConfig config;
    private final StepClock clock;
    private final Arena arena = Arena.ofShared();
    private final DenseOptimizer dense;
    private final List<Parameter> decayed;
    private final float denseL2;
    private final SlicedStep sliced;
    private volatile long forwardEnd;

    TrainStep(Network network, TrainConfig config, WorkerPool pool, StepClock clock) {
        this.network = network;
        this.config = config;
        this.clock = clock;
        this.dense = DenseOptimizer.create(config.dense().optimizer(), network.parameters(), arena, pool);
        this.sliced = SlicedStep.create(network.parameters(), slices(network, config), config.numerics(), pool);
        this.denseL2 = (float) config.tables().optimizer().decay().tableL2();
        this.decayed = network.parameters().trainable().stream()
                .filter(parameter ->
                        Arrays.asList(parameter.name().split("\\.")).contains(EMBEDDING))
                .toList();
    }

    private static int slices(Network network, TrainConfig config) {
        if (config.slices() > 0) {
            return config.slices();
        }
        return SlicedStep.isSliceable(network.parameters()) ? DEFAULT_SLICES : 1;
    }

    Outcome run(Batch batch, long dropoutSeed, Rates rates) {
        clock.start();
        dense.zeroGradients();
        List<GroupLookup> lookups = new ArrayList<>();
        Features features = network.shared(batch.features(), sliced.starts(batch.size()));
        network.tables().forEach((group, tables) -> lookups.add(GroupLookup.train(group, tables, features)));
        clock.end(Part.LOOKUP);
        double loss =
                sliced.run(batch.size(), dropoutSeed, (tape, first, end) -> loss(tape, batch, lookups, first, end));
        requireFinite(loss);
        clock.endAt(Part.FORWARD, forwardEnd);
        decay();
        clock.end(Part.BACKWARD);
        network.tables().values().forEach(EmbeddingBagCollection::backward);
        clock.end(Part.EMBEDDING_BACKWARD);
        double norm = config.gradientNorm() > 0 ? gradientNorm() : Double.NaN;
        double scale = norm > config.gradientNorm() ? config.gradientNorm() / (norm + 1e-6) : 1;
        clock.end(Part.CLIP);
        dense.step(rates.dense(), scale);
        clock.end(Part.DENSE_UPDATE);
        network.tables().values().forEach(tables -> tables.update(rates.tables(), scale));
        clock.end(Part.EMBEDDING_UPDATE);
        clock.step();
        return new Outcome(batch.size(), loss, norm);
    }

    /// The mean loss of rows `[first, end)`; slices of a batch run at the same time.
    private Tensor loss(Tape tape, Batch batch, List<GroupLookup> lookups, int first, int end) {
        Tensor logits = network.model().forward(tape.ops(), network.input(tape, batch.features(), lookups, first, end));
        int tasks = network.schema().labels().size();
        float[] labels = Arrays.copyOfRange(batch.labels(), first * tasks, end * tasks);
        Tensor loss = switch (config.loss()) {
            case BCE -> Losses.bceWithLogits(tape, logits, labels);
            case MSE -> Losses.meanSquaredError(tape, logits, labels);
        };
        if (first == 0) {
            forwardEnd = System.nanoTime();
        }
        return loss;
    }

    private static void requireFinite(double loss) {
        if (!Double.isFinite(loss)) {
            throw new ArithmeticException("the loss is " + loss
                    + ": training has diverged; lower learning_rate, warm it up (schedule), or clip (gradient_norm)");
        }
    }

    /* The whole-table L2 of the BARS recipe covers what stands for a table where the input is a number: the map from a
     * numeric feature to its embedding. Its gradient is added before clipping, as the tables' own is. */
    private void decay() {
        if (denseL2 == 0) {
            return;
        }
        for (Parameter parameter : decayed) {
            MemorySegment gradient = parameter.gradient();
            MemorySegment values = parameter.values();
            for (long i = 0; i < parameter.count(); i++) {
                float g = gradient.getAtIndex(ValueLayout.JAVA_FLOAT, i);
                gradient.setAtIndex(
                        ValueLayout.JAVA_FLOAT, i, g + denseL2 * values.getAtIndex(ValueLayout.JAVA_FLOAT, i));
            }
        }
    }

    private double gradientNorm() {
        double squared = dense.squaredGradientNorm();
        for (EmbeddingBagCollection tables : network.tables().values()) {
            squared += tables.squaredGradientNorm();
        }
        return Math.sqrt(squared);
    }

    /// All that a checkpoint holds: weights and optimizers' state.
    List<StoredArray> arrays() {
        List<StoredArray> arrays = new ArrayList<>(network.weights());
        dense.state()
                .forEach((name, data) -> arrays.add(new StoredArray(
                        "dense-state/" + name, DType.F32, new long[] {data.byteSize() / Float.BYTES}, data)));
        arrays.addAll(network.tableState());
        return arrays;
    }

    /// Goes on after a checkpoint was loaded into [#arrays].
    void restoreSteps(long steps) {
        dense.restoreSteps(steps);
        network.tables().values().forEach(tables -> tables.restoreSteps(steps));
    }

    @Override
    public void close() {
        arena.close();
    }
}
