package dev.herd.llama.tokenizer;

import dev.herd.data.InputException;
import dev.herd.llama.tokenizer.TokenizerData.Algorithm;
import dev.herd.llama.tokenizer.TokenizerData.Marks;
import dev.herd.llama.tokenizer.TokenizerData.Merge;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A Hugging Face `tokenizer.json` with a byte-level BPE: its vocabulary, merges, added tokens, and of its
/// processing steps those that models of this family use. What it does not know it refuses, so that no
/// text is cut wrongly.
final class TokenizerJson {
    private static final Map<String, PreTokenizer> EXPRESSIONS = Map.of(
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
            PreTokenizer.LLAMA3,
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
            PreTokenizer.QWEN2,
            "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
            PreTokenizer.GPT2);

    private final JsonNode root;
    private final List<@Nullable String> spellings = new ArrayList<>();
    private final List<TokenType> types = new ArrayList<>();

    private TokenizerJson(JsonNode root) {
        this.root = root;
    }

    static TokenizerData read(Path file, byte[] bytes) {
        try {
            return new TokenizerJson(JsonMapper.shared().readTree(bytes)).data();
        } catch (JacksonException e) {
            throw new InputException(file + ": is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private TokenizerData data() {
        JsonNode model = root.path("model");
        if (!model.path("type").asString("BPE").equals("BPE")
                || model.path("byte_fallback").asBoolean(false)) {
            throw new IllegalArgumentException("model is " + model.path("type")
                    + (model.path("byte_fallback").asBoolean(false) ? " with byte_fallback" : "")
                    + "; supported is byte-level BPE. SentencePiece vocabularies are read from .gguf files");
        }
        requireNone("normalizer");
        model.path("vocab")
                .properties()
                .forEach(entry -> put(entry.getKey(), entry.getValue().asInt(-1), TokenType.NORMAL));
        root.path("added_tokens").forEach(this::addToken);
        Vocabulary vocabulary = new Vocabulary(named());
        TokenType[] kinds = types.toArray(TokenType[]::new);
        byte[][] tokens = vocabulary.byteLevel(kinds);
        return new TokenizerData(
                tokens,
                kinds,
                new Algorithm.BytePairs(
                        preTokenizer(),
                        merges(vocabulary, model.path("merges")),
                        model.path("ignore_merges").asBoolean(false)),
                marks(kinds, tokens));
    }

    private void requireNone(String key) {
        if (!root.path(key).isMissingNode() && !root.path(key).isNull()) {
            throw new IllegalArgumentException(key + " is " + root.path(key).path("type") + "; supported is none");
        }
    }

    private void put(String spelling, int id, TokenType type) {
        if (id < 0 || id > 1 << 24) {
            throw new IllegalArgumentException("token '" + spelling + "' has no usable id; ids are 0 to " + (1 << 24));
        }
        while (spellings.size() <= id) {
            spellings.add(null);
            types.add(TokenType.UNUSED);
        }
        spellings.set(id, spelling);
        types.set(id, type);
    }

    private void addToken(JsonNode token) {
        String content = token.path("content").asString("");
        for (String flag : List.of("lstrip", "rstrip", "single_word")) {
            if (token.path(flag).asBoolean(false)) {
                throw new IllegalArgumentException(
                        "added token '" + content + "' has " + flag + "; supported is false");
            }
        }
        boolean mark = token.path("special").asBoolean(false);
        put(content, token.path("id").asInt(-1), mark ? TokenType.CONTROL : TokenType.USER_DEFINED);
    }

    /// Ids without a token get a name no text can spell: the empty one.
    private List<String> named() {
        return spellings.stream().map(each -> each == null ? "" : each).toList();
    }

    private static Merge[] merges(Vocabulary vocabulary, JsonNode merges) {
        if (merges.size() == 0) {
            throw new IllegalArgumentException("model.merges is missing or empty; a BPE needs its merges");
        }
        if (merges.get(0).isString()) {
            return vocabulary.merges(
                    merges.valueStream().map(JsonNode::asString).toList());
        }
        Merge[] found = new Merge[merges.size()];
        for (int i = 0; i < found.length; i++) {
            JsonNode pair = merges.get(i);
            found[i] = vocabulary.merge(pair.path(0).asString(""), pair.path(1).asString(""), i);
        }
        return found;
    }

    private PreTokenizer preTokenizer() {
        JsonNode step = root.path("pre_tokenizer");
        List<JsonNode> steps = step.path("type").asString("").equals("Sequence")
                ? step.path("pretokenizers").valueStream().toList()
                : Collections.singletonList(step);
        Optional<PreTokenizer> found = Optional.empty();
        for (JsonNode each : steps) {
            switch (each.path("type").asString("nothing")) {
                case "Split" -> found = Optional.of(split(each));
                case "ByteLevel" -> {
                    if (each.path("add_prefix_space").asBoolean(false)) {
                        throw new IllegalArgumentException("pre_tokenizer adds a space in front; supported is not to");
                    }
                    if (each.path("use_regex").asBoolean(true)) {
                        found = Optional.of(PreTokenizer.GPT2);
                    }
                }
                default ->
                    throw new IllegalArgumentException("pre_tokenizer " + each.path("type")
                            + " is not supported; supported are Split and ByteLevel");
            }
        }
        return found.orElseThrow(
                () -> new IllegalArgumentException("pre_tokenizer does not split; supported are Split and ByteLevel"));
    }

    private static PreTokenizer split(JsonNode step) {
        String expression = step.path("pattern").path("Regex").asString("");
        PreTokenizer known = EXPRESSIONS.get(expression);
        if (known == null || !step.path("behavior").asString("").equals("Isolated")) {
            throw new IllegalArgumentException("pre_tokenizer splits at '" + expression + "' ("
                    + step.path("behavior").asString("") + "); supported are the expressions of "
                    + Arrays.toString(PreTokenizer.values()) + ", Isolated");
        }
        return known;
    }

    /// The start mark is the one the post-processor puts in front; the end mark has a name that models
    /// share.
    private Marks marks(TokenType[] kinds, byte[][] tokens) {
        int start = Marks.NONE;
        boolean addStart = false;
        for (JsonNode processor : processors(root.path("post_processor"))) {
            JsonNode first =
                    processor.path("single").path(0).path("SpecialToken").path("id");
            if (first.isString()) {
                start = spellings.indexOf(first.asString());
                addStart = start >= 0;
            }
        }
        if (start == Marks.NONE) {
            start = firstOf("<|begin_of_text|>", "<|endoftext|>");
        }
        int end = firstOf("<|end_of_text|>", "<|endoftext|>");
        return new Marks(start, end, Marks.NONE, Stops.of(end, kinds, tokens), addStart, false);
    }

    private int firstOf(String... names) {
        return Arrays.stream(names)
                .mapToInt(spellings::indexOf)
                .filter(id -> id >= 0)
                .findFirst()
                .orElse(Marks.NONE);
    }

    private static List<JsonNode> processors(JsonNode processor) {
        return processor.path("type").asString("").equals("Sequence")
                ? processor.path("processors").valueStream().toList()
                : List.of(processor);
    }
}
