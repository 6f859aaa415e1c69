package dev.herd.serve.onnx;

import dev.herd.data.wire.Protobuf;
import dev.herd.nn.graph.Node;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/// A model in ONNX's terms, ready to be written.
///
/// @param metadata what the file says about itself
record OnnxModel(OnnxGraph graph, Map<String, String> metadata) {
    static final String LOGITS = "logits";
    static final String PROBABILITIES = "probabilities";

    /// Operators of ONNX 1.15, the first with Gelu.
    private static final long OPSET = 20;

    private static final long FORMAT = 9;

    private static final int FORMAT_FIELD = 1;
    private static final int PRODUCER = 2;
    private static final int PRODUCER_VERSION = 3;
    private static final int GRAPH = 7;
    private static final int OPERATORS = 8;
    private static final int OPERATORS_VERSION = 2;
    private static final int METADATA = 14;
    private static final int KEY = 1;
    private static final int VALUE = 2;

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    static OnnxModel of(Source source, OnnxExport.Inputs inputs) {
        OnnxGraph graph = new OnnxGraph(List.of(LOGITS, PROBABILITIES));
        Function<Node, String> declared = switch (inputs) {
            case EMBEDDINGS ->
                new DenseNetInputs(graph, source.schema(), source.tables().keySet())::declare;
            case IDS -> new IdInputs(graph, source)::declare;
        };
        String logits =
                new GraphTranslator(graph, declared).translate(source.graph()).getFirst();
        List<String> labels = source.schema().labels();
        String columns = Integer.toString(labels.size());
        String tasks = String.join(", ", labels);
        graph.output(LOGITS, "Identity", logits, "logits of " + tasks, Port.BATCH, columns);
        graph.output(PROBABILITIES, "Sigmoid", LOGITS, "probabilities of " + tasks, Port.BATCH, columns);
        return new OnnxModel(graph, metadata(source, graph));
    }

    private static Map<String, String> metadata(Source source, OnnxGraph graph) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("herd.version", version());
        metadata.put("herd.model", source.model());
        metadata.put("herd.labels", JSON.writeValueAsString(source.schema().labels()));
        metadata.put("herd.schema", JSON.writeValueAsString(source.schema()));
        metadata.put("herd.inputs", JSON.writeValueAsString(graph.inputs()));
        metadata.put("herd.outputs", JSON.writeValueAsString(graph.outputs()));
        return metadata;
    }

    private static String version() {
        String version = OnnxModel.class.getPackage().getImplementationVersion();
        return version == null ? "not packaged" : version;
    }

    /// @param stored how an array is written down
    Protobuf message(Function<Initializer, Protobuf> stored) {
        Protobuf model = new Protobuf()
                .integer(FORMAT_FIELD, FORMAT)
                .text(PRODUCER, "herd")
                .text(PRODUCER_VERSION, version())
                .message(GRAPH, graph.message(metadata.getOrDefault("herd.model", "herd"), stored))
                .message(OPERATORS, new Protobuf().text(KEY, "").integer(OPERATORS_VERSION, OPSET));
        metadata.forEach((key, value) ->
                model.message(METADATA, new Protobuf().text(KEY, key).text(VALUE, value)));
        return model;
    }
}
