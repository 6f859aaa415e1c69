package dev.herd.llama;

/// What a model wrote.
///
/// @param tokens that were generated, the one that ended the text included
/// @param logProbabilities of the tokens, before the settings of the sampling
/// @param promptSeconds until the first token was known
/// @param seconds that the other tokens took
public record Completion(
        String text,
        End end,
        int promptTokens,
        int[] tokens,
        double[] logProbabilities,
        double promptSeconds,
        double seconds) {
    /// Tokens a second after the first; 0 where there is only one.
    public double tokensPerSecond() {
        return tokens.length > 1 && seconds > 0 ? (tokens.length - 1) / seconds : 0;
    }

    /// Why a text ended.
    public enum End {
        /// The model ended it.
        MARK,
        /// A stop string came.
        STOP,
        /// As many tokens as were wanted, or as the context holds.
        LENGTH,
        /// The listener asked for no more.
        INTERRUPTED
    }
}
