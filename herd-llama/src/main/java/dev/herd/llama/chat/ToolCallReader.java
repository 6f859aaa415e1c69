package dev.herd.llama.chat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Finds the tool calls in what a model answered. A call is the whole answer, white space around it aside;
/// what is not quite a call is a text, never half a call.
public final class ToolCallReader {
    private static final JsonMapper STRICT = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final Pattern FUNCTION_TAG =
            Pattern.compile("<function=([^<>{}\\s]+)>(\\{.*})</function>", Pattern.DOTALL);
    private static final Pattern BUILT_IN = Pattern.compile("(\\w+)\\.call\\(query=\"(.*)\"\\)", Pattern.DOTALL);

    private ToolCallReader() {}

    /// What was found.
    public record Found(ToolSyntax syntax, List<ToolCall> calls) {
        public Found {
            calls = List.copyOf(calls);
        }
    }

    /// The turn that an answer is: calls or a text.
    ///
    /// @param afterPythonTag whether the mark `<|python_tag|>` came first
    public static Message message(String answer, boolean afterPythonTag) {
        return read(answer, afterPythonTag)
                .<Message>map(found -> new Message.Calls(found.calls()))
                .orElseGet(() -> new Message.Text(Role.ASSISTANT, answer));
    }

    /// The calls of an answer and how they are written. After the mark `<|python_tag|>` whatever is no
    /// other call is code to be run.
    public static Optional<Found> read(String answer, boolean afterPythonTag) {
        String text = answer.strip();
        return functionTag(text)
                .or(() -> json(text))
                .or(() -> pythonList(text))
                .or(() -> builtIn(text))
                .or(() -> afterPythonTag && !text.isEmpty() ? Optional.of(code(text)) : Optional.empty());
    }

    private static Optional<Found> functionTag(String text) {
        Matcher matcher = FUNCTION_TAG.matcher(text);
        return matcher.matches()
                ? object(matcher.group(2)).map(arguments -> found(ToolSyntax.FUNCTION_TAG, matcher.group(1), arguments))
                : Optional.empty();
    }

    private static Optional<Found> json(String text) {
        Optional<ObjectNode> call = text.startsWith("{") ? object(text) : Optional.empty();
        return call.filter(each -> each.path("name").isString())
                .filter(each -> !each.path("name").asString().isBlank())
                .filter(each -> each.path("parameters").isObject())
                .map(each -> {
                    String name = each.path("name").asString();
                    return found(ToolSyntax.JSON, name, query(name, (ObjectNode) each.path("parameters")));
                });
    }

    /// What models know without a definition takes one query, under whatever name they give it here.
    private static ObjectNode query(String name, ObjectNode arguments) {
        if (!ToolSyntax.SEARCHES.contains(name) || arguments.isEmpty()) {
            return arguments;
        }
        Map.Entry<String, JsonNode> first = arguments.properties().iterator().next();
        return STRICT.createObjectNode().set("query", first.getValue()).asObject();
    }

    private static Optional<Found> pythonList(String text) {
        return text.startsWith("[")
                ? PythonLiteral.calls(text).map(calls -> new Found(ToolSyntax.PYTHON_LIST, calls))
                : Optional.empty();
    }

    private static Optional<Found> builtIn(String text) {
        Matcher matcher = BUILT_IN.matcher(text);
        return matcher.matches()
                ? Optional.of(found(
                        ToolSyntax.BUILT_IN,
                        matcher.group(1),
                        STRICT.createObjectNode().put("query", matcher.group(2))))
                : Optional.empty();
    }

    private static Found code(String text) {
        return found(
                ToolSyntax.CODE,
                ToolSyntax.CODE_INTERPRETER,
                STRICT.createObjectNode().put(ToolSyntax.CODE_ARGUMENT, text));
    }

    private static Found found(ToolSyntax syntax, String name, ObjectNode arguments) {
        return new Found(syntax, List.of(new ToolCall(name, arguments)));
    }

    private static Optional<ObjectNode> object(String text) {
        try {
            return STRICT.readTree(text) instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }
}
