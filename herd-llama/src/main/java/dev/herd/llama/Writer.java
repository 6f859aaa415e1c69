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
    private final Guesser guesser;
    private final Sequence sequence;
    private final Draft draft;
    private final Predicate<String> listener;
    private final int[] text;
    private final int promptLength;
    private final StringBuilder written = new StringBuilder();
    private final DoubleStream.Builder logs = DoubleStream.builder();
    private final int mostGuesses;
    private int worthGuessing;
    private int guessed;
    private int right;
    private boolean wanted = true;

    /// @param sequence that may hold a beginning of the prompt already
    /// @param mostGuesses at a time
    Writer(
            LlamaEngine engine,
            Guesser guesser,
            int mostGuesses,
            Sequence sequence,
            Draft draft,
            int[] prompt,
            Predicate<String> listener) {
        this.engine = engine;
        this.guesser = guesser;
        this.sequence = sequence;
        this.draft = draft;
        this.listener = listener;
        this.mostGuesses = mostGuesses;
        this.worthGuessing = mostGuesses;
        promptLength = prompt.length;
        text = Arrays.copyOf(prompt, prompt.length + draft.most());
    }

    Completion write() {
        long start = System.nanoTime();
        append(engine.prefill(sequence, Arrays.copyOfRange(text, sequence.length(), promptLength)));
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
                promptLength,
                draft.tokens(),
                logs.build().toArray(),
                new Completion.Guesses(guessed, right),
                (first - start) * 1e-9,
                (System.nanoTime() - first) * 1e-9);
    }

    /// Computes the last token and guesses after it, and writes as far as these were right.
    private void step() {
        int[] guesses = guesses();
        int[] tokens = new int[1 + guesses.length];
        tokens[0] = draft.last();
        System.arraycopy(guesses, 0, tokens, 1, guesses.length);
        int before = sequence.length();
        float[][] logits = engine.step(List.of(new Chunk(sequence, tokens, Chunk.Output.LOGITS)));
        int taken = 0;
        do {
            append(logits[taken++]);
        } while (wanted && draft.ended().isEmpty() && taken < tokens.length && tokens[taken] == draft.last());
        sequence.truncate(before + taken);
        guessed += guesses.length;
        right += taken - 1;
        if (guesses.length > 0) {
            boolean all = taken == tokens.length;
            worthGuessing = all ? Math.min(mostGuesses, 2 * guesses.length) : Math.max(1, taken - 1);
        }
    }

    /// As many as are worth it, and as there is room for.
    private int[] guesses() {
        long room = Math.min(engine.options().batch() - 1, engine.freePositions());
        int most = (int) Math.min(room, Math.min(worthGuessing, draft.most() - draft.length() - 1));
        return most > 0 ? guesser.guess(text, promptLength + draft.length(), most) : new int[0];
    }

    private void append(float[] logits) {
        String piece = draft.append(logits);
        text[promptLength + draft.length() - 1] = draft.last();
        logs.add(Sampler.logProbability(logits, draft.last()));
        written.append(piece);
        wanted = piece.isEmpty() || listener.test(piece);
    }
}
