package dev.herd.serve.llm;

import dev.herd.llama.chat.ToolSyntax;
import dev.herd.llama.grammar.Grammar;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/// Which functions a turn may call.
///
/// @param definitions by the name of the function, as the model is shown them
/// @param forced the forms of calls by the name of the function, one of which the turn must be; none where it
///     may be a text
/// @param several whether it may make more than one call
record ToolUse(Map<String, JsonNode> definitions, Map<String, Grammar.Frame> forced, boolean several) {
    static final Set<String> READ = Set.of("tools", "tool_choice", "parallel_tool_calls");

    private static final int MOST = 128;

    static ToolUse parse(Fields fields) {
        Map<String, JsonNode> definitions = definitions(fields);
        JsonNode choice = fields.value("tool_choice").orElse(StringNode.valueOf("auto"));
        boolean several = fields.value("parallel_tool_calls").isEmpty() || fields.flag("parallel_tool_calls");
        String word = choice.asString("");
        if (word.equals("none") || (word.equals("auto") && definitions.isEmpty())) {
            return new ToolUse(Map.of(), Map.of(), several);
        }
        if (definitions.isEmpty()) {
            throw Problem.with("tool_choice", "can only be none or auto without tools, got " + choice);
        }
        return switch (word) {
            case "auto" -> new ToolUse(definitions, Map.of(), several);
            case "required" -> new ToolUse(definitions, forms(definitions.values()), several);
            default -> new ToolUse(definitions, forms(List.of(chosen(definitions, choice))), several);
        };
    }

    private static Map<String, JsonNode> definitions(Fields fields) {
        Map<String, JsonNode> definitions = new LinkedHashMap<>();
        JsonNode given = fields.value("tools").orElse(null);
        if (given == null) {
            return definitions;
        }
        if (!given.isArray() || given.size() > MOST) {
            throw Problem.with("tools", "must be a list of up to " + MOST + " functions");
        }
        for (JsonNode tool : given) {
            String at = "tools[" + definitions.size() + "]";
            if (!tool.path("type").asString("").equals("function")) {
                throw Problem.with(at + ".type", "must be function, got " + tool.path("type"));
            }
            String name = tool.path("function").path("name").asString("");
            if (!name.matches("[A-Za-z0-9_-]{1,64}")) {
                throw Problem.with(
                        at + ".function.name",
                        "must be 1 to 64 letters, digits, underscores or dashes, got "
                                + tool.path("function").path("name"));
            }
            if (definitions.put(name, tool) != null) {
                throw Problem.with(at + ".function.name", "is '" + name + "' a second time");
            }
        }
        return definitions;
    }

    private static JsonNode chosen(Map<String, JsonNode> definitions, JsonNode choice) {
        JsonNode chosen = definitions.get(choice.path("function").path("name").asString(""));
        if (chosen == null) {
            throw Problem.with(
                    "tool_choice",
                    "must be none, auto, required or {\"type\": \"function\", \"function\": {\"name\": one of "
                            + definitions.keySet() + "}}, got " + choice);
        }
        return chosen;
    }

    private static Map<String, Grammar.Frame> forms(Iterable<JsonNode> definitions) {
        Map<String, Grammar.Frame> forms = new LinkedHashMap<>();
        for (JsonNode tool : definitions) {
            JsonNode function = tool.path("function");
            JsonNode parameters =
                    function.hasNonNull("parameters") ? function.path("parameters") : ToolSyntax.noParameters();
            String name = function.path("name").asString();
            forms.put(name, ToolSyntax.form(name, parameters));
        }
        return forms;
    }

    /// The form that a turn must have, if any.
    Optional<Grammar> form(Forms forms) {
        try {
            return forced.isEmpty() ? Optional.empty() : Optional.of(forms.anyOf(List.copyOf(forced.values())));
        } catch (IllegalArgumentException e) {
            throw Problem.with("tools", "have a function that cannot be forced: " + e.getMessage());
        }
    }
}
