package dev.herd.llama.chat;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/// JSON with the spacing that Python writes, which is the one that models were trained on: `, ` and `: `,
/// or indented by four. Characters beyond ASCII stay, keys keep their order.
final class PythonJson {
    private static final String INDENT = "    ";

    private final StringBuilder out = new StringBuilder();
    private final boolean indented;

    private PythonJson(boolean indented) {
        this.indented = indented;
    }

    static String compact(JsonNode value) {
        PythonJson json = new PythonJson(false);
        json.write(value, 0);
        return json.out.toString();
    }

    /// A text as a JSON string.
    static String quoted(String text) {
        PythonJson json = new PythonJson(false);
        json.writeString(text);
        return json.out.toString();
    }

    static String indented(JsonNode value) {
        PythonJson json = new PythonJson(true);
        json.write(value, 0);
        return json.out.toString();
    }

    private void write(JsonNode value, int depth) {
        if (value.isObject()) {
            writeObject(value, depth);
        } else if (value.isArray()) {
            writeArray(value, depth);
        } else if (value.isString()) {
            writeString(value.asString());
        } else {
            out.append(value);
        }
    }

    private void writeObject(JsonNode value, int depth) {
        out.append('{');
        String separator = "";
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
            out.append(separator);
            line(depth + 1);
            writeString(entry.getKey());
            out.append(": ");
            write(entry.getValue(), depth + 1);
            separator = indented ? "," : ", ";
        }
        end(value, depth, '}');
    }

    private void writeArray(JsonNode value, int depth) {
        out.append('[');
        String separator = "";
        for (JsonNode each : value) {
            out.append(separator);
            line(depth + 1);
            write(each, depth + 1);
            separator = indented ? "," : ", ";
        }
        end(value, depth, ']');
    }

    private void end(JsonNode value, int depth, char bracket) {
        if (!value.isEmpty()) {
            line(depth);
        }
        out.append(bracket);
    }

    private void line(int depth) {
        if (indented) {
            out.append('\n').append(INDENT.repeat(depth));
        }
    }

    private void writeString(String text) {
        out.append('"');
        text.chars().forEach(c -> {
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> out.append(c < 0x20 ? "\\u%04x".formatted(c) : String.valueOf((char) c));
            }
        });
        out.append('"');
    }
}
