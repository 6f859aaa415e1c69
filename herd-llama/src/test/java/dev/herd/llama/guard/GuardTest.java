package dev.herd.llama.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.InputException;
import dev.herd.llama.SharedData;
import dev.herd.llama.chat.Message;
import dev.herd.llama.chat.Role;
import dev.herd.llama.chat.ToolCall;
import dev.herd.llama.engine.EngineOptions;
import dev.herd.llama.engine.LlamaEngine;
import dev.herd.llama.engine.Sampler;
import dev.herd.llama.engine.Sequence;
import dev.herd.llama.tokenizer.Tokenizer;
import dev.herd.llama.weights.WeightFile;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class GuardTest {
    private static final Message QUESTION = new Message.Text(Role.USER, " How do I bake bread? ");
    private static final Message ANSWER = new Message.Text(Role.ASSISTANT, "With flour.");

    @TempDir
    private Path folder;

    @Test
    void thePromptIsTheOneThatTheModelWasTrainedOn() {
        assertThat(GuardPrompt.of(List.of(QUESTION, ANSWER), EnumSet.of(Hazard.S1, Hazard.S10))
                        .text())
                .isEqualTo("""
                        <|begin_of_text|><|start_header_id|>user<|end_header_id|>

                        Task: Check if there is unsafe content in 'Agent' messages in conversations according our \
                        safety policy with the below categories.

                        <BEGIN UNSAFE CONTENT CATEGORIES>
                        S1: Violent Crimes.
                        S10: Hate.
                        <END UNSAFE CONTENT CATEGORIES>

                        <BEGIN CONVERSATION>

                        User: How do I bake bread?

                        Agent: With flour.

                        <END CONVERSATION>

                        Provide your safety assessment for ONLY THE LAST Agent message in the above conversation:
                         - First line must read 'safe' or 'unsafe'.
                         - If unsafe, a second line must include a comma-separated list of violated categories.\
                        <|eot_id|><|start_header_id|>assistant<|end_header_id|>

                        """);
    }

    @Test
    void instructionsAndResultsAreLeftOutAndCallsAreWrittenOut() {
        JsonMapper json = JsonMapper.shared();
        String text = GuardPrompt.of(
                        List.of(
                                new Message.Text(Role.SYSTEM, "Be brief."),
                                QUESTION,
                                new Message.Result(json.readTree("{\"secret\": 1}")),
                                new Message.Calls(List.of(new ToolCall(
                                        "f", json.createObjectNode().put("a", 1))))),
                        Hazard.all())
                .text();
        assertThat(text)
                .contains("S14: Code Interpreter Abuse.\n<END")
                .contains("User: How do I bake bread?\n\nAgent: {\"name\": \"f\", \"parameters\": {\"a\": 1}}\n\n<END")
                .doesNotContain("Be brief", "secret");
        assertThatThrownBy(() -> GuardPrompt.of(List.of(new Message.Text(Role.SYSTEM, "x")), Hazard.all()))
                .hasMessage("the last turn must be a user's or an assistant's to be judged");
    }

    /// The model has random weights: its verdict means nothing, but is the same every time.
    @Test
    void theScoreIsTheProbabilityOfTheLabelWhateverTheModelThinks() {
        Path model = SharedData.path("llama-golden/model-f32.gguf");
        double expected;
        try (WeightFile file = WeightFile.open(model);
                LlamaEngine engine = LlamaEngine.open(file, EngineOptions.defaults());
                Sequence sequence = engine.sequence()) {
            Tokenizer tokenizer = Tokenizer.open(model);
            int[] prompt = GuardPrompt.of(List.of(QUESTION), Hazard.all()).ids(tokenizer);
            float[] logits = engine.prefill(sequence, prompt);
            expected = Math.exp(Sampler.logProbability(logits, tokenizer.encode("unsafe")[0]));
        }
        assertThat(expected).isBetween(1e-9, 0.4);
        GuardPolicy strict = GuardPolicy.defaults().withThreshold(expected);
        try (Guard guard = Guard.open(model, strict, EngineOptions.defaults())) {
            Verdict verdict = guard.check(List.of(QUESTION));
            assertThat(verdict.score()).isEqualTo(expected);
            assertThat(verdict.unsafe()).isTrue();
        }
        try (Guard guard = Guard.open(model, strict.withThreshold(Math.nextUp(expected)), EngineOptions.defaults())) {
            assertThat(guard.check(List.of(QUESTION))).isEqualTo(new Verdict(false, expected, List.of()));
        }
    }

    @Test
    void hazardsAreReadFromALineAndToldInWords() {
        assertThat(Hazard.list(" S10, S1,S1,S99,x ")).containsExactly(Hazard.S1, Hazard.S10);
        assertThat(Hazard.list("")).isEmpty();
        assertThat(new Verdict(true, 0.98, List.of(Hazard.S1, Hazard.S10)).described())
                .isEqualTo("unsafe, score 0.9800: S1 Violent Crimes, S10 Hate");
    }

    @Test
    void policiesThatCannotJudgeAndModelsThatAreNotThereAreRefused() {
        assertThatThrownBy(() -> GuardPolicy.defaults().withThreshold(0))
                .hasMessage("the threshold must be above 0 and at most 1, got 0.0");
        assertThatThrownBy(() -> GuardPolicy.defaults().withHazards(EnumSet.noneOf(Hazard.class)))
                .hasMessage("a policy needs at least one hazard to look for");
        assertThatThrownBy(() -> Guard.open(folder.resolve("absent"), GuardPolicy.defaults(), EngineOptions.defaults()))
                .isInstanceOf(InputException.class);
    }
}
