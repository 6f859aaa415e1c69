package dev.herd.llama.chat;

import dev.herd.llama.grammar.Grammar;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// How models of the family write tool calls. Marks around them are not part of it.
public enum ToolSyntax {
    /// `{"name": "f", "parameters": {"a": 1}}`.
    JSON {
        @Override
        String write(ToolCall call) {
            return before(call.name()) + PythonJson.compact(call.arguments()) + AFTER_JSON;
        }
    },
    /// `<function=f>{"a": 1}</function>`.
    FUNCTION_TAG {
        @Override
        String write(ToolCall call) {
            return "<function=" + call.name() + ">" + PythonJson.compact(call.arguments()) + "</function>";
        }
    },
    /// `[f(a=1), g(b='x')]`, the only one that holds several calls.
    PYTHON_LIST {
        @Override
        String write(ToolCall call) {
            String arguments = call.arguments().properties().stream()
                    .map(each -> each.getKey() + "=" + PythonLiteral.write(each.getValue()))
                    .collect(Collectors.joining(", "));
            return "[" + call.name() + "(" + arguments + ")]";
        }
    },
    /// `f.call(query="x")` after the mark `<|python_tag|>`.
    BUILT_IN {
        @Override
        String write(ToolCall call) {
            StringBuilder text = new StringBuilder(call.name()).append(".call(");
            String separator = "";
            for (Map.Entry<String, JsonNode> argument : call.arguments().properties()) {
                text.append(separator).append(argument.getKey()).append("=\"");
                text.append(argument.getValue().asString()).append('"');
                separator = ", ";
            }
            return text.append(')').toString();
        }
    },
    /// Python as it is, after the mark `<|python_tag|>`: the argument `code` of [#CODE_INTERPRETER].
    CODE {
        @Override
        String write(ToolCall call) {
            return call.arguments().path(CODE_ARGUMENT).asString("");
        }
    };

    /// The name under which code that a model wants to have run is called.
    public static final String CODE_INTERPRETER = "code_interpreter";

    /// The argument that holds the code.
    public static final String CODE_ARGUMENT = "code";

    /// Tools that models know without a definition; each takes one `query`.
    static final Set<String> SEARCHES = Set.of("brave_search", "wolfram_alpha");

    private static final String AFTER_JSON = "}";

    abstract String write(ToolCall call);

    private static String before(String name) {
        return "{\"name\": " + PythonJson.quoted(name) + ", \"parameters\": ";
    }

    /// The schema of the arguments of a function that has none.
    public static JsonNode noParameters() {
        return JsonMapper.shared().createObjectNode().put("type", "object").put("additionalProperties", false);
    }

    /// The form of a call in the syntax [#JSON], for a text that must be one.
    ///
    /// @param parameters schema of the arguments
    public static Grammar.Frame form(String name, JsonNode parameters) {
        return new Grammar.Frame(before(name), parameters, AFTER_JSON);
    }

    /// The text of calls.
    ///
    /// **Throws** `IllegalArgumentException` for several calls in a syntax that holds one.
    public String write(List<ToolCall> calls) {
        if (this != PYTHON_LIST && calls.size() != 1) {
            throw new IllegalArgumentException(this + " holds one call, got " + calls.size());
        }
        return this == PYTHON_LIST
                ? calls.stream()
                        .map(this::write)
                        .map(one -> one.substring(1, one.length() - 1))
                        .collect(Collectors.joining(", ", "[", "]"))
                : write(calls.getFirst());
    }
}
