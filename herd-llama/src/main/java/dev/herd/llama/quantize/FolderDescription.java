package dev.herd.llama.quantize;

import dev.herd.data.InputException;
import dev.herd.llama.weights.GgufWriter;
import dev.herd.llama.weights.LlamaConfig;
import dev.herd.llama.weights.MetadataValue;
import dev.herd.llama.weights.RopeScaling;
import dev.herd.llama.weights.TensorType;
import dev.herd.llama.weights.WeightFile;
import dev.herd.numerics.block.BlockFormat;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Tells a GGUF file what the configuration of a Hugging Face folder says.
final class FolderDescription {
    private FolderDescription() {}

    static void write(WeightFile model, GgufWriter writer) {
        LlamaConfig config = model.config();
        writer.put("general.architecture", new MetadataValue.Text("llama"));
        writer.put("general.type", new MetadataValue.Text("model"));
        Path name = model.path().toAbsolutePath().normalize().getFileName();
        writer.put("general.name", new MetadataValue.Text(name == null ? "llama" : name.toString()));
        whole(writer, "vocab_size", config.vocabulary());
        whole(writer, "context_length", config.contextLength());
        whole(writer, "embedding_length", config.width());
        whole(writer, "block_count", config.layers());
        whole(writer, "feed_forward_length", config.hidden());
        whole(writer, "attention.head_count", config.heads());
        whole(writer, "attention.head_count_kv", config.kvHeads());
        whole(writer, "attention.key_length", config.headDim());
        whole(writer, "attention.value_length", config.headDim());
        whole(writer, "rope.dimension_count", config.headDim());
        real(writer, "rope.freq_base", config.ropeTheta());
        real(writer, "attention.layer_norm_rms_epsilon", config.normEps());
        scaling(config, writer);
        chatTemplate(model.path())
                .ifPresent(template -> writer.put("tokenizer.chat_template", new MetadataValue.Text(template)));
    }

    private static void whole(GgufWriter writer, String key, int value) {
        writer.put("llama." + key, new MetadataValue.Whole(value));
    }

    /// Other programs read these as fp32.
    private static void real(GgufWriter writer, String key, double value) {
        writer.put("llama." + key, new MetadataValue.Real((float) value));
    }

    /// The divisors of the frequencies as a tensor.
    private static void scaling(LlamaConfig config, GgufWriter writer) {
        if (config.scaling() instanceof RopeScaling.None) {
            return;
        }
        float[] divisors = config.frequencyDivisors();
        writer.tensor(
                RopeScaling.FACTORS_TENSOR,
                TensorType.F32,
                new long[] {divisors.length},
                to -> BlockFormat.F32.encode(MemorySegment.ofArray(divisors), 0, to, 0, divisors.length));
    }

    /// What other programs write conversations with: a file of its own in newer folders.
    private static Optional<String> chatTemplate(Path folder) {
        Path own = folder.resolve("chat_template.jinja");
        Path config = folder.resolve("tokenizer_config.json");
        try {
            if (Files.isRegularFile(own)) {
                return Optional.of(Files.readString(own));
            }
            return Files.isRegularFile(config)
                    ? JsonMapper.shared()
                            .readTree(Files.readAllBytes(config))
                            .path("chat_template")
                            .asStringOpt()
                    : Optional.empty();
        } catch (IOException | JacksonException e) {
            throw new InputException(folder + ": the chat template cannot be read: " + e.getMessage(), e);
        }
    }
}
