package dev.herd.llama.batching;

import dev.herd.llama.Completion;
import dev.herd.llama.Completion.End;
import dev.herd.llama.Draft;
import dev.herd.llama.Lookahead;
import dev.herd.llama.engine.Chunk;
import dev.herd.llama.engine.Chunk.Output;
import dev.herd.llama.engine.LlamaEngine;
import dev.herd.llama.engine.Sequence;
import dev.herd.llama.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.Optional;

/// A text being written.
final class TextJob extends Job {
    private final Ask ask;
    private final Reply reply;
    private final Draft draft;
    private final Lookahead lookahead;
    /// What the last step computed after the prompt.
    private int[] computed = {};
    private final long asked = System.nanoTime();
    private int reused;
    private long started;
    private long first;
    private long ended;

    /// @param guesses most tokens guessed at a time
    TextJob(Tokenizer tokenizer, Ask ask, Reply reply, int guesses) {
        super(ask.prompt(), ask.positions());
        this.ask = ask;
        this.reply = reply;
        draft = new Draft(tokenizer, prompt(), ask.request(), ask.request().tokens());
        lookahead = Lookahead.lookup(guesses, prompt(), draft.most());
    }

    /// With as much of the prompt as is remembered.
    @Override
    Sequence first(LlamaEngine engine) {
        return engine.sequence(prompt());
    }

    @Override
    void start(Sequence own) {
        super.start(own);
        reused = own.length();
        started = System.nanoTime();
    }

    int reused() {
        return reused;
    }

    /// The token written last, and up to `room` that are guessed to come after it.
    Chunk decode(int room) {
        computed = lookahead.next(room);
        return new Chunk(sequence(), computed, Output.LOGITS);
    }

    @Override
    Chunk prefill(int most) {
        int from = sequence().length();
        return Chunk.of(sequence(), Arrays.copyOfRange(prompt(), from, from + Math.min(most, promptLeft())));
    }

    /// Writes the next token and tells it, once the prompt has been computed, and more as far as guesses were
    /// right.
    @Override
    boolean take(LlamaEngine engine, float[]... rows) {
        if (promptLeft() > 0) {
            return false;
        }
        boolean first = draft.length() == 0;
        int taken = 0;
        do {
            write(rows[taken++]);
        } while (draft.ended().isEmpty() && taken < rows.length && computed[taken] == draft.last());
        sequence().truncate(sequence().length() - (rows.length - taken));
        lookahead.learn(rows.length - 1, taken - 1);
        if (first || draft.ended().isPresent()) {
            remember(engine);
        }
        return draft.ended().isPresent();
    }

    /// What came of the guesses.
    Completion.Guesses guesses() {
        return lookahead.guesses();
    }

    private void write(float[] logits) {
        String text = draft.append(logits);
        lookahead.append(draft.last());
        if (first == 0) {
            first = System.nanoTime();
        }
        Optional<Piece.Odds> odds = ask.likely().isEmpty()
                ? Optional.empty()
                : Optional.of(Piece.Odds.of(logits, draft.last(), ask.likely().getAsInt()));
        reply.tell(new Piece(draft.last(), text, odds));
    }

    /// Tokens written.
    int written() {
        return draft.length();
    }

    /// Leaves what has been computed to texts that begin alike.
    void remember(LlamaEngine engine) {
        int[] tokens = Arrays.copyOf(prompt(), prompt().length + draft.length());
        System.arraycopy(draft.tokens(), 0, tokens, prompt().length, draft.length());
        engine.remember(sequence(), Arrays.copyOf(tokens, sequence().length()));
    }

    @Override
    boolean cancelled() {
        return reply.closed();
    }

    @Override
    void cancel() {
        reply.close();
    }

    @Override
    void end(Optional<Throwable> why) {
        super.end(why);
        ended = System.nanoTime();
    }

    @Override
    void tell() {
        if (fault().isPresent()) {
            reply.fail(fault().get());
            return;
        }
        reply.end(new Outcome(
                draft.ended().orElse(End.INTERRUPTED),
                prompt().length,
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
