package dev.herd.llama.batching;

import dev.herd.llama.engine.Chunk;
import dev.herd.llama.engine.LlamaEngine;
import dev.herd.llama.engine.Sequence;
import java.util.Optional;

/// Something that the engine computes for somebody, or that waits for its turn.
abstract sealed class Job permits TextJob, StatesJob {
    private final int[] prompt;
    private final int positions;
    private Optional<Sequence> sequence = Optional.empty();
    private Optional<Throwable> fault = Optional.empty();

    /// @param positions it takes at most
    Job(int[] prompt, int positions) {
        this.prompt = prompt;
        this.positions = positions;
    }

    /// Tokens that it begins with.
    final int[] prompt() {
        return prompt;
    }

    /// Its turn has come, from a sequence that [#first] gave.
    void start(Sequence own) {
        sequence = Optional.of(own);
    }

    /// A sequence to start from.
    abstract Sequence first(LlamaEngine engine);

    /// Pages it will take at most.
    final int pages() {
        return LlamaEngine.pagesFor(positions);
    }

    /// Pages it may take beyond those it has.
    final int pagesToCome() {
        return pages() - sequence().pages();
    }

    final Sequence sequence() {
        return sequence.orElseThrow();
    }

    /// Tokens of the prompt that are not computed yet.
    final int promptLeft() {
        return Math.max(0, prompt.length - sequence().length());
    }

    /// The next tokens of the prompt, up to `most`.
    abstract Chunk prefill(int most);

    /// Takes what a step gave for its chunk; true when it has come to its end.
    abstract boolean take(LlamaEngine engine, float[]... rows);

    abstract boolean cancelled();

    abstract void cancel();

    /// Gives the pages back, after which [#tell] is due.
    void end(Optional<Throwable> why) {
        sequence.ifPresent(Sequence::close);
        fault = why;
    }

    final Optional<Throwable> fault() {
        return fault;
    }

    /// Tells how it ended.
    abstract void tell();
}
