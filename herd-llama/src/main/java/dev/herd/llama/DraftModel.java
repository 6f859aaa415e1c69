package dev.herd.llama;

import dev.herd.data.InputException;
import dev.herd.llama.engine.Chunk;
import dev.herd.llama.engine.EngineOptions;
import dev.herd.llama.engine.LlamaEngine;
import dev.herd.llama.engine.Sampler;
import dev.herd.llama.engine.Sampling;
import dev.herd.llama.engine.Sequence;
import dev.herd.llama.tokenizer.Tokenizer;
import dev.herd.llama.weights.WeightFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// Guesses what another, smaller model would write. Of a text that goes on, only what is new is computed.
final class DraftModel implements Guesser {
    private final WeightFile file;
    private final LlamaEngine engine;
    private final Sequence sequence;
    private final Sampler likeliest = new Sampler(Sampling.greedy());
    private int[] held = {};

    private DraftModel(WeightFile file, LlamaEngine engine) {
        this.file = file;
        this.engine = engine;
        this.sequence = engine.sequence();
    }

    /// **Throws** `InputException` when the two models do not have the same tokens.
    static DraftModel open(Path path, EngineOptions options, Tokenizer tokenizer, Path modelPath) {
        check(Tokenizer.open(path), path, tokenizer, modelPath);
        WeightFile file = WeightFile.open(path);
        try {
            return new DraftModel(file, LlamaEngine.open(file, options.withAdapters(List.of())));
        } catch (Throwable e) {
            file.close();
            throw e;
        }
    }

    private static void check(Tokenizer own, Path path, Tokenizer other, Path otherPath) {
        if (own.vocabulary() != other.vocabulary()) {
            throw new InputException(path + ": has " + own.vocabulary() + " tokens and cannot guess for " + otherPath
                    + ", which has " + other.vocabulary() + "; take a model of the same family");
        }
        for (int id = 0; id < own.vocabulary(); id++) {
            if (!Arrays.equals(own.bytes(id), other.bytes(id))) {
                throw new InputException(path + ": token " + id + " is another than in " + otherPath
                        + ", for which it cannot guess; take a model of the same family");
            }
        }
    }

    @Override
    public int[] guess(int[] text, int length, int most) {
        if (length + most > engine.longest()) {
            return new int[0];
        }
        int same = Arrays.mismatch(held, 0, held.length, text, 0, length);
        int known = Math.min(same < 0 ? held.length : same, length - 1);
        sequence.truncate(known);
        float[] logits = engine.prefill(sequence, Arrays.copyOfRange(text, known, length));
        int[] all = Arrays.copyOf(text, length + most);
        all[length] = likeliest.next(logits);
        for (int at = length + 1; at < all.length; at++) {
            logits = engine.step(List.of(Chunk.of(sequence, all[at - 1])))[0];
            all[at] = likeliest.next(logits);
        }
        held = Arrays.copyOf(all, sequence.length());
        return Arrays.copyOfRange(all, length, all.length);
    }

    @Override
    public void close() {
        engine.close();
        file.close();
    }
}
