package dev.herd.serve.onnx;

import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.DenseFeature;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.ModelGraph;
import dev.herd.nn.graph.Node;
import dev.herd.nn.graph.Operator;
import java.util.Arrays;
import java.util.Collection;
import java.util.stream.Collectors;

/// The inputs of a graph as inputs of the file: the caller looks embeddings up by itself.
final class DenseNetInputs {
    private final OnnxGraph target;
    private final FeatureSchema schema;
    private final Collection<EmbeddingGroup> groups;

    DenseNetInputs(OnnxGraph target, FeatureSchema schema, Collection<EmbeddingGroup> groups) {
        this.target = target;
        this.schema = schema;
        this.groups = groups;
    }

    String declare(Node node) {
        if (!(node.operator() instanceof Operator.Input(String name))) {
            throw new IllegalArgumentException(node + " is no input");
        }
        String[] shape = Arrays.stream(node.shape())
                .mapToObj(size -> size == -1 ? Port.BATCH : Long.toString(size))
                .toArray(String[]::new);
        return target.input(name, OnnxType.FLOAT32, meaning(name), shape);
    }

    private String meaning(String input) {
        if (input.equals(ModelGraph.DENSE)) {
            return numeric(schema);
        }
        if (input.startsWith(ModelGraph.SEQUENCE)) {
            return "embeddings of the ids of " + input.substring(ModelGraph.SEQUENCE.length())
                    + ", oldest first, zeros before the first";
        }
        if (input.startsWith(ModelGraph.MASK)) {
            return "1 where " + input.substring(ModelGraph.MASK.length()) + " has an id, 0 before the first";
        }
        return groups.stream()
                .filter(group -> group.name().equals(input))
                .map(group -> "pooled embeddings of " + String.join(", ", group.pooled()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no embedding group is named '" + input + "'"));
    }

    /// What the columns of the numeric input are.
    static String numeric(FeatureSchema schema) {
        return "numeric columns as the dataset's transforms give them: "
                + schema.dense().stream().map(DenseFeature::name).collect(Collectors.joining(", "));
    }
}
