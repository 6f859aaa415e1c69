package dev.herd.llama.batching;

/// The state of a batcher and what it has done, as of the last step.
///
/// @param waiting requests whose turn has not come
/// @param running texts being written, their prompts included
/// @param pages of keys and values there are
/// @param freePages that new tokens can take, those only remembered included
/// @param rememberedPages that hold beginnings of texts for later ones
/// @param requests taken since the start
/// @param refused requests not taken
/// @param finished texts that came to their end
/// @param cancelled requests whose reply was closed before the end
/// @param failed requests that the engine failed on
/// @param promptTokens computed
/// @param reusedTokens of prompts that did not have to be computed
/// @param tokens written
/// @param guesses checked, in texts that have ended
/// @param rightGuesses those of them that came to be written
/// @param steps of the engine
/// @param tokensPerSecond written over the last steps
public record Figures(
        int waiting,
        int running,
        int pages,
        int freePages,
        int rememberedPages,
        long requests,
        long refused,
        long finished,
        long cancelled,
        long failed,
        long promptTokens,
        long reusedTokens,
        long tokens,
        long guesses,
        long rightGuesses,
        long steps,
        double tokensPerSecond) {
    Figures withRefused(long refused) {
        return new Figures(
                waiting,
                running,
                pages,
                freePages,
                rememberedPages,
                requests,
                refused,
                finished,
                cancelled,
                failed,
                promptTokens,
                reusedTokens,
                tokens,
                guesses,
                rightGuesses,
                steps,
                tokensPerSecond);
    }
}
