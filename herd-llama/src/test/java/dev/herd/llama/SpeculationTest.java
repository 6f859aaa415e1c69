package dev.herd.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.InputException;
import dev.herd.llama.chat.ChatFormat;
import dev.herd.llama.chat.Conversation;
import dev.herd.llama.chat.Message;
import dev.herd.llama.chat.Role;
import dev.herd.llama.engine.EngineOptions;
import dev.herd.llama.engine.Sampling;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Texts that are guessed ahead are those that are not: tokens, probabilities and ends.
class SpeculationTest {
    private static final String PROMPT = "one two three four one two three four one two three";
    private static final EngineOptions OPTIONS = EngineOptions.defaults().withPositions(512);

    private static Path file(String type) {
        return SharedData.path("llama-golden/model-" + type + ".gguf");
    }

    static List<Request> requests() {
        Sampling warm = new Sampling(0.8, 40, 0.95, 0, new Sampling.Penalties(1.1, 0, 0), Map.of(), 7);
        return List.of(
                Request.greedy(60),
                Request.greedy(1),
                Request.greedy(2),
                Request.greedy(60).withSampling(warm),
                Request.greedy(60).withSampling(Sampling.greedy()).withStops("e"));
    }

    private static Completion written(Speculation speculation, EngineOptions options, Request request) {
        try (Llama llama = Llama.open(file("f32"), options, speculation)) {
            return llama.complete(PROMPT, request);
        }
    }

    @ParameterizedTest
    @MethodSource("requests")
    void theTextIsTheSameHoweverItIsGuessed(Request request) {
        Completion plain = written(new Speculation.None(), OPTIONS, request);
        assertThat(plain.guesses()).isEqualTo(Completion.Guesses.NONE);
        for (Speculation speculation : List.of(
                new Speculation.Lookup(5),
                new Speculation.Lookup(64),
                new Speculation.Model(file("q4_0"), 4),
                new Speculation.Model(file("f32"), 8))) {
            for (EngineOptions options : List.of(OPTIONS, OPTIONS.withBatch(3), OPTIONS.withThreads(2))) {
                Completion guessed = written(speculation, options, request);
                assertThat(guessed.tokens()).as("%s", speculation).isEqualTo(plain.tokens());
                assertThat(guessed.text()).isEqualTo(plain.text());
                assertThat(guessed.end()).isEqualTo(plain.end());
                assertThat(guessed.logProbabilities()).isEqualTo(plain.logProbabilities());
            }
        }
    }

    @Test
    void theModelItselfIsAlwaysRightAndAnotherOneSometimes() {
        Completion self = written(new Speculation.Model(file("f32"), 8), OPTIONS, Request.greedy(60));
        assertThat(self.guesses().made()).isPositive();
        assertThat(self.guesses().right()).isEqualTo(self.guesses().made());
        Completion other = written(new Speculation.Model(file("q4_0"), 8), OPTIONS, Request.greedy(60));
        assertThat(other.guesses().right()).isBetween(1, other.guesses().made() - 1);
    }

    @Test
    void whatTheTextSaidBeforeIsGuessedTheLongestMatchFirst() {
        PromptLookup lookup = new PromptLookup();
        int[] text = {1, 2, 3, 4, 5, 9, 3, 4, 7, 1, 2, 3, 4, 0, 0};
        assertThat(lookup.guess(text, 13, 3)).containsExactly(5, 9, 3);
        assertThat(lookup.guess(text, 11, 8)).containsExactly(3, 4, 5, 9, 3, 4, 7, 1);
        assertThat(lookup.guess(new int[] {1, 2, 1, 3}, 4, 8)).isEmpty();
        assertThat(lookup.guess(new int[] {8, 8, 8}, 3, 8)).containsExactly(8);
    }

    @Test
    void answersOfASessionAndTextsAtTheEndOfTheRoomAreTheSame() {
        for (int positions : new int[] {64, 128}) {
            EngineOptions tight = OPTIONS.withPositions(positions);
            try (Llama plain = Llama.open(file("f32"), tight);
                    Llama guessing = Llama.open(file("f32"), tight, new Speculation.Lookup(16));
                    ChatSession one = plain.session();
                    ChatSession other = guessing.session()) {
                Conversation chat = Conversation.of("26 Jul 2024", new Message.Text(Role.USER, "ha ha ha"));
                for (int turn = 0; turn < 2; turn++) {
                    Completion expected = one.answer(ChatFormat.LLAMA32, chat, Request.greedy(500), _ -> true);
                    Completion answer = other.answer(ChatFormat.LLAMA32, chat, Request.greedy(500), _ -> true);
                    assertThat(answer.tokens()).isEqualTo(expected.tokens());
                    assertThat(other.reused()).isEqualTo(one.reused());
                }
            }
        }
    }

    @Test
    void aModelOfOtherTokensCannotGuess() {
        Path stories = SharedData.path("stories260k/stories260K.gguf");
        assertThatThrownBy(() -> Llama.open(file("f32"), OPTIONS, new Speculation.Model(stories, 4)))
                .isInstanceOf(InputException.class)
                .hasMessageContaining(stories.toString())
                .hasMessageContaining("tokens and cannot guess for " + file("f32"))
                .hasMessageContaining("take a model of the same family");
        assertThatThrownBy(() -> new Speculation.Lookup(0)).hasMessageContaining("1 to 64 tokens at a time, got 0");
    }
}
