package dev.herd.llama.weights;

import dev.herd.data.InputException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Reads the shape of a model from the `config.json` of a Hugging Face folder, in the words of old files
/// (`rope_theta`, `rope_scaling`) and of new ones (`rope_parameters`).
final class HuggingFaceConfig {
    private static final double DEFAULT_THETA = 10_000;
    private static final double DEFAULT_EPS = 1e-6;

    private final Path file;
    private final JsonNode json;

    private HuggingFaceConfig(Path file, JsonNode json) {
        this.file = file;
        this.json = json;
    }

    static LlamaConfig of(Path file, JsonNode json) {
        HuggingFaceConfig config = new HuggingFaceConfig(file, json);
        config.refuseOtherModels();
        try {
            return config.read();
        } catch (IllegalArgumentException e) {
            throw new InputException(file + ": " + e.getMessage(), e);
        }
    }

    /// The plain values and the lists of whole numbers of the file.
    static Metadata metadata(Path file, JsonNode json) {
        Map<String, MetadataValue> values = new LinkedHashMap<>();
        json.properties().forEach(entry -> value(entry.getValue()).ifPresent(one -> values.put(entry.getKey(), one)));
        return new Metadata(file, values);
    }

    private static Optional<MetadataValue> value(JsonNode node) {
        if (node.isString()) {
            return Optional.of(new MetadataValue.Text(node.asString()));
        }
        if (node.isBoolean()) {
            return Optional.of(new MetadataValue.Flag(node.asBoolean()));
        }
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            return Optional.of(new MetadataValue.Whole(node.asLong()));
        }
        if (node.isNumber()) {
            return Optional.of(new MetadataValue.Real(node.asDouble()));
        }
        if (node.isArray() && node.valueStream().allMatch(one -> one.isIntegralNumber() && one.canConvertToLong())) {
            long[] numbers = node.valueStream().mapToLong(JsonNode::asLong).toArray();
            if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
                for (int i = 0; i < numbers.length; i++) {
                    numbers[i] = Long.reverseBytes(numbers[i]);
                }
            }
            return Optional.of(
                    new MetadataValue.Items(MetadataValue.Kind.I64, numbers.length, MemorySegment.ofArray(numbers)));
        }
        return Optional.empty();
    }

    private LlamaConfig read() {
        int width = needed("hidden_size");
        int heads = needed("num_attention_heads");
        int headDim = whole("head_dim").orElse(heads == 0 ? 0 : width / heads);
        JsonNode rope = json.path("rope_parameters");
        return new LlamaConfig(
                needed("num_hidden_layers"),
                width,
                needed("intermediate_size"),
                heads,
                whole("num_key_value_heads").orElse(heads),
                headDim,
                needed("vocab_size"),
                needed("max_position_embeddings"),
                number(rope, "rope_theta").or(() -> number(json, "rope_theta")).orElse(DEFAULT_THETA),
                scaling(rope.isObject() ? rope : json.path("rope_scaling"), headDim),
                RopeLayout.HALVES,
                number(json, "rms_norm_eps").orElse(DEFAULT_EPS),
                json.path("tie_word_embeddings").asBoolean(false));
    }

    private void refuseOtherModels() {
        only("model_type", "llama");
        only("hidden_act", "silu");
        only("attention_bias", "false");
        only("mlp_bias", "false");
        only("partial_rotary_factor", "1.0");
        JsonNode architecture = json.path("architectures").path(0);
        if (architecture.isString() && !architecture.asString().equals("LlamaForCausalLM")) {
            throw refused("architectures", architecture.asString(), "LlamaForCausalLM");
        }
        JsonNode quantization = json.path("quantization_config");
        if (quantization.isObject()) {
            throw refused(
                    "quantization_config",
                    quantization.path("quant_method").asString("an unnamed method"),
                    "folders that are not quantized (convert to a .gguf file instead)");
        }
    }

    private void only(String key, String accepted) {
        JsonNode found = json.path(key);
        if (key.equals("model_type") && found.isMissingNode()) {
            throw InputException.of(file, "model_type is missing; the file does not describe a model");
        }
        if (!found.isMissingNode() && !found.isNull() && !found.asString().equals(accepted)) {
            throw refused(
                    key,
                    found.isValueNode() ? found.asString() : found.getNodeType().toString(),
                    accepted);
        }
    }

    private RopeScaling scaling(JsonNode rope, int headDim) {
        if (rope.isMissingNode() || rope.isNull()) {
            return new RopeScaling.None();
        }
        String type = rope.path("rope_type").asString(rope.path("type").asString("default"));
        return switch (type) {
            case "default" -> new RopeScaling.None();
            case "linear" -> GgufConfig.linear(headDim, needed(rope, "factor"));
            case "llama3" ->
                new RopeScaling.Llama3(
                        needed(rope, "factor"),
                        needed(rope, "low_freq_factor"),
                        needed(rope, "high_freq_factor"),
                        narrowed("original_max_position_embeddings", needed(rope, "original_max_position_embeddings")));
            default -> throw refused("rope_type", type, "default, linear and llama3");
        };
    }

    private int needed(String key) {
        return whole(key)
                .orElseThrow(() -> InputException.of(file, key + " is missing; the file does not describe a model"));
    }

    private Optional<Integer> whole(String key) {
        JsonNode found = json.path(key);
        if (found.isMissingNode() || found.isNull()) {
            return Optional.empty();
        }
        return Optional.of(narrowed(key, number(json, key).orElseThrow()));
    }

    private int narrowed(String key, double value) {
        if (value != Math.rint(value) || value < 0 || value > Integer.MAX_VALUE) {
            throw InputException.of(file, key + " must be a whole number of a model, found " + value);
        }
        return (int) value;
    }

    private double needed(JsonNode rope, String key) {
        return number(rope, key).orElseThrow(() -> InputException.of(file, key + " of the rope scaling is missing"));
    }

    private Optional<Double> number(JsonNode from, String key) {
        JsonNode found = from.path(key);
        if (found.isMissingNode() || found.isNull()) {
            return Optional.empty();
        }
        if (!found.isNumber()) {
            throw InputException.of(file, key + " must be a number, found " + Excerpt.of(found.toString()));
        }
        return Optional.of(found.asDouble());
    }

    private InputException refused(String key, String found, String accepted) {
        return InputException.of(file, key + " is " + Excerpt.of(found) + ", which is not read; read is " + accepted);
    }
}
