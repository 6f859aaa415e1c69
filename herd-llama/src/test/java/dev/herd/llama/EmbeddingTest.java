package dev.herd.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.herd.llama.engine.Chunk;
import dev.herd.llama.engine.Chunk.Output;
import dev.herd.llama.engine.EngineOptions;
import dev.herd.llama.engine.LlamaEngine;
import dev.herd.llama.engine.Sequence;
import dev.herd.llama.tokenizer.Tokenizer;
import dev.herd.llama.weights.Role;
import dev.herd.llama.weights.WeightFile;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EmbeddingTest {
    private static final EngineOptions OPTIONS = EngineOptions.defaults().withPositions(512);
    private static final List<String> TEXTS =
            List.of("A fox.", "Where is the station?", "x", "The quick brown fox jumps over the lazy dog. ".repeat(4));

    private static Path model() {
        return SharedData.path("llama-golden/model-f32.gguf");
    }

    /// The states of a text, one row a token, by an engine of its own.
    private static float[][] states(String text) {
        try (WeightFile file = WeightFile.open(model());
                LlamaEngine engine = LlamaEngine.open(file, OPTIONS);
                Sequence sequence = engine.sequence()) {
            Tokenizer tokenizer = Tokenizer.open(model());
            int[] tokens = tokenizer.framed(tokenizer.encode(text));
            return engine.step(List.of(new Chunk(sequence, tokens, Output.STATES)));
        }
    }

    @Test
    void statesAreWhatLogitsAreMadeFrom() {
        try (WeightFile file = WeightFile.open(model());
                LlamaEngine engine = LlamaEngine.open(file, OPTIONS);
                Sequence one = engine.sequence();
                Sequence two = engine.sequence();
                Sequence three = engine.sequence()) {
            int[] tokens = {5, 9, 300, 4, 77};
            float[][] rows = engine.step(List.of(
                    new Chunk(one, tokens, Output.STATES),
                    new Chunk(two, tokens, Output.LOGITS),
                    Chunk.of(three, tokens)));
            assertThat(rows.length).isEqualTo(11);
            float[] output = file.tensor(Role.OUTPUT).decode();
            int width = engine.config().width();
            for (int t = 0; t < tokens.length; t++) {
                assertThat(rows[t]).hasSize(width);
                for (int id = 0; id < engine.config().vocabulary(); id += 97) {
                    double logit = 0;
                    for (int i = 0; i < width; i++) {
                        logit += (double) rows[t][i] * output[id * width + i];
                    }
                    assertThat((double) rows[5 + t][id]).isCloseTo(logit, within(1e-4));
                }
            }
            assertThat(rows[10]).isEqualTo(rows[9]);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aVectorIsThePooledStatesOfItsTextAlone(Pooling pooling) {
        for (EngineOptions options : List.of(OPTIONS, OPTIONS.withBatch(7), OPTIONS.withPositions(64))) {
            try (Llama llama = Llama.open(model(), options)) {
                List<Embedding> all = llama.embed(TEXTS.subList(0, options.positions() == 64 ? 3 : 4), pooling);
                for (int t = 0; t < all.size(); t++) {
                    float[][] states = states(TEXTS.get(t));
                    assertThat(all.get(t).tokens()).isEqualTo(states.length);
                    assertThat(all.get(t).vector()).isEqualTo(pooled(states, pooling));
                    assertThat(llama.embed(TEXTS.get(t), pooling).vector())
                            .isEqualTo(all.get(t).vector());
                }
            }
        }
    }

    private static float[] pooled(float[][] states, Pooling pooling) {
        int width = states[0].length;
        double[] sum = new double[width];
        for (int t = pooling == Pooling.LAST ? states.length - 1 : 0; t < states.length; t++) {
            for (int i = 0; i < width; i++) {
                sum[i] += states[t][i];
            }
        }
        double squares = 0;
        for (double each : sum) {
            squares += each * each;
        }
        float[] pooled = new float[width];
        for (int i = 0; i < width; i++) {
            pooled[i] = (float) (sum[i] / Math.sqrt(squares));
        }
        return pooled;
    }

    @Test
    void pagesAreGivenBackAndTextsThatDoNotFitAreRefused() {
        try (Llama llama = Llama.open(model(), OPTIONS.withPositions(64))) {
            assertThatThrownBy(() -> llama.embed(List.of("x", "word ".repeat(200)), Pooling.MEAN))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching("text 1 has \\d+ tokens, it must have 1 to 64");
            for (int i = 0; i < 3; i++) {
                assertThat(llama.embed("A fox.", Pooling.MEAN).vector()).hasSizeGreaterThan(16);
            }
        }
    }
}
