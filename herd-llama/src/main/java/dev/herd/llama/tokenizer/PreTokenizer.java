package dev.herd.llama.tokenizer;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// How text is cut into pieces before byte pairs are merged; no token crosses a cut. Each is the exact
/// meaning of a published regular expression over Unicode, as a scanner ([PieceScanner]).
public enum PreTokenizer {
    /// Llama 3: `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|
    /// ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+| \s+(?!\S)|\s+`.
    LLAMA3("llama-bpe", "llama3", "llama-v3", "smaug-bpe", "dbrx"),
    /// The same with single digits.
    QWEN2("qwen2", "deepseek-r1-qwen"),
    /// GPT-2: `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`.
    GPT2("gpt-2", "phi-2", "jina-es", "jina-de", "mpt", "olmo");

    private final List<String> names;

    PreTokenizer(String... names) {
        this.names = List.of(names);
    }

    /// What `tokenizer.ggml.pre` calls it.
    String ggufName() {
        return names.getFirst();
    }

    /// The one that `tokenizer.ggml.pre` names.
    static PreTokenizer named(String name) {
        for (PreTokenizer each : values()) {
            if (each.names.contains(name)) {
                return each;
            }
        }
        String known =
                Arrays.stream(values()).flatMap(each -> each.names.stream()).collect(Collectors.joining(", "));
        throw new IllegalArgumentException("pre-tokenizer '" + name + "' is not supported; supported are " + known);
    }
}
