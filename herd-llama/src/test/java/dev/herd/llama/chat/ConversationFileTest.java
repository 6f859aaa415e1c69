package dev.herd.llama.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class ConversationFileTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir
    private Path folder;

    @Test
    void whatWasSavedIsLoadedAgain() {
        ConversationFile chat = new ConversationFile(
                List.of(
                        new Message.Text(Role.SYSTEM, "Be \"brief\".\n"),
                        new Message.Text(Role.USER, "\u4f60\u597d"),
                        new Message.Calls(List.of(
                                new ToolCall("f", JSON.createObjectNode().put("a", 1)))),
                        new Message.Result(JSON.readTree("{\"b\": [1]}")),
                        new Message.Text(Role.ASSISTANT, "")),
                List.of(JSON.readTree("{\"type\": \"function\", \"function\": {\"name\": \"f\"}}")));
        Path file = folder.resolve("chat.json");
        chat.write(file);
        assertThat(ConversationFile.read(file)).isEqualTo(chat);
    }

    @Test
    void filesOfChatServicesAreRead() throws IOException {
        Path file =
                write("[{\"role\": \"user\", \"content\": \"hi\"}, {\"role\": \"assistant\", \"tool_calls\": [{\"id\":"
                        + " \"1\", \"function\": {\"name\": \"f\", \"arguments\": \"{\\\"a\\\": 2}\"}}]}]");
        assertThat(ConversationFile.read(file).messages())
                .containsExactly(
                        new Message.Text(Role.USER, "hi"),
                        new Message.Calls(List.of(
                                new ToolCall("f", JSON.createObjectNode().put("a", 2)))));
    }

    @Test
    void whatIsNoMessageIsNamed() throws IOException {
        Path file = write("[{\"role\": \"user\", \"content\": \"hi\"}, {\"role\": \"bot\", \"content\": \"\"}]");
        assertThatThrownBy(() -> ConversationFile.read(file))
                .isInstanceOf(InputException.class)
                .hasMessage(file + ": message 1: role is 'bot'; accepted are system, user, assistant and tool");
        write("[{\"role\": \"user\", \"content\": [1]}]");
        assertThatThrownBy(() -> ConversationFile.read(file))
                .hasMessage(file + ": message 0: content must be a text, found [1]");
        write("{\"turns\": []}");
        assertThatThrownBy(() -> ConversationFile.read(file)).hasMessageContaining("holds no list of messages");
        write("{");
        assertThatThrownBy(() -> ConversationFile.read(file)).hasMessageContaining("is not JSON");
        write("[{\"name\": \"f\"}]");
        assertThatThrownBy(() -> ConversationFile.readTools(file)).hasMessageContaining("holds a tool without a name");
    }

    private Path write(String json) throws IOException {
        return Files.writeString(folder.resolve("chat.json"), json);
    }
}
