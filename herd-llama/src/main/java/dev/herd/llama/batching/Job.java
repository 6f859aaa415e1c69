package dev.herd.llama.batching;

import dev.herd.llama.Completion.End;
import dev.herd.llama.Draft;
import dev.herd.llama.engine.Chunk;
import dev.herd.llama.engine.LlamaEngine;
import dev.herd.llama.engine.Sequence;
import dev.herd.llama.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.Optional;

/// A text being written, or waiting for its turn.
final class Job {
    private final Ask ask;
    private final int[] prompt;
    private final Reply reply;
    private final Draft draft;
    private final long asked = System.nanoTime();
    private Optional<Sequence> sequence = Optional.empty();
    private int reused;
    private long started;
    private long first;
    private long ended;
    private Optional<Throwable> fault = Optional.empty();

    Job(Tokenizer tokenizer, Ask ask, Reply reply) {
        this.ask = ask;
        this.reply = reply;
        prompt = ask.prompt();
        draft = new Draft(tokenizer, prompt, ask.request(), ask.request().tokens());
    }

    int[] prompt() {
        return prompt;
    }

    /// Its turn has come.
    void start(Sequence sequence) {
        this.sequence = Optional.of(sequence);
        reused = sequence.length();
        started = System.nanoTime();
    }

    /// Pages it will take at most.
    int pages() {
        return LlamaEngine.pagesFor(ask.positions());
    }

    /// Pages it may take beyond those it has.
    int pagesToCome() {
        return pages() - sequence().pages();
    }

    private Sequence sequence() {
        return sequence.orElseThrow();
    }

    /// Tokens of the prompt that are not computed yet.
    int promptLeft() {
        return Math.max(0, prompt.length - sequence().length());
    }

    int reused() {
        return reused;
    }

    int written() {
        return draft.length();
    }

    boolean cancelled() {
        return reply.closed();
    }

    void cancel() {
        reply.close();
    }

    /// The token written last.
    Chunk decode() {
        return Chunk.of(sequence(), draft.last());
    }

    /// The next tokens of the prompt, up to `most`.
    Chunk prefill(int most) {
        int from = sequence().length();
        return Chunk.of(sequence(), Arrays.copyOfRange(prompt, from, from + Math.min(most, promptLeft())));
    }

    /// Writes the next token and tells it; true when it was the last.
    boolean write(float[] logits) {
        String text = draft.append(logits);
        if (first == 0) {
            first = System.nanoTime();
        }
        Optional<Piece.Odds> odds = ask.likely().isEmpty()
                ? Optional.empty()
                : Optional.of(Piece.Odds.of(logits, draft.last(), ask.likely().getAsInt()));
        reply.tell(new Piece(draft.last(), text, odds));
        return draft.ended().isPresent();
    }

    /// Leaves what has been computed to texts that begin alike.
    void remember(LlamaEngine engine) {
        int[] tokens = Arrays.copyOf(prompt, prompt.length + draft.length());
        System.arraycopy(draft.tokens(), 0, tokens, prompt.length, draft.length());
        engine.remember(sequence(), Arrays.copyOf(tokens, sequence().length()));
    }

    /// Gives the pages back, after which [#tell] is due.
    void end(Optional<Throwable> why) {
        sequence.ifPresent(Sequence::close);
        fault = why;
        ended = System.nanoTime();
    }

    /// Tells how it ended.
    void tell() {
        if (fault.isPresent()) {
            reply.fail(fault.get());
            return;
        }
        reply.end(new Outcome(
                draft.ended().orElse(End.INTERRUPTED),
                prompt.length,
                reused,
                draft.length(),
                seconds(started == 0 ? ended : started),
                seconds(first == 0 ? ended : first),
                seconds(ended)));
    }

    private double seconds(long to) {
        return (to - asked) * 1e-9;
    }
}
