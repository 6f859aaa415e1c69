package dev.herd.cli;

import dev.herd.llama.tokenizer.PreTokenizer;
import dev.herd.llama.tokenizer.TokenType;
import dev.herd.llama.tokenizer.Tokenizer;
import dev.herd.llama.tokenizer.TokenizerData;
import dev.herd.llama.tokenizer.TokenizerData.Algorithm;
import dev.herd.llama.tokenizer.TokenizerData.Marks;
import dev.herd.llama.tokenizer.TokenizerData.Merge;
import dev.herd.llama.weights.GgufWriter;
import dev.herd.llama.weights.LlamaConfig;
import dev.herd.llama.weights.MetadataValue;
import dev.herd.llama.weights.Role;
import dev.herd.llama.weights.RopeLayout;
import dev.herd.llama.weights.RopeScaling;
import dev.herd.llama.weights.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// A model that says what it was told to: the logit of a token is a number for each token before it, 0
/// where none was given. Its one layer adds nothing.
final class ChainModel {
    private static final List<String> MARKS =
            List.of("<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>", "<|python_tag|>");

    private final List<String> words = new ArrayList<>();
    private final List<Edge> edges = new ArrayList<>();

    private record Edge(String from, String to, float logit) {}

    /// After `from` comes `to`: marks, or texts that become single tokens.
    ChainModel follows(String from, String to, double logit) {
        edges.add(new Edge(from, to, (float) logit));
        for (String word : List.of(from, to)) {
            if (!words.contains(word) && !MARKS.contains(word)) {
                words.add(word);
            }
        }
        return this;
    }

    /// These texts one after the other at the beginning of an answer, then its end.
    static ChainModel saying(String... texts) {
        ChainModel model = new ChainModel();
        String before = "\n\n";
        for (String text : texts) {
            model.follows(before, text, 20);
            before = text;
        }
        return model.follows(before, "<|eot_id|>", 20);
    }

    Path write(Path file) {
        TokenizerData vocabulary = vocabulary();
        int size = Math.ceilDiv(vocabulary.tokens().length, 4) * 4;
        LlamaConfig config = new LlamaConfig(
                1,
                size,
                32,
                2,
                1,
                size / 2,
                vocabulary.tokens().length,
                4096,
                10_000,
                new RopeScaling.None(),
                RopeLayout.INTERLEAVED,
                1e-12,
                false);
        GgufWriter writer = new GgufWriter().put("general.architecture", new MetadataValue.Text("llama"));
        whole(writer, "block_count", config.layers());
        whole(writer, "embedding_length", config.width());
        whole(writer, "feed_forward_length", config.hidden());
        whole(writer, "attention.head_count", config.heads());
        whole(writer, "attention.head_count_kv", config.kvHeads());
        whole(writer, "context_length", config.contextLength());
        writer.put("llama.attention.layer_norm_rms_epsilon", new MetadataValue.Real(1e-12f));
        Tokenizer.of(vocabulary).describe(writer);
        for (Role role : Role.values()) {
            writer.tensor(role.ggufName(0), TensorType.F32, role.shape(config), to -> fill(role, config, to));
        }
        writer.write(file);
        return file;
    }

    private void fill(Role role, LlamaConfig config, MemorySegment to) {
        int width = config.width();
        switch (role) {
            case TOKEN_EMBEDDING -> {
                for (int id = 0; id < config.vocabulary(); id++) {
                    to.setAtIndex(ValueLayout.JAVA_FLOAT, (long) id * width + id, 1);
                }
            }
            case OUTPUT -> {
                for (Edge edge : edges) {
                    // The last norm makes the square root of the width of a single 1.
                    float weight = edge.logit / (float) Math.sqrt(width);
                    to.setAtIndex(ValueLayout.JAVA_FLOAT, (long) id(edge.to) * width + id(edge.from), weight);
                }
            }
            case ATTENTION_NORM, FFN_NORM, OUTPUT_NORM -> {
                for (int i = 0; i < width; i++) {
                    to.setAtIndex(ValueLayout.JAVA_FLOAT, i, 1);
                }
            }
            case QUERY, KEY, VALUE, ATTENTION_OUTPUT, GATE, UP, DOWN -> {
                // Zeros.
            }
        }
    }

    private int id(String word) {
        int mark = MARKS.indexOf(word);
        return 256 + (mark >= 0 ? mark : MARKS.size() + words.indexOf(word));
    }

    private TokenizerData vocabulary() {
        byte[][] tokens = new byte[256 + MARKS.size() + words.size()][];
        TokenType[] types = new TokenType[tokens.length];
        Arrays.fill(types, TokenType.NORMAL);
        for (int value = 0; value < 256; value++) {
            tokens[value] = new byte[] {(byte) value};
        }
        for (String mark : MARKS) {
            tokens[id(mark)] = mark.getBytes(StandardCharsets.UTF_8);
            types[id(mark)] = TokenType.CONTROL;
        }
        words.forEach(word -> tokens[id(word)] = word.getBytes(StandardCharsets.UTF_8));
        int end = id("<|eot_id|>");
        return new TokenizerData(
                tokens,
                types,
                new Algorithm.BytePairs(PreTokenizer.LLAMA3, new Merge[0], true),
                new Marks(id("<|begin_of_text|>"), end, Marks.NONE, Set.of(end), true, false));
    }

    private static void whole(GgufWriter writer, String key, int value) {
        writer.put("llama." + key, new MetadataValue.Whole(value));
    }
}
