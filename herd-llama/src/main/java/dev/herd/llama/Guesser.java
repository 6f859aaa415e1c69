package dev.herd.llama;

import dev.herd.llama.engine.EngineOptions;
import dev.herd.llama.tokenizer.Tokenizer;
import java.nio.file.Path;

/// Guesses how texts go on.
///
/// For one thread.
interface Guesser extends AutoCloseable {
    /// Nothing.
    Guesser NONE = (_, _, _) -> new int[0];

    /// Up to `most` tokens that may come after the first `length` tokens of a text; none where nothing is
    /// known.
    int[] guess(int[] text, int length, int most);

    @Override
    default void close() {}

    /// Makes the guesser that was asked for.
    ///
    /// @param tokenizer of the model whose texts are guessed
    /// @param path of that model, for messages
    static Guesser of(Speculation speculation, Tokenizer tokenizer, Path path, EngineOptions options) {
        return switch (speculation) {
            case Speculation.None _ -> NONE;
            case Speculation.Lookup _ -> new PromptLookup();
            case Speculation.Model draft -> DraftModel.open(draft.model(), options, tokenizer, path);
        };
    }
}
