package dev.herd.train;

import dev.herd.data.Batch;
import dev.herd.embedding.EmbeddingBagCollection;
import dev.herd.embedding.KeyedTensor;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.ModelInput;
import dev.herd.nn.DenseOptimizer;
import dev.herd.nn.Losses;
import dev.herd.nn.Parameter;
import dev.herd.nn.Tape;
import dev.herd.nn.Tensor;
import dev.herd.numerics.OffHeap;
import dev.herd.train.StepClock.Part;
import dev.herd.train.checkpoint.DType;
import dev.herd.train.checkpoint.StoredArray;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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

    private static final String EMBEDDING = "embedding";

    private final Network network;
    private final TrainConfig config;
    private final StepClock clock;
    private final Arena arena = Arena.ofShared();
    private final DenseOptimizer dense;
    private final List<Parameter> decayed;
    private final float denseL2;
    private final Map<EmbeddingGroup, MemorySegment> gradients = new HashMap<>();

    TrainStep(Network network, TrainConfig config, StepClock clock) {
        this.network = network;
        this.config = config;
        this.clock = clock;
        this.dense = DenseOptimizer.create(config.dense().optimizer(), network.parameters(), arena);
        this.denseL2 = (float) config.tables().optimizer().decay().tableL2();
        this.decayed = network.parameters().trainable().stream()
                .filter(parameter ->
                        Arrays.asList(parameter.name().split("\\.")).contains(EMBEDDING))
                .toList();
    }

    Outcome run(Batch batch, long dropoutSeed, Rates rates) {
        clock.start();
        dense.zeroGradients();
        double loss;
        try (Tape tape = Tape.training(dropoutSeed)) {
            Map<String, Tensor> embeddings = new HashMap<>();
            network.tables()
                    .forEach((group, tables) -> embeddings.put(group.name(), lookup(tape, group, tables, batch)));
            clock.end(Part.LOOKUP);
            Tensor logits = network.model().forward(tape.ops(), new ModelInput(network.dense(tape, batch), embeddings));
            Tensor mean = loss(tape, logits, batch.labels());
            loss = tape.floats(mean)[0];
            clock.end(Part.FORWARD);
            requireFinite(loss);
            tape.backward(mean);
        }
        decay();
        clock.end(Part.BACKWARD);
        network.tables().forEach((group, tables) -> tables.backward(gradient(group, batch.size())));
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

    private Tensor lookup(Tape tape, EmbeddingGroup group, EmbeddingBagCollection tables, Batch batch) {
        KeyedTensor pooled = tables.lookup(batch.features().sparse());
        long features = pooled.keys().size();
        return tape.leaf(pooled.values(), gradient(group, batch.size()), batch.size(), features, group.width());
    }

    /// The place for the gradient of a group's pooled embeddings.
    private MemorySegment gradient(EmbeddingGroup group, int rows) {
        long bytes = (long) rows * network.schema().sparse().size() * group.width() * Float.BYTES;
        MemorySegment place = gradients.get(group);
        if (place == null || place.byteSize() < bytes) {
            place = OffHeap.allocate(arena, bytes);
            gradients.put(group, place);
        }
        return place.asSlice(0, bytes);
    }

    private Tensor loss(Tape tape, Tensor logits, float[] labels) {
        return switch (config.loss()) {
            case BCE -> Losses.bceWithLogits(tape, logits, labels);
            case MSE -> Losses.meanSquaredError(tape, logits, labels);
        };
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
