package dev.herd.llama.batching;

/// How many texts are written at once and how they share a step of the engine.
///
/// @param streams most texts written at once
/// @param queue most requests that wait for their turn
/// @param prefill most tokens of prompts in one step: more makes prompts faster and lets those who are
///     writing wait longer for their next token
/// @param guesses most tokens of a text guessed at a time, by what it has said before; 0 for none. They take
///     room of prompts
public record BatchingOptions(int streams, int queue, int prefill, int guesses) {
    public BatchingOptions {
        if (streams < 1 || queue < 0 || prefill < 1 || guesses < 0) {
            throw new IllegalArgumentException(
                    "streams and prefill must be positive, queue and guesses not negative, got " + streams + ", "
                            + prefill + ", " + queue + ", " + guesses);
        }
    }

    /// Nothing is guessed.
    public BatchingOptions(int streams, int queue, int prefill) {
        this(streams, queue, prefill, 0);
    }

    /// 32 texts at once, 128 that wait, 128 tokens of prompts a step.
    public static BatchingOptions defaults() {
        return new BatchingOptions(32, 128, 128);
    }

    public BatchingOptions withStreams(int streams) {
        return new BatchingOptions(streams, queue, prefill, guesses);
    }

    public BatchingOptions withQueue(int queue) {
        return new BatchingOptions(streams, queue, prefill, guesses);
    }

    public BatchingOptions withPrefill(int prefill) {
        return new BatchingOptions(streams, queue, prefill, guesses);
    }

    public BatchingOptions withGuesses(int guesses) {
        return new BatchingOptions(streams, queue, prefill, guesses);
    }

    /// Tokens of the largest step: the `batch` that the engine needs, see [EngineOptions].
    public int batch() {
        return Math.addExact(streams, prefill);
    }
}
