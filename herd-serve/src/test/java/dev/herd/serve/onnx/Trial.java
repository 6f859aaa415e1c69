package dev.herd.serve.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.herd.data.FeatureSchema;
import dev.herd.models.ConfiguredModel;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.ModelGraph;
import dev.herd.models.ModelInput;
import dev.herd.models.RankingModel;
import dev.herd.nn.Parameter;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tape;
import dev.herd.nn.Tensor;
import dev.herd.nn.graph.Graph;
import dev.herd.nn.graph.Node;
import dev.herd.nn.graph.Operator;
import dev.herd.numerics.CounterRandom;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A network with random weights, and random batches to feed it: every weight is disturbed, running
/// statistics too.
final class Trial implements AutoCloseable {
    private static final long SEED = 11;

    private final Arena arena = Arena.ofConfined();
    private final FeatureSchema schema;
    private final List<EmbeddingGroup> groups;
    private final RankingModel model;
    private final Graph graph;
    private final String name;

    Trial(ConfiguredModel<?> configured, FeatureSchema schema) {
        this.name = configured.factory().name();
        this.schema = schema;
        this.groups = configured.embeddings(schema);
        Parameters parameters = Parameters.create(arena, SEED);
        this.model = configured.create(schema, parameters.root());
        parameters.all().forEach(Trial::disturb);
        this.graph = ModelGraph.of(model, groups, schema);
        if (parameters.all().stream().anyMatch(parameter -> !parameter.trainable())) {
            settle();
        }
    }

    /// Adds noise as large as a usual start of the weights, so that zero biases, unit norms and unit
    /// variances hide nothing.
    static void disturb(Parameter parameter) {
        long[] shape = parameter.shape();
        double size = 0.3 / Math.sqrt(shape.length < 2 ? 1 : (double) parameter.count() / shape[0]);
        for (long i = 0; i < parameter.count(); i++) {
            double noise = CounterRandom.gaussian(SEED, parameter.name().hashCode() + 1, i);
            float value = parameter.values().getAtIndex(ValueLayout.JAVA_FLOAT, i);
            boolean variance = parameter.name().endsWith("running_var");
            double disturbed = variance ? value * Math.exp(0.5 * noise) : value + size * noise;
            parameter.values().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) disturbed);
        }
    }

    /// Moves running statistics to where training would have brought them.
    private void settle() {
        Map<String, float[]> batch = batch(64);
        for (int step = 0; step < 20; step++) {
            logits(batch, 64, Tape.training(step));
        }
    }

    Source source() {
        Map<EmbeddingGroup, List<dev.herd.embedding.EmbeddingTable>> tables = new HashMap<>();
        groups.forEach(group -> tables.put(group, List.of()));
        return new Source(name, schema, graph, tables);
    }

    /// Random arrays for the graph's inputs.
    Map<String, float[]> batch(int rows) {
        Map<String, float[]> arrays = new LinkedHashMap<>();
        for (Node node : graph.inputs()) {
            String input = name(node);
            int count = Math.toIntExact(node.perExample() * rows);
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = (float) CounterRandom.gaussian(SEED + rows, input.hashCode(), i);
            }
            arrays.put(input, values);
        }
        groups.forEach(group -> group.sequences().forEach(sequence -> pad(arrays, group, sequence, rows)));
        return arrays;
    }

    /// Gives every row a random number of positions, from none to all.
    private static void pad(
            Map<String, float[]> arrays, EmbeddingGroup group, EmbeddingGroup.Sequence sequence, int rows) {
        float[] mask = Found.in(arrays, ModelGraph.MASK + sequence.feature());
        float[] embedding = Found.in(arrays, ModelGraph.SEQUENCE + sequence.feature());
        int length = sequence.maxLength();
        for (int row = 0; row < rows; row++) {
            long blank = CounterRandom.below(SEED, rows, row, length + 1L);
            for (int t = 0; t < length; t++) {
                int at = row * length + t;
                mask[at] = t < blank ? 0 : 1;
                if (t < blank) {
                    Arrays.fill(embedding, at * group.width(), (at + 1) * group.width(), 0);
                }
            }
        }
    }

    private static String name(Node node) {
        return ((Operator.Input) node.operator()).name();
    }

    private static long[] shape(Node node, int rows) {
        return Arrays.stream(node.shape())
                .map(size -> size < 0 ? -size * rows : size)
                .toArray();
    }

    /// What Herd computes, `[B, K]`.
    float[] logits(Map<String, float[]> arrays, int rows) {
        return logits(arrays, rows, Tape.inference());
    }

    private float[] logits(Map<String, float[]> arrays, int rows, Tape with) {
        try (Tape tape = with) {
            Map<String, Tensor> inputs = new HashMap<>();
            for (Node node : graph.inputs()) {
                inputs.put(name(node), tape.input(Found.in(arrays, name(node)), shape(node, rows)));
            }
            Map<String, Tensor> embeddings = new HashMap<>();
            Map<String, ModelInput.Sequence> sequences = new HashMap<>();
            for (EmbeddingGroup group : groups) {
                if (!group.pooled().isEmpty()) {
                    embeddings.put(group.name(), Found.in(inputs, group.name()));
                }
                for (EmbeddingGroup.Sequence sequence : group.sequences()) {
                    String feature = sequence.feature();
                    sequences.put(
                            feature,
                            new ModelInput.Sequence(
                                    Found.in(inputs, ModelGraph.SEQUENCE + feature),
                                    Found.in(inputs, ModelGraph.MASK + feature)));
                }
            }
            ModelInput input = new ModelInput(Found.in(inputs, ModelGraph.DENSE), embeddings, sequences);
            return tape.floats(model.forward(tape.ops(), input));
        }
    }

    /// What ONNX Runtime computes of those inputs that the file has.
    Map<String, float[]> run(OrtModel exported, Map<String, float[]> arrays, int rows) throws OrtException {
        Map<String, OnnxTensor> feeds = new HashMap<>();
        for (Node node : graph.inputs()) {
            if (exported.inputs().contains(name(node))) {
                feeds.put(name(node), OrtModel.tensor(Found.in(arrays, name(node)), shape(node, rows)));
            }
        }
        return exported.run(feeds);
    }

    @Override
    public void close() {
        arena.close();
    }
}
