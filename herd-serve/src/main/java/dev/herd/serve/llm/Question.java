package dev.herd.serve.llm;

import dev.herd.llama.Request;
import dev.herd.llama.batching.Ask;
import dev.herd.llama.grammar.Grammar;
import java.util.Optional;
import java.util.OptionalInt;

/// A request that has been understood.
record Question(Ask ask, boolean stream, boolean usage) {
    /// Tokens written where the request names no number.
    private static final int DEFAULT_TOKENS = 1024;

    /// @param tokens most to write, 0 for as many as usual and as fit
    /// @param likely tokens told beside each written one, -1 to tell no probabilities
    static Question of(
            ServedModel model, int[] prompt, int tokens, Settings settings, int likely, Optional<Grammar> form) {
        int room = model.batcher().longest() - prompt.length + 1;
        int most = tokens > 0 ? tokens : Math.clamp(room, 1, DEFAULT_TOKENS);
        if (prompt.length == 0) {
            throw Problem.with("prompt", "is empty and this model's texts have no start mark");
        }
        OptionalInt shown = likely < 0 ? OptionalInt.empty() : OptionalInt.of(likely);
        Request request = settings.request(most);
        Ask ask = new Ask(prompt, form.map(request::withForm).orElse(request), shown);
        return new Question(ask, settings.stream(), settings.usage());
    }
}
