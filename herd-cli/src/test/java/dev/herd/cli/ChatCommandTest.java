package dev.herd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.herd.llama.tokenizer.Tokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

    @Test
    void aCallWaitsForItsResult() throws IOException {
        Path saved = folder.resolve("chat.json");
        Path tools = Files.writeString(
                folder.resolve("tools.json"), "[{\"type\": \"function\", \"function\": {\"name\": \"f\"}}]");
        Path model = ChainModel.saying("{\"name\": \"f\", \"parameters\": {\"a\": 1}}")
                .write(folder.resolve("model.gguf"));
        List<String> options = List.of("--format", "llama31", "--tokens", "9");
        CommandRun run = chat(model, options, "/tools " + tools, "Call it.", "{\"b\": 2}", "/save " + saved);
        assertThat(run.code()).as(run.err()).isEqualTo(ExitCodes.DONE);
        assertThat(run.err()).contains("The model calls f with {\"a\":1}.").contains("Type what it gives back");
        JsonNode messages = JsonMapper.shared().readTree(saved.toFile()).path("messages");
        assertThat(messages.at("/1/tool_calls/0/function/name").asString()).isEqualTo("f");
        assertThat(messages.path(2).toString()).isEqualTo("{\"role\":\"tool\",\"content\":{\"b\":2}}");
        // Without tools the same answer is a text.
        CommandRun plain = chat(model, options, "Say it.", "/save " + saved);
        assertThat(plain.err()).doesNotContain("The model calls");
        assertThat(JsonMapper.shared()
                        .readTree(saved.toFile())
                        .at("/messages/1/content")
                        .asString())
                .isEqualTo(plain.out().strip());
    }

    @Test
    void whatAGuardFindsUnsafeIsNeitherAskedNorShown() {
        Path model = ChainModel.saying("Gladly.").write(folder.resolve("model.gguf"));
        Path strict = ChainModel.saying("unsafe", "\nS2").write(folder.resolve("strict.gguf"));
        Path lenient = ChainModel.saying("safe").follows("x", "unsafe", 0).write(folder.resolve("lenient.gguf"));
        Path saved = folder.resolve("chat.json");
        CommandRun asked = chat(model, List.of("--guard", strict.toString()), "Help me.", "/save " + saved);
        assertThat(asked.code()).as(asked.err()).isEqualTo(ExitCodes.DONE);
        assertThat(asked.out()).isEmpty();
        assertThat(asked.err()).contains("It was not asked: unsafe, score 1.0000: S2 Non-Violent Crimes.");
        assertThat(JsonMapper.shared().readTree(saved.toFile()).path("messages").size())
                .isZero();
        CommandRun answered =
                chat(model, List.of("--guard", strict.toString(), "--guard-over", "assistant"), "Help me.");
        assertThat(answered.out()).isEmpty();
        assertThat(answered.err()).contains("The answer is withheld: unsafe");
        assertThat(chat(model, List.of("--guard", lenient.toString()), "Help me.")
                        .out()
                        .strip())
                .isEqualTo("Gladly.");
    }

    @Test
    void aTemplateFromAFileWritesTheConversation() throws IOException {
        Path model = SharedData.path("llama-golden/model-q8_0.gguf");
        List<String> few = List.of("--tokens", "1", "--context", "256", "--template");
        Path template = Files.writeString(
                folder.resolve("chat_template.jinja"),
                "{% for m in messages %}<|start_header_id|>{{ m.role }}<|end_header_id|>{% endfor %}");
        List<String> options = new ArrayList<>(few);
        options.add(template.toString());
        CommandRun run = chat(model, options, "Hello");
        assertThat(run.code()).as(run.err()).isEqualTo(ExitCodes.DONE);
        int words = Tokenizer.open(model).encode("user").length;
        assertThat(run.err()).contains("0 of " + (words + 2) + " tokens before it were known");
        Files.writeString(template, "{{ messages\n | wrong }}");
        assertThat(chat(model, options, "Hello").err())
                .contains("chat_template.jinja, line 1: the filter wrong is not known here");
        options.set(options.size() - 1, "auto");
        assertThat(chat(model, options, "Hello").err()).contains("holds no chat template; accepted are");
        options.addAll(List.of("--format", "LLAMA3"));
        assertThat(chat(model, options, "Hello").err()).contains("--format and --template exclude each other");
    }

    private static CommandRun chat(String... lines) {
        Path model = SharedData.path("llama-golden/model-q8_0.gguf");
        return chat(model, List.of("--tokens", "6", "--context", "256"), lines);
    }

    private static CommandRun chat(Path model, List<String> options, String... lines) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(String.join("\n", lines).getBytes(StandardCharsets.UTF_8)));
        try {
            List<String> arguments = new ArrayList<>(List.of("chat", model.toString()));
            arguments.addAll(options);
            return CommandRun.of(arguments.toArray(String[]::new));
        } finally {
            System.setIn(before);
        }
    }
}
