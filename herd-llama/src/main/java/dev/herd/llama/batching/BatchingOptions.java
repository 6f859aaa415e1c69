package dev.herd.llama.batching;

/// How many texts are written at once and how they share a step of the engine.
///
/// @param streams most texts written at once
/// @param queue most requests that wait for their turn
/// @param prefill most tokens of prompts in one step: more makes prompts faster and lets those who are
///     writing wait longer for their next token
public record BatchingOptions(int streams, int queue, int prefill) {
    public BatchingOptions {
        if (streams < 1 || queue < 0 || prefill < 1) {
            throw new IllegalArgumentException("streams and prefill must be positive and queue not negative, got "
                    + streams + ", " + prefill + ", " + queue);
        }
    }

    /// 32 texts at once, 128 that wait, 128 tokens of prompts a step.
    public static BatchingOptions defaults() {
        return new BatchingOptions(32, 128, 128);
    }

    public BatchingOptions withStreams(int streams) {
        return new BatchingOptions(streams, queue, prefill);
    }

    public BatchingOptions withQueue(int queue) {
        return new BatchingOptions(streams, queue, prefill);
    }

    public BatchingOptions withPrefill(int prefill) {
        return new BatchingOptions(streams, queue, prefill);
    }

    /// Tokens of the largest step: the `batch` that the engine needs, see [EngineOptions].
    public int batch() {
        return Math.addExact(streams, prefill);
    }
}
