package dev.herd.serve.onnx;

import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.DenseFeature;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.ModelGraph;
import dev.herd.nn.graph.Node;
import dev.herd.nn.graph.Operator;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

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
        String name = ((Operator.Input) node.operator()).name();
        if (name.equals(ModelGraph.DENSE)) {
            return numeric(target, schema);
        }
        String[] shape = Arrays.stream(node.shape())
                .mapToObj(size -> size == -1 ? Port.BATCH : Long.toString(size))
                .toArray(String[]::new);
        return target.input(name, OnnxType.FLOAT32, meaning(name), shape);
    }

    /// Declares the numeric columns.
    static String numeric(OnnxGraph target, FeatureSchema schema) {
        List<String> names = schema.dense().stream().map(DenseFeature::name).toList();
        String meaning = "numeric columns as the dataset's transforms give them: " + String.join(", ", names);
        return target.input(ModelGraph.DENSE, OnnxType.FLOAT32, meaning, Port.BATCH, Integer.toString(names.size()));
    }

    private String meaning(String input) {
        if (input.startsWith(ModelGraph.SEQUENCE)) {
            return "embeddings of the ids of " + input.substring(ModelGraph.SEQUENCE.length())
                    + ", oldest first, the newest in the last place, zeros before the first";
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
}
