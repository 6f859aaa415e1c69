package dev.herd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The model has random weights: what it answers is the same every time and means nothing.
class ChatCommandTest {
    @TempDir
    private Path folder;

    @Test
    void eachLineIsSaidInTurnAndAConversationGoesOnWhereItWasSaved() {
        Path saved = folder.resolve("chat.json");
        CommandRun whole = chat("/system Be brief.", "Hello", "And then?", "/save " + saved);
        assertThat(whole.code()).as(whole.err()).isEqualTo(ExitCodes.DONE);
        assertThat(whole.err())
                .contains("; 0 of ")
                .containsPattern("; [1-9]\\d* of \\d+ tokens before it were known")
                .contains("Saved " + saved + ".");
        JsonNode messages = JsonMapper.shared().readTree(saved.toFile()).path("messages");
        assertThat(messages.valueStream().map(each -> each.path("role").asString()))
                .containsExactly("system", "user", "assistant", "user", "assistant");
        assertThat(whole.out())
                .isEqualTo("%s%n%s%n"
                        .formatted(
                                messages.path(2).path("content").asString(),
                                messages.path(4).path("content").asString()));
        CommandRun first = chat("/system Be brief.", "Hello", "/save " + saved);
        CommandRun second = chat("/load " + saved, "And then?");
        assertThat(second.err()).contains("Loaded 2 turns.");
        assertThat(first.out() + second.out()).isEqualTo(whole.out());
    }

    @Test
    void toolsAreReadFromAFileAndNamedOnRequest() throws IOException {
        Path tools = Files.writeString(
                folder.resolve("tools.json"),
                "[{\"type\": \"function\", \"function\": {\"name\": \"get_weather\", \"parameters\": {}}}]");
        CommandRun run =
                chat("/tools " + tools, "/tools brave_search", "Hello", "/tools off", "/tools", "/help", "/quit", "x");
        assertThat(run.code()).as(run.err()).isEqualTo(ExitCodes.DONE);
        assertThat(run.err())
                .contains("Tools: get_weather.")
                .contains("Tools: brave_search, get_weather.")
                .contains("No tools.")
                .contains("/load FILE");
        assertThat(run.err()).containsOnlyOnce("tokens before it were known");
    }

    @Test
    void aLineThatCannotBeDoneEndsAPipeWithTheReason() {
        CommandRun run = chat("/sing", "Hello");
        assertThat(run.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(run.err()).contains("herd: there is no command /sing; /help lists them");
        assertThat(run.out()).isEmpty();
        assertThat(chat("/tools nothing").err())
                .contains(
                        "nothing is neither a file nor off nor built-in tools, which are brave_search, code_interpreter");
        CommandRun wordy = chat("word ".repeat(500));
        assertThat(wordy.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(wordy.err()).contains("but only 256 positions are there");
    }

    private static CommandRun chat(String... lines) {
        String model = SharedData.path("llama-golden/model-q8_0.gguf").toString();
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(String.join("\n", lines).getBytes(StandardCharsets.UTF_8)));
        try {
            return CommandRun.of("chat", model, "--tokens", "6", "--context", "256");
        } finally {
            System.setIn(before);
        }
    }
}
