package dev.herd.serve.llm;

import dev.herd.llama.chat.Message;
import dev.herd.llama.chat.Role;
import dev.herd.llama.chat.ToolCall;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// The messages of a chat as the turns of a conversation. The models make one call at a time, so several of
/// one message are put to them one after the other, each followed by its result.
final class ChatMessages {
    private final List<JsonNode> given;
    private final List<Message> turns = new ArrayList<>();
    private int next;

    private ChatMessages(List<JsonNode> given) {
        this.given = given;
    }

    static List<Message> parse(Fields fields) {
        JsonNode given = fields.value("messages")
                .filter(value -> value.isArray() && !value.isEmpty())
                .orElseThrow(() -> Problem.with("messages", "must be a list of at least one message"));
        ChatMessages messages = new ChatMessages(given.valueStream().toList());
        while (messages.next < messages.given.size()) {
            messages.take();
        }
        return messages.turns;
    }

    private void take() {
        String at = at(next);
        JsonNode message = given.get(next++);
        switch (role(message)) {
            case "system", "developer" -> say(at, message, Role.SYSTEM);
            case "user" -> say(at, message, Role.USER);
            case "assistant" -> {
                if (message.path("tool_calls").isEmpty()) {
                    say(at, message, Role.ASSISTANT);
                } else {
                    takeCalls(at, message.path("tool_calls"));
                }
            }
            case "tool" ->
                throw Problem.with(
                        at + ".tool_call_id",
                        "must name a call of the assistant's message right before it, got "
                                + message.path("tool_call_id"));
            default ->
                throw Problem.with(
                        at + ".role",
                        "must be system, developer, user, assistant or tool, got " + message.path("role"));
        }
    }

    private static String at(int index) {
        return "messages[" + index + "]";
    }

    private static String role(JsonNode message) {
        return message.path("role").isString() ? message.path("role").asString() : "";
    }

    private void say(String at, JsonNode message, Role role) {
        turns.add(new Message.Text(role, text(at + ".content", message.path("content"))));
    }

    /// Calls and the results that follow, whose order does not matter.
    private void takeCalls(String at, JsonNode given) {
        Map<String, ToolCall> calls = new LinkedHashMap<>();
        for (JsonNode each : given) {
            String here = at + ".tool_calls[" + calls.size() + "]";
            String id = each.path("id").asString("");
            if (id.isEmpty() || calls.put(id, call(here, each)) != null) {
                throw Problem.with(here + ".id", "must be a string of its own, got " + each.path("id"));
            }
        }
        Map<String, Message.Result> results = results(calls);
        calls.forEach((id, call) -> {
            Message.Result result = results.get(id);
            if (result == null) {
                throw Problem.with(
                        at + ".tool_calls",
                        "has the call '" + id + "', but no message with role tool and that tool_call_id follows");
            }
            turns.add(new Message.Calls(List.of(call)));
            turns.add(result);
        });
    }

    private Map<String, Message.Result> results(Map<String, ToolCall> calls) {
        Map<String, Message.Result> results = new LinkedHashMap<>();
        for (; next < given.size() && role(given.get(next)).equals("tool"); next++) {
            String id = given.get(next).path("tool_call_id").asString("");
            String text = text(at(next) + ".content", given.get(next).path("content"));
            if (!calls.containsKey(id) || results.put(id, new Message.Result(StringNode.valueOf(text))) != null) {
                throw Problem.with(
                        at(next) + ".tool_call_id",
                        "must be one of " + calls.keySet() + ", each once, got '" + id + "'");
            }
        }
        return results;
    }

    private static ToolCall call(String at, JsonNode given) {
        JsonNode function = given.path("function");
        String name = function.path("name").asString("");
        if (name.isBlank()) {
            throw Problem.with(at + ".function.name", "must be the name of a function");
        }
        try {
            if (JsonMapper.shared().readTree(function.path("arguments").asString("")) instanceof ObjectNode object) {
                return new ToolCall(name, object);
            }
        } catch (JacksonException e) {
            throw Problem.with(at + ".function.arguments", "is not JSON: " + e.getOriginalMessage());
        }
        throw Problem.with(at + ".function.arguments", "must be a string that holds a JSON object");
    }

    /// A string, or a list of parts that are text.
    private static String text(String at, JsonNode content) {
        if (content.isString()) {
            return content.asString();
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode part : content) {
            if (!part.path("type").equals(StringNode.valueOf("text"))
                    || !part.path("text").isString()) {
                throw Problem.with(at, "can only have parts of type text");
            }
            text.append(part.path("text").asString());
        }
        if (!content.isArray()) {
            throw Problem.with(at, "must be a string or a list of texts");
        }
        return text.toString();
    }
}
