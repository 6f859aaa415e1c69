package dev.herd.llama.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.llama.SharedData;
import dev.herd.llama.weights.WeightFile;
import dev.herd.numerics.CounterRandom;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Six pages of 64 positions.
class PrefixCacheTest {
    private static final int PAGES = 6;

    private WeightFile file;
    private LlamaEngine engine;

    @BeforeEach
    void open() {
        file = WeightFile.open(SharedData.path("llama-golden/model-f32.gguf"));
        engine = LlamaEngine.open(file, EngineOptions.defaults().withPositions(PAGES * 64));
    }

    @AfterEach
    void close() {
        if (engine != null) {
            engine.close();
            file.close();
        }
    }

    private static int[] tokens(int count, int stream) {
        int[] tokens = new int[count];
        Arrays.setAll(tokens, i -> (int) CounterRandom.below(11, stream, i, 1744));
        return tokens;
    }

    private float[] compute(int... tokens) {
        try (Sequence sequence = engine.sequence()) {
            return engine.prefill(sequence, tokens);
        }
    }

    private void remember(int... tokens) {
        try (Sequence sequence = engine.sequence(tokens)) {
            engine.prefill(sequence, Arrays.copyOfRange(tokens, sequence.length(), tokens.length));
            engine.remember(sequence, tokens);
        }
    }

    @Test
    void whatIsRememberedGivesTheBitsThatComputingItGives() {
        int[] tokens = tokens(150, 1);
        float[] expected = compute(tokens);
        remember(Arrays.copyOf(tokens, 140));
        try (Sequence sequence = engine.sequence(tokens)) {
            assertThat(sequence.length()).isEqualTo(128);
            assertThat(engine.prefill(sequence, Arrays.copyOfRange(tokens, 128, 150)))
                    .isEqualTo(expected);
        }
        assertThat(engine.freePages()).isEqualTo(PAGES);
        assertThat(engine.rememberedPages()).isEqualTo(2);
    }

    @Test
    void theLastTokenIsAlwaysLeftToCompute() {
        int[] tokens = tokens(128, 2);
        remember(tokens);
        try (Sequence sequence = engine.sequence(tokens)) {
            assertThat(sequence.length()).isEqualTo(64);
        }
    }

    @Test
    void onlyWholePagesThatAreEqualFromTheStartAreShared() {
        int[] tokens = tokens(192, 3);
        remember(tokens);
        int[] other = tokens.clone();
        other[70]++;
        try (Sequence sequence = engine.sequence(other)) {
            assertThat(sequence.length()).isEqualTo(64);
        }
    }

    @Test
    void twoThatComputedTheSameEndUpSharingIt() {
        int[] tokens = tokens(130, 4);
        float[] expected = compute(Arrays.copyOf(tokens, 131));
        try (Sequence first = engine.sequence();
                Sequence second = engine.sequence()) {
            engine.prefill(first, tokens);
            engine.prefill(second, tokens);
            assertThat(engine.freePages()).isZero();
            engine.remember(first, tokens);
            engine.remember(second, tokens);
            assertThat(engine.freePages()).isEqualTo(2);
            assertThat(engine.prefill(second, 0)).isEqualTo(expected);
        }
        assertThat(engine.freePages()).isEqualTo(PAGES);
    }

    @Test
    void roomIsMadeFromWhatWasUsedTheLongestAgo() {
        int[] old = tokens(128, 5);
        int[] young = tokens(128, 6);
        remember(old);
        remember(young);
        try (Sequence used = engine.sequence(Arrays.copyOf(old, 129))) {
            compute(tokens(150, 7));
            assertThat(used.length()).isEqualTo(128);
        }
        try (Sequence one = engine.sequence(Arrays.copyOf(old, 129));
                Sequence other = engine.sequence(Arrays.copyOf(young, 129))) {
            assertThat(one.length()).isEqualTo(128);
            assertThat(other.length())
                    .as("the page furthest from the start goes first")
                    .isEqualTo(64);
        }
    }

    @Test
    void pagesInUseAreNeverGivenUp() {
        int[] tokens = tokens(128, 8);
        remember(tokens);
        try (Sequence holder = engine.sequence(Arrays.copyOf(tokens, 129));
                Sequence sequence = engine.sequence()) {
            assertThat(engine.freePages()).isEqualTo(4);
            assertThatThrownBy(() -> engine.prefill(sequence, tokens(300, 9)))
                    .hasMessageContaining("the step needs 5 pages of 64 positions, 4 of 6 are free");
            assertThat(holder.length()).isEqualTo(128);
        }
        assertThat(engine.rememberedPages()).isEqualTo(2);
    }

    @Test
    void whatASequenceDoesNotHoldIsNotRemembered() {
        try (Sequence sequence = engine.sequence()) {
            engine.prefill(sequence, tokens(70, 10));
            assertThatThrownBy(() -> engine.remember(sequence, tokens(71, 10)))
                    .hasMessage("the sequence holds 70 positions, not the 71 tokens given for them");
        }
    }
}
