package dev.herd.llama;

/// What a model wrote.
///
/// @param tokens that were generated, the one that ended the text included
/// @param logProbabilities of the tokens, before the settings of the sampling
/// @param guesses that were checked on the way
/// @param promptSeconds until the first token was known
/// @param seconds that the other tokens took
public record Completion(
        String text,
        End end,
        int promptTokens,
        int[] tokens,
        double[] logProbabilities,
        Guesses guesses,
        double promptSeconds,
        double seconds) {
    /// Tokens a second after the first; 0 where there is only one.
    public double tokensPerSecond() {
        return tokens.length > 1 && seconds > 0 ? (tokens.length - 1) / seconds : 0;
    }

    /// Tokens that were guessed ahead, see [Speculation].
    ///
    /// @param right how many of them came to be written
    public record Guesses(int made, int right) {
        public static final Guesses NONE = new Guesses(0, 0);
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
