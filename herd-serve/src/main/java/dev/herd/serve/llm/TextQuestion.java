package dev.herd.serve.llm;

import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.IntNode;

/// The body of `/v1/completions`.
final class TextQuestion {
    private static final int DEFAULT_TOKENS = 16;
    private static final int MOST_LIKELY = 5;
    private static final Set<String> READ = read();

    private TextQuestion() {}

    private static Set<String> read() {
        Set<String> read = new HashSet<>(Settings.READ);
        read.addAll(Set.of("prompt", "echo", "best_of", "grammar"));
        return read;
    }

    static Question parse(Fields fields, ServedModel model) {
        fields.known(READ, Settings.IGNORED);
        fields.only("echo", BooleanNode.FALSE);
        fields.only("best_of", IntNode.valueOf(1));
        Settings settings = Settings.of(fields, model.tokenizer().vocabulary());
        int tokens = fields.whole("max_tokens", 1, Integer.MAX_VALUE).orElse(DEFAULT_TOKENS);
        int likely = fields.whole("logprobs", 0, MOST_LIKELY).orElse(-1);
        return Question.of(
                model,
                prompt(fields, model),
                tokens,
                settings,
                likely,
                model.forms().rules(fields));
    }

    /// A text, a list of one text, or a list of tokens.
    private static int[] prompt(Fields fields, ServedModel model) {
        JsonNode given = fields.value("prompt")
                .orElseThrow(() -> Problem.with("prompt", "must be a string or a list of tokens"));
        if (given.isArray() && given.size() == 1 && given.path(0).isString()) {
            given = given.path(0);
        }
        if (given.isString()) {
            return model.tokenizer().framed(model.tokenizer().encode(given.asString()));
        }
        int[] tokens = tokens("prompt", given, model, "several prompts in one request are not taken");
        if (tokens.length == 0) {
            throw Problem.with("prompt", "must be a string or a list of tokens that is not empty");
        }
        return tokens;
    }

    /// The tokens of a list.
    ///
    /// @param at its place in the request
    /// @param otherwise what to know of that is no token
    static int[] tokens(String at, JsonNode given, ServedModel model, String otherwise) {
        int vocabulary = model.tokenizer().vocabulary();
        int[] tokens = new int[given.size()];
        for (int i = 0; i < tokens.length; i++) {
            JsonNode token = given.path(i);
            if (!token.isIntegralNumber() || token.asDouble() < 0 || token.asDouble() >= vocabulary) {
                throw Problem.with(
                        at + "[" + i + "]",
                        "must be a token from 0 to " + (vocabulary - 1) + ", got " + token + "; " + otherwise);
            }
            tokens[i] = token.intValue();
        }
        return tokens;
    }
}
