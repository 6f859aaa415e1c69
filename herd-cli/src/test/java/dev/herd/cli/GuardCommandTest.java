package dev.herd.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class GuardCommandTest {
    @TempDir
    private Path folder;

    @Test
    void theScoreIsTheProbabilityOfTheLabelAfterTheLineBreaks() {
        // The label follows a line break of the model's own; safe is e times as likely as unsafe.
        String model = new ChainModel()
                .follows("\n\n", "\n", 12)
                .follows("\n", "safe", 10)
                .follows("\n", "unsafe", 9)
                .follows("unsafe", "\nS10, S1,S1,S99", 12)
                .follows("\nS10, S1,S1,S99", "<|eot_id|>", 12)
                .write(folder.resolve("guard.gguf"))
                .toString();
        int others = 256 + 5 + 5 - 2;
        double expected = Math.exp(9) / (Math.exp(9) + Math.exp(10) + others);
        JsonNode safe = JsonMapper.shared()
                .readTree(
                        CommandRun.of("guard", model, "--user", "Hi", "--json").out());
        assertThat(safe.path("score").asDouble()).isCloseTo(expected, within(1e-5));
        assertThat(safe.path("unsafe").asBoolean()).isFalse();
        assertThat(safe.path("hazards").size()).isZero();
        // Below an even chance the model would have said safe, and is asked for its reasons all the same.
        CommandRun strict = CommandRun.of(
                "guard", model, "--user", "Hi", "--assistant", "Yes", "--threshold", "0.25", "--hazards", "S1,S10");
        assertThat(strict.code()).as(strict.err()).isEqualTo(ExitCodes.DONE);
        assertThat(strict.out()).startsWith("unsafe, score 0.26").contains(": S1 Violent Crimes, S10 Hate");
    }

    @Test
    void conversationsComeFromAFileToo() throws IOException {
        String model = ChainModel.saying("unsafe", "\nS7")
                .write(folder.resolve("guard.gguf"))
                .toString();
        Path chat = Files.writeString(folder.resolve("chat.json"), "[{\"role\": \"user\", \"content\": \"Hi\"}]");
        assertThat(CommandRun.of("guard", model, "--file", chat.toString()).out())
                .startsWith("unsafe, score 1.0000: S7 Privacy");
        CommandRun nothing = CommandRun.of("guard", model);
        assertThat(nothing.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(nothing.err()).contains("give what was said: --user, --assistant or --file");
        CommandRun never = CommandRun.of("guard", model, "--user", "Hi", "--hazards", "S15");
        assertThat(never.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(never.err()).contains("S15").contains("S14");
    }
}
