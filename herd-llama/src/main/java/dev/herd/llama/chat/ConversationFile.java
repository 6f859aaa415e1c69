package dev.herd.llama.chat;

import dev.herd.data.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The turns of a conversation in a JSON file, in the words of widely used chat services: an object with
/// `messages` (each with `role`, `content` and perhaps `tool_calls`) and perhaps `tools`, or the list of
/// messages alone.
///
/// @param tools definitions of tools, see [Conversation]
public record ConversationFile(List<Message> messages, List<JsonNode> tools) {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    public ConversationFile {
        messages = List.copyOf(messages);
        tools = List.copyOf(tools);
    }

    /// **Throws** [InputException] naming the file and the message that is not one.
    public static ConversationFile read(Path file) {
        JsonNode root = readJson(file);
        List<Message> messages = new ArrayList<>();
        JsonNode listed = root.isArray() ? root : root.path("messages");
        if (!listed.isArray()) {
            throw InputException.of(
                    file,
                    "holds no list of messages; accepted is a list of {\"role\", \"content\"}, or"
                            + " an object with it as \"messages\"");
        }
        for (JsonNode each : listed) {
            try {
                messages.add(message(each));
            } catch (IllegalArgumentException e) {
                throw new InputException(file + ": message " + messages.size() + ": " + e.getMessage(), e);
            }
        }
        return new ConversationFile(messages, root.path("tools").valueStream().toList());
    }

    /// The definitions of tools in a JSON file: a list, or one.
    ///
    /// **Throws** [InputException] naming the file and what each definition needs.
    public static List<JsonNode> readTools(Path file) {
        JsonNode root = readJson(file);
        List<JsonNode> tools = root.isArray() ? root.valueStream().toList() : List.of(root);
        for (JsonNode tool : tools) {
            if (tool.path("function").path("name").asString("").isBlank()) {
                throw InputException.of(
                        file,
                        "holds a tool without a name; accepted are definitions as {\"type\":"
                                + " \"function\", \"function\": {\"name\", \"description\", \"parameters\"}}, or a list of them");
            }
        }
        return tools;
    }

    /// **Throws** [InputException] when the file cannot be written.
    public void write(Path file) {
        ObjectNode root = JSON.createObjectNode();
        ArrayNode written = root.putArray("messages");
        messages.forEach(message -> write(message, written.addObject()));
        if (!tools.isEmpty()) {
            root.putArray("tools").addAll(tools);
        }
        try {
            Files.writeString(file, JSON.writeValueAsString(root) + "\n");
        } catch (IOException e) {
            throw new InputException(file + ": cannot be written: " + e, e);
        }
    }

    private static JsonNode readJson(Path file) {
        try {
            return JSON.readTree(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new InputException(file + ": cannot be read: " + e, e);
        } catch (JacksonException e) {
            throw new InputException(file + ": is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static Message message(JsonNode given) {
        JsonNode content = given.path("content");
        String role = given.path("role").asString("");
        if (role.equals("tool") || role.equals("ipython")) {
            return new Message.Result(content);
        }
        if (given.path("tool_calls").isArray()) {
            return new Message.Calls(given.path("tool_calls")
                    .valueStream()
                    .map(ConversationFile::call)
                    .toList());
        }
        if (!content.isString()) {
            throw new IllegalArgumentException("content must be a text, found " + content);
        }
        return switch (role) {
            case "system", "user", "assistant" ->
                new Message.Text(Role.valueOf(role.toUpperCase(Locale.ROOT)), content.asString());
            default ->
                throw new IllegalArgumentException(
                        "role is '" + role + "'; accepted are system, user, assistant and tool");
        };
    }

    /// Arguments may be an object or the text of one.
    private static ToolCall call(JsonNode given) {
        JsonNode arguments = given.path("function").path("arguments");
        try {
            if ((arguments.isString() ? JSON.readTree(arguments.asString()) : arguments) instanceof ObjectNode object) {
                return new ToolCall(given.path("function").path("name").asString(""), object);
            }
        } catch (JacksonException e) {
            throw new IllegalArgumentException("arguments of a tool call are not JSON: " + e.getOriginalMessage(), e);
        }
        throw new IllegalArgumentException("arguments of a tool call must be an object, found " + arguments);
    }

    private static void write(Message message, ObjectNode to) {
        switch (message) {
            case Message.Text said -> to.put("role", said.role().header()).put("content", said.text());
            case Message.Calls calls -> {
                ArrayNode written = to.put("role", "assistant").putArray("tool_calls");
                for (ToolCall call : calls.calls()) {
                    ObjectNode function =
                            written.addObject().put("type", "function").putObject("function");
                    function.put("name", call.name()).set("arguments", call.arguments());
                }
            }
            case Message.Result result -> to.put("role", "tool").set("content", result.content());
        }
    }
}
