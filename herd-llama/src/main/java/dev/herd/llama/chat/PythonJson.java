package dev.herd.llama.chat;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/// JSON with the spacing that Python writes, which is the one that models were trained on: `, ` and `: `,
/// or indented. Characters beyond ASCII stay, keys keep their order.
public final class PythonJson {
    private static final int ONE_LINE = -1;

    private final StringBuilder out = new StringBuilder();
    private final int indent;

    private PythonJson(int indent) {
        this.indent = indent;
    }

    /// On one line.
    public static String compact(JsonNode value) {
        PythonJson json = new PythonJson(ONE_LINE);
        json.write(value, 0);
        return json.out.toString();
    }

    /// A text as a JSON string.
    static String quoted(String text) {
        PythonJson json = new PythonJson(ONE_LINE);
        json.writeString(text);
        return json.out.toString();
    }

    /// On lines indented by a number of spaces.
    public static String indented(JsonNode value, int indent) {
        PythonJson json = new PythonJson(indent);
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
            separator = indent == ONE_LINE ? ", " : ",";
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
            separator = indent == ONE_LINE ? ", " : ",";
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
        if (indent != ONE_LINE) {
            out.append('\n').append(" ".repeat(indent * depth));
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
