package dev.herd.llama.engine;

/// The next tokens of one sequence in a step of the engine.
///
/// @param everyPosition whether logits are wanted after each token; otherwise after the last
public record Chunk(Sequence sequence, int[] tokens, boolean everyPosition) {
    public Chunk {
        if (tokens.length == 0) {
            throw new IllegalArgumentException("a chunk needs at least one token");
        }
    }

    /// Tokens of which only the last one's logits are wanted.
    public static Chunk of(Sequence sequence, int... tokens) {
        return new Chunk(sequence, tokens, false);
    }

    int logitRows() {
        return everyPosition ? tokens.length : 1;
    }
}
