package dev.herd.llama;

import dev.herd.llama.engine.Chunk;
import dev.herd.llama.engine.LlamaEngine;
import dev.herd.llama.engine.Sampler;
import dev.herd.llama.engine.Sequence;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.DoubleStream;

/// Writes one text: computes the prompt, then token by token, or several at once where they were guessed.
///
/// For one thread.
final class Writer {
    private final LlamaEngine engine;
    private final Sequence sequence;
    private final Draft draft;
    private final int[] prompt;
    private final Lookahead lookahead;
    private final Predicate<String> listener;
    private final StringBuilder written = new StringBuilder();
    private final DoubleStream.Builder logs = DoubleStream.builder();
    private boolean wanted = true;

    /// @param sequence that may hold a beginning of the prompt already
    Writer(
            LlamaEngine engine,
            Sequence sequence,
            Draft draft,
            int[] prompt,
            Lookahead lookahead,
            Predicate<String> listener) {
        this.engine = engine;
        this.sequence = sequence;
        this.draft = draft;
        this.prompt = prompt;
        this.lookahead = lookahead;
        this.listener = listener;
    }

    Completion write() {
        long start = System.nanoTime();
        append(engine.prefill(sequence, Arrays.copyOfRange(prompt, sequence.length(), prompt.length)));
        long first = System.nanoTime();
        while (wanted && draft.ended().isEmpty()) {
            step();
        }
        if (draft.ended().isEmpty()) {
            written.append(draft.end(Completion.End.INTERRUPTED));
        }
        return new Completion(
                written.toString(),
                draft.ended().orElseThrow(),
                prompt.length,
                draft.tokens(),
                logs.build().toArray(),
                lookahead.guesses(),
                (first - start) * 1e-9,
                (System.nanoTime() - first) * 1e-9);
    }

    /// Computes the last token and guesses after it, and writes as far as these were right.
    private void step() {
        int before = sequence.length();
        int[] tokens = lookahead.next(Math.min(engine.options().batch() - 1, engine.freePositions()));
        float[][] logits = engine.step(List.of(new Chunk(sequence, tokens, Chunk.Output.LOGITS)));
        int taken = 0;
        do {
            append(logits[taken++]);
        } while (wanted && draft.ended().isEmpty() && taken < tokens.length && tokens[taken] == draft.last());
        sequence.truncate(before + taken);
        lookahead.learn(tokens.length - 1, taken - 1);
    }

    private void append(float[] logits) {
        String piece = draft.append(logits);
        lookahead.append(draft.last());
        logs.add(Sampler.logProbability(logits, draft.last()));
        written.append(piece);
        wanted = piece.isEmpty() || listener.test(piece);
    }
}
