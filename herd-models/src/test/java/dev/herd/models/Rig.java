package dev.herd.models;

import dev.herd.data.FeatureSchema;
import dev.herd.nn.DenseOptimizer;
import dev.herd.nn.Losses;
import dev.herd.nn.OptimizerConfig;
import dev.herd.nn.Parameter;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tape;
import dev.herd.nn.Tensor;
import dev.herd.nn.graph.Graph;
import dev.herd.numerics.CounterRandom;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A model with one fixed batch, its pooled embeddings as leaves. Every weight is disturbed, so that zero
/// biases and unit norms hide nothing.
public final class Rig implements AutoCloseable {
    public static final int BATCH = 6;

    private final Arena arena = Arena.ofConfined();
    private final FeatureSchema schema;
    private final long seed;
    private final Parameters parameters;
    private final RankingModel model;
    private final List<EmbeddingGroup> groups;
    private final Map<String, Leaf> leaves = new LinkedHashMap<>();
    private final Map<String, Padded> sequences = new LinkedHashMap<>();
    private final float[] dense;
    private final float[] labels;
    private final DenseOptimizer optimizer;

    private record Leaf(MemorySegment values, MemorySegment gradient, int features, int width) {}

    /// A sequence as long as it may be, with the number of ids of every row.
    private record Padded(Leaf leaf, float[] mask, int[] counts) {}

    public Rig(ConfiguredModel<?> configured, FeatureSchema schema, long seed) {
        this.schema = schema;
        this.seed = seed;
        parameters = Parameters.create(arena, seed);
        model = configured.create(schema, parameters.root());
        parameters.all().forEach(this::disturb);
        groups = configured.embeddings(schema);
        for (EmbeddingGroup group : groups) {
            leaves.put(group.name(), leaf(group));
            group.sequences().forEach(sequence -> sequences.put(sequence.feature(), padded(group, sequence)));
        }
        dense = gaussians("dense", BATCH * schema.dense().size());
        labels = gaussians("labels", BATCH * schema.labels().size());
        for (int i = 0; i < labels.length; i++) {
            labels[i] = labels[i] > 0 ? 1 : 0;
        }
        optimizer = DenseOptimizer.create(OptimizerConfig.Sgd.defaults(), parameters, arena);
    }

    private float[] gaussians(String stream, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) CounterRandom.gaussian(seed, stream.hashCode(), i);
        }
        return values;
    }

    private void disturb(Parameter parameter) {
        float[] noise = gaussians(parameter.name() + "/noise", Math.toIntExact(parameter.count()));
        for (int i = 0; i < noise.length; i++) {
            float value = parameter.values().getAtIndex(ValueLayout.JAVA_FLOAT, i);
            // Running variances must stay positive.
            float disturbed =
                    parameter.trainable() ? value + 0.2f * noise[i] : value * (float) Math.exp(0.3 * noise[i]);
            parameter.values().setAtIndex(ValueLayout.JAVA_FLOAT, i, disturbed);
        }
    }

    private Leaf leaf(EmbeddingGroup group) {
        int features = group.pooled().size();
        float[] values = gaussians(group.name(), BATCH * features * group.width());
        MemorySegment segment = arena.allocateFrom(ValueLayout.JAVA_FLOAT, values);
        return new Leaf(segment, arena.allocate(segment.byteSize(), 64), features, group.width());
    }

    /// The first row is full, the second empty.
    private Padded padded(EmbeddingGroup group, EmbeddingGroup.Sequence sequence) {
        int length = sequence.maxLength();
        float[] values = gaussians(ModelGraph.SEQUENCE + sequence.feature(), BATCH * length * group.width());
        float[] mask = new float[BATCH * length];
        int[] counts = new int[BATCH];
        for (int row = 0; row < BATCH; row++) {
            counts[row] = row == 0 ? length : row == 1 ? 0 : 1 + row % length;
            int first = (row + 1) * length - counts[row];
            Arrays.fill(mask, first, (row + 1) * length, 1);
            Arrays.fill(values, row * length * group.width(), first * group.width(), 0);
        }
        MemorySegment segment = arena.allocateFrom(ValueLayout.JAVA_FLOAT, values);
        Leaf leaf = new Leaf(segment, arena.allocate(segment.byteSize(), 64), length, group.width());
        return new Padded(leaf, mask, counts);
    }

    /// A copy of everything the model computes from.
    public PlainValues values() {
        PlainValues values = new PlainValues(
                BATCH,
                groups.isEmpty() ? 0 : groups.getFirst().pooled().size(),
                schema.dense().size(),
                schema.labels().size(),
                widen(MemorySegment.ofArray(dense)),
                widen(MemorySegment.ofArray(labels)));
        parameters.all().forEach(parameter -> values.parameters.put(parameter.name(), widen(parameter.values())));
        leaves.forEach((name, leaf) -> values.embeddings.put(name, widen(leaf.values())));
        sequences.forEach((name, sequence) -> {
            Leaf leaf = sequence.leaf();
            values.sequences.put(
                    name,
                    new PlainValues.Sequence(leaf.features(), leaf.width(), widen(leaf.values()), sequence.counts()));
        });
        return values;
    }

    /// Gradients of the last [#backward], by the name of the parameter or group.
    public Map<String, double[]> gradients() {
        Map<String, double[]> gradients = new LinkedHashMap<>();
        parameters.trainable().forEach(parameter -> gradients.put(parameter.name(), widen(parameter.gradient())));
        leaves.forEach((name, leaf) -> gradients.put("group " + name, widen(leaf.gradient())));
        sequences.forEach((name, sequence) ->
                gradients.put("sequence " + name, widen(sequence.leaf().gradient())));
        return gradients;
    }

    private static double[] widen(MemorySegment floats) {
        double[] values = new double[Math.toIntExact(floats.byteSize() / Float.BYTES)];
        for (int i = 0; i < values.length; i++) {
            values[i] = floats.getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i);
        }
        return values;
    }

    private Tensor logits(Tape tape) {
        return model.forward(tape.ops(), input(tape));
    }

    private ModelInput input(Tape tape) {
        Map<String, Tensor> embeddings = new LinkedHashMap<>();
        Map<String, ModelInput.Sequence> padded = new LinkedHashMap<>();
        leaves.forEach((name, leaf) -> embeddings.put(name, tensor(tape, leaf)));
        sequences.forEach((name, sequence) -> padded.put(
                name,
                new ModelInput.Sequence(
                        tensor(tape, sequence.leaf()),
                        tape.input(sequence.mask(), BATCH, sequence.leaf().features()))));
        Tensor denseBI = tape.input(dense, BATCH, schema.dense().size());
        return new ModelInput(denseBI, embeddings, padded);
    }

    private static Tensor tensor(Tape tape, Leaf leaf) {
        return tape.leaf(leaf.values(), leaf.gradient(), BATCH, leaf.features(), leaf.width());
    }

    /// Logits `[B * K]` in evaluation.
    public float[] evaluate() {
        try (Tape tape = Tape.inference()) {
            return tape.floats(logits(tape));
        }
    }

    /// The model, recorded.
    public Graph graph() {
        return ModelGraph.of(model, groups, schema);
    }

    /// Logits `[B * K]` in evaluation, computed from the recorded model.
    public float[] replay(Graph graph) {
        try (Tape tape = Tape.inference()) {
            ModelInput input = input(tape);
            Map<String, Tensor> inputs = new LinkedHashMap<>(input.embeddings());
            inputs.put(ModelGraph.DENSE, input.dense());
            input.sequences().forEach((feature, sequence) -> {
                inputs.put(ModelGraph.SEQUENCE + feature, sequence.embedding());
                inputs.put(ModelGraph.MASK + feature, sequence.mask());
            });
            return tape.floats(Replay.of(graph, tape.ops(), inputs));
        }
    }

    /// Logits `[B * K]` of a training pass in double precision.
    public double[] logitsInDouble() {
        try (Tape tape = Tape.checking(seed)) {
            return tape.doubles(logits(tape));
        }
    }

    /// Loss of one pass; its gradients replace the last ones.
    public double backward(Tape tape) {
        try (tape) {
            optimizer.zeroGradients();
            Tensor loss = Losses.bceWithLogits(tape, logits(tape), labels);
            tape.backward(loss);
            return tape.doubles(loss)[0];
        }
    }

    /// One step of gradient descent in single precision; the loss before it.
    public double descend(double learningRate) {
        double loss = backward(Tape.training(seed));
        optimizer.step(learningRate, 1);
        List<Leaf> moved = new ArrayList<>(leaves.values());
        sequences.values().forEach(sequence -> moved.add(sequence.leaf()));
        for (Leaf leaf : moved) {
            for (long i = 0; i < leaf.values().byteSize() / Float.BYTES; i++) {
                float value = leaf.values().getAtIndex(ValueLayout.JAVA_FLOAT, i);
                float gradient = leaf.gradient().getAtIndex(ValueLayout.JAVA_FLOAT, i);
                leaf.values().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) (value - learningRate * gradient));
            }
        }
        return loss;
    }

    @Override
    public void close() {
        arena.close();
    }
}
