package dev.herd.llama.engine;

/// The next tokens of one sequence in a step of the engine.
///
/// @param output what is wanted of them
public record Chunk(Sequence sequence, int[] tokens, Output output) {
    public Chunk {
        if (tokens.length == 0) {
            throw new IllegalArgumentException("a chunk needs at least one token");
        }
    }

    /// What a step gives for a chunk.
    public enum Output {
        /// The logits after the last token.
        LAST_LOGITS,
        /// The logits after each token.
        LOGITS,
        /// The hidden state of each token, normalized as for the logits.
        STATES
    }

    /// Tokens of which only the last one's logits are wanted.
    public static Chunk of(Sequence sequence, int... tokens) {
        return new Chunk(sequence, tokens, Output.LAST_LOGITS);
    }

    /// Rows that a step gives for it.
    public int rows() {
        return output == Output.LAST_LOGITS ? 1 : tokens.length;
    }
}
