package dev.herd.llama.weights;

import dev.herd.data.InputException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Reads the shape of a model from the metadata and tensors of a GGUF file.
final class GgufConfig {
    static final String ARCHITECTURE_KEY = "general.architecture";

    private static final double DEFAULT_THETA = 10_000;

    /// Keys of models that compute something else under the same architecture, and the only value that
    /// changes nothing.
    private static final Map<String, Long> NEUTRAL = Map.of("llama.expert_count", 0L, "split.count", 1L);

    private final Metadata metadata;
    private final Map<String, WeightTensor> tensors;

    private GgufConfig(Metadata metadata, List<WeightTensor> tensors) {
        this.metadata = metadata;
        this.tensors = tensors.stream().collect(Collectors.toMap(WeightTensor::name, Function.identity()));
    }

    static LlamaConfig of(GgufFile file) {
        GgufConfig config = new GgufConfig(file.metadata(), file.tensors());
        config.refuseOtherModels();
        try {
            return config.read();
        } catch (IllegalArgumentException e) {
            throw new InputException(file.path() + ": " + e.getMessage(), e);
        }
    }

    private LlamaConfig read() {
        int width = needed("llama.embedding_length");
        int heads = needed("llama.attention.head_count");
        int headDim = optional("llama.attention.key_length").orElse(heads == 0 ? 0 : width / heads);
        return new LlamaConfig(
                needed("llama.block_count"),
                width,
                needed("llama.feed_forward_length"),
                heads,
                optional("llama.attention.head_count_kv").orElse(heads),
                headDim,
                vocabulary(),
                needed("llama.context_length"),
                metadata.number("llama.rope.freq_base").orElse(DEFAULT_THETA),
                scaling(headDim),
                RopeLayout.INTERLEAVED,
                neededNumber("llama.attention.layer_norm_rms_epsilon"),
                !tensors.containsKey(Role.OUTPUT.ggufName(0)));
    }

    private void refuseOtherModels() {
        String architecture = metadata.text(ARCHITECTURE_KEY).orElseThrow(() -> missing(ARCHITECTURE_KEY));
        if (!architecture.equals("llama")) {
            throw InputException.of(
                    metadata.file(),
                    "metadata " + ARCHITECTURE_KEY + " is \"" + Excerpt.of(architecture)
                            + "\"; only models of the architecture \"llama\" are read");
        }
        NEUTRAL.forEach((key, neutral) -> {
            OptionalLong found = metadata.whole(key);
            if (found.isPresent() && found.getAsLong() != neutral) {
                throw InputException.of(
                        metadata.file(),
                        "metadata " + key + " is " + found.getAsLong() + "; only models with " + neutral + " are read");
            }
        });
    }

    private int vocabulary() {
        WeightTensor embedding = tensors.get(Role.TOKEN_EMBEDDING.ggufName(0));
        Optional<Integer> stated = optional("llama.vocab_size");
        if (stated.isPresent()) {
            return stated.get();
        }
        if (embedding == null) {
            throw InputException.of(
                    metadata.file(),
                    "holds no weights: tensor " + Role.TOKEN_EMBEDDING.ggufName(0)
                            + " is missing; name a file with a whole model");
        }
        return narrowed(Role.TOKEN_EMBEDDING.ggufName(0), embedding.rows());
    }

    private RopeScaling scaling(int headDim) {
        sameAsHeadDim("llama.rope.dimension_count", headDim);
        sameAsHeadDim("llama.attention.value_length", headDim);
        WeightTensor factors = tensors.get(RopeScaling.FACTORS_TENSOR);
        String type = metadata.text("llama.rope.scaling.type").orElse("none");
        if (factors != null) {
            return factors(factors, headDim);
        }
        return switch (type) {
            case "none" -> new RopeScaling.None();
            case "linear" -> linear(headDim, neededNumber("llama.rope.scaling.factor"));
            case "llama3" ->
                new RopeScaling.Llama3(
                        neededNumber("llama.rope.scaling.factor"),
                        neededNumber("llama.rope.scaling.low_freq_factor"),
                        neededNumber("llama.rope.scaling.high_freq_factor"),
                        needed("llama.rope.scaling.original_context_length"));
            default ->
                throw InputException.of(
                        metadata.file(),
                        "metadata llama.rope.scaling.type is \"" + Excerpt.of(type)
                                + "\"; none, linear and llama3 are read, and the tensor " + RopeScaling.FACTORS_TENSOR);
        };
    }

    private RopeScaling factors(WeightTensor factors, int headDim) {
        if (factors.type() != TensorType.F32 || !Arrays.equals(factors.shape(), new long[] {headDim / 2})) {
            throw InputException.of(
                    metadata.file(),
                    "tensor " + factors + ": expected F32[" + headDim / 2 + "], one divisor for each pair of a head");
        }
        return new RopeScaling.Factors(factors.decode());
    }

    /// All positions divided by a factor, which is all frequencies divided by it.
    static RopeScaling linear(int headDim, double factor) {
        float[] divisors = new float[Math.max(0, Math.min(headDim, 1 << 16)) / 2];
        Arrays.fill(divisors, (float) factor);
        return new RopeScaling.Factors(divisors);
    }

    private void sameAsHeadDim(String key, int headDim) {
        Optional<Integer> stated = optional(key);
        if (stated.isPresent() && stated.get() != headDim) {
            throw InputException.of(
                    metadata.file(),
                    "metadata " + key + " is " + stated.get() + " where a head has " + headDim
                            + " numbers; only models in which they are equal are read");
        }
    }

    private int needed(String key) {
        return optional(key).orElseThrow(() -> missing(key));
    }

    private double neededNumber(String key) {
        OptionalDouble number = metadata.number(key);
        return number.orElseThrow(() -> missing(key));
    }

    /// A whole number; a list with one for each layer must repeat the same.
    private Optional<Integer> optional(String key) {
        if (metadata.value(key).orElse(null) instanceof MetadataValue.Items items) {
            long[] each = metadata.wholes(key).orElseThrow();
            if (each.length == 0 || Arrays.stream(each).anyMatch(one -> one != each[0])) {
                throw metadata.wrong(key, "one number for all layers", items);
            }
            return Optional.of(narrowed(key, each[0]));
        }
        OptionalLong whole = metadata.whole(key);
        return whole.isPresent() ? Optional.of(narrowed(key, whole.getAsLong())) : Optional.empty();
    }

    private int narrowed(String key, long value) {
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw InputException.of(metadata.file(), key + " is " + value + ", beyond every model");
        }
        return (int) value;
    }

    private InputException missing(String key) {
        return InputException.of(metadata.file(), "metadata " + key + " is missing; the file does not hold a model");
    }
}
