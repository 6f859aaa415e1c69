package dev.herd.llama.batching;

import dev.herd.llama.SharedData;
import dev.herd.llama.engine.Chunk;
import dev.herd.llama.engine.EngineOptions;
import dev.herd.llama.engine.LlamaEngine;
import dev.herd.llama.engine.Sequence;
import dev.herd.llama.tokenizer.Tokenizer;
import dev.herd.llama.weights.WeightFile;
import dev.herd.numerics.CounterRandom;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A model of random weights: what it writes means nothing and is the same every time.
record GoldenModel(WeightFile file, LlamaEngine engine, Tokenizer tokenizer) implements AutoCloseable {
    /// @param pages of 64 positions
    static GoldenModel open(int pages, BatchingOptions options) {
        Path path = SharedData.path("llama-golden/model-q8_0.gguf");
        WeightFile file = WeightFile.open(path);
        EngineOptions engine =
                EngineOptions.defaults().withPositions(64 * pages).withBatch(options.batch());
        return new GoldenModel(file, LlamaEngine.open(file, engine), Tokenizer.open(path));
    }

    /// Ordinary tokens, another sequence of them for each stream.
    static int[] tokens(int count, int stream) {
        int[] tokens = new int[count];
        Arrays.setAll(tokens, i -> (int) CounterRandom.below(5, stream, i, 1744));
        return tokens;
    }

    /// The likeliest continuation, computed alone and without what has been remembered; it goes on past the
    /// marks that would end it.
    List<Integer> alone(int[] prompt, int count) {
        List<Integer> written = new ArrayList<>();
        try (Sequence sequence = engine.sequence()) {
            float[] logits = engine.prefill(sequence, prompt);
            while (true) {
                int best = 0;
                for (int id = 1; id < logits.length; id++) {
                    best = logits[id] > logits[best] ? id : best;
                }
                written.add(best);
                if (written.size() == count) {
                    return written;
                }
                logits = engine.step(List.of(Chunk.of(sequence, best)))[0];
            }
        }
    }

    @Override
    public void close() {
        engine.close();
        file.close();
    }
}
