package dev.herd.llama.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.InputException;
import dev.herd.llama.SharedData;
import dev.herd.llama.weights.WeightFile;
import dev.herd.numerics.CounterRandom;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/// A token's logits have the same bits however it was computed.
@ParameterizedClass
@CsvSource({"f32, FP32", "q4_0, FP32", "q8_0, INT8", "mxfp4, INT8", "q4_k_m, INT8"})
class SameBitsTest {
    private final WeightFile file;
    private final LlamaEngine engine;

    SameBitsTest(String model, Activations activations) {
        file = WeightFile.open(SharedData.path("llama-golden/model-" + model + ".gguf"));
        EngineOptions options = EngineOptions.defaults().withActivations(activations);
        engine = LlamaEngine.open(file, options.withThreads(2).withPositions(1024));
    }

    @AfterEach
    void close() {
        engine.close();
        file.close();
    }

    private static int[] tokens(int count, int stream) {
        int[] tokens = new int[count];
        Arrays.setAll(tokens, i -> (int) CounterRandom.below(7, stream, i, 1744));
        return tokens;
    }

    private float[][] whole(int[] tokens) {
        try (Sequence sequence = engine.sequence()) {
            return engine.step(List.of(new Chunk(sequence, tokens, Chunk.Output.LOGITS)));
        }
    }

    @Test
    void tokenByTokenAndInChunksAsInOneShot() {
        int[] tokens = tokens(150, 1);
        float[][] expected = whole(tokens);
        for (int[] sizes : new int[][] {{1}, {7}, {64, 3}, {100, 1, 30}}) {
            try (Sequence sequence = engine.sequence()) {
                for (int at = 0, turn = 0; at < tokens.length; turn++) {
                    int to = Math.min(tokens.length, at + sizes[turn % sizes.length]);
                    int[] part = Arrays.copyOfRange(tokens, at, to);
                    float[][] found = engine.step(List.of(new Chunk(sequence, part, Chunk.Output.LOGITS)));
                    assertThat(found).isEqualTo(Arrays.copyOfRange(expected, at, to));
                    at = to;
                }
            }
        }
    }

    @Test
    void inABatchAsAlone() {
        int[] a = tokens(70, 2);
        int[] b = tokens(3, 3);
        int[] c = tokens(129, 4);
        float[][] alone = {last(whole(a)), last(whole(b)), last(whole(c))};
        try (Sequence first = engine.sequence();
                Sequence second = engine.sequence();
                Sequence third = engine.sequence()) {
            float[][] together = engine.step(List.of(Chunk.of(first, a), Chunk.of(second, b), Chunk.of(third, c)));
            assertThat(together).isEqualTo(alone);
        }
    }

    @Test
    void onASharedPrefixAsFromTheStartAndPagesComeBack() {
        int[] prefix = tokens(100, 5);
        long free = engine.freePositions();
        try (Sequence origin = engine.sequence()) {
            engine.prefill(origin, prefix);
            for (int kept : new int[] {100, 64, 70, 0}) {
                int[] rest = tokens(40, 6 + kept);
                int[] all = Arrays.copyOf(prefix, kept + rest.length);
                System.arraycopy(rest, 0, all, kept, rest.length);
                float[] expected = last(whole(all));
                try (Sequence fork = origin.fork(kept)) {
                    assertThat(engine.prefill(fork, rest)).isEqualTo(expected);
                }
            }
            int[] more = tokens(5, 200);
            int[] all = Arrays.copyOf(prefix, 105);
            System.arraycopy(more, 0, all, 100, 5);
            assertThat(engine.prefill(origin, more)).isEqualTo(last(whole(all)));
        }
        assertThat(engine.freePositions()).isEqualTo(free);
    }

    @Test
    void onAnyNumberOfThreads() {
        int[] tokens = tokens(90, 9);
        float[] expected = last(whole(tokens));
        for (int threads : new int[] {1, 3}) {
            try (LlamaEngine other = LlamaEngine.open(file, engine.options().withThreads(threads));
                    Sequence sequence = other.sequence()) {
                assertThat(other.prefill(sequence, tokens)).isEqualTo(expected);
            }
        }
    }

    @Test
    void whatDoesNotFitIsRefusedWithItsNumbersAndChangesNothing() {
        try (Sequence sequence = engine.sequence()) {
            assertThatThrownBy(() -> engine.step(List.of(Chunk.of(sequence, 3, 2000))))
                    .hasMessage("token 2000 is outside the vocabulary of 2000");
            assertThatThrownBy(() -> engine.step(List.of(Chunk.of(sequence, 1), Chunk.of(sequence, 2))))
                    .hasMessage("chunks 0 and 1 name the same sequence");
            assertThatThrownBy(() -> engine.prefill(sequence, new int[1100]))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("the step needs 2 pages of 64 positions, 0 of 16 are free");
            assertThat(sequence.length()).isEqualTo(1024);
        }
        EngineOptions huge = EngineOptions.defaults().withPositions(131_072).withMemoryLimit(1 << 20);
        assertThatThrownBy(() -> LlamaEngine.open(file, huge))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("131072 positions need 268435456 bytes for keys and values in FP32")
                .hasMessageContaining("the limit is 1048576")
                .hasMessageEndingWith(
                        "; in FP16 the keys and values take 134217728; in Q8 the keys and values take 71303168");
    }

    private static float[] last(float[][] rows) {
        return rows[rows.length - 1];
    }
}
