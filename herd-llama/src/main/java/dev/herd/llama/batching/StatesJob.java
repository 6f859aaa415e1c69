package dev.herd.llama.batching;

import dev.herd.llama.Embedding;
import dev.herd.llama.PooledStates;
import dev.herd.llama.Pooling;
import dev.herd.llama.engine.Chunk;
import dev.herd.llama.engine.Chunk.Output;
import dev.herd.llama.engine.LlamaEngine;
import dev.herd.llama.engine.Sequence;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/// A text being read for its vector.
final class StatesJob extends Job {
    private final PooledStates states;
    private final CompletableFuture<Embedding> embedding = new CompletableFuture<>();

    StatesJob(int[] tokens, Pooling pooling) {
        super(tokens, tokens.length);
        states = new PooledStates(pooling);
    }

    /// Completed when the text has been read; cancelling it ends the reading.
    CompletableFuture<Embedding> embedding() {
        return embedding;
    }

    /// An empty one: of what is remembered, only keys and values are known.
    @Override
    Sequence first(LlamaEngine engine) {
        return engine.sequence();
    }

    @Override
    Chunk prefill(int most) {
        int from = sequence().length();
        int[] piece = Arrays.copyOfRange(prompt(), from, from + Math.min(most, promptLeft()));
        return new Chunk(sequence(), piece, Output.STATES);
    }

    @Override
    boolean take(LlamaEngine engine, float[]... rows) {
        states.add(rows);
        return promptLeft() == 0;
    }

    @Override
    boolean cancelled() {
        return embedding.isCancelled();
    }

    @Override
    void cancel() {
        embedding.cancel(false);
    }

    @Override
    void tell() {
        if (fault().isPresent()) {
            embedding.completeExceptionally(fault().get());
        } else {
            embedding.complete(states.embedding());
        }
    }
}
