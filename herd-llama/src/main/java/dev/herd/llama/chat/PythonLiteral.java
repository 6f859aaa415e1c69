package dev.herd.llama.chat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The part of Python in which models write calls: lists of calls whose arguments have names and are
/// literals, which are the values of JSON in other words.
final class PythonLiteral {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z_0-9]*(?:\\.[A-Za-z_][A-Za-z_0-9]*)*");
    private static final Pattern NUMBER = Pattern.compile("[+-]?(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:[eE][+-]?\\d+)?");
    private static final int DEEPEST = 64;

    private final String text;
    private int at;
    private int depth;

    private PythonLiteral(String text) {
        this.text = text;
    }

    /// Ends the reading of what is not in that part of Python.
    private static final class Unlike extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unlike() {
            super(null, null, false, false);
        }
    }

    /// The calls of a list of at least one, or nothing when the text is anything else.
    static Optional<List<ToolCall>> calls(String text) {
        PythonLiteral literal = new PythonLiteral(text);
        try {
            List<ToolCall> calls = literal.list();
            literal.skipSpace();
            return calls.isEmpty() || literal.at < text.length() ? Optional.empty() : Optional.of(calls);
        } catch (Unlike e) {
            return Optional.empty();
        }
    }

    private List<ToolCall> list() {
        List<ToolCall> calls = new ArrayList<>();
        expect('[');
        while (!accept(']')) {
            calls.add(call());
            separator(']');
        }
        return calls;
    }

    private ToolCall call() {
        String name = match(NAME);
        ObjectNode arguments = JSON.objectNode();
        expect('(');
        while (!accept(')')) {
            String key = match(NAME);
            expect('=');
            if (arguments.has(key) || key.contains(".")) {
                throw new Unlike();
            }
            arguments.set(key, value());
            separator(')');
        }
        return new ToolCall(name, arguments);
    }

    private JsonNode value() {
        skipSpace();
        if (++depth > DEEPEST || at == text.length()) {
            throw new Unlike();
        }
        char first = text.charAt(at);
        JsonNode value = switch (first) {
            case '\'', '"' -> JSON.stringNode(string());
            case '[', '(' -> array(first == '[' ? ']' : ')');
            case '{' -> object();
            default -> Character.isLetter(first) ? constant() : number(match(NUMBER));
        };
        depth--;
        return value;
    }

    private JsonNode constant() {
        return switch (match(NAME)) {
            case "True", "true" -> JSON.booleanNode(true);
            case "False", "false" -> JSON.booleanNode(false);
            case "None", "null" -> JSON.nullNode();
            default -> throw new Unlike();
        };
    }

    /// The narrowest kind of number, as readers of JSON choose it: kinds tell numbers apart.
    private static JsonNode number(String text) {
        if (text.chars().anyMatch(c -> c == '.' || c == 'e' || c == 'E')) {
            double value = Double.parseDouble(text);
            if (Double.isInfinite(value)) {
                throw new Unlike();
            }
            return JSON.numberNode(value);
        }
        BigInteger whole = new BigInteger(text);
        if (whole.bitLength() < Integer.SIZE) {
            return JSON.numberNode(whole.intValue());
        }
        return whole.bitLength() < Long.SIZE ? JSON.numberNode(whole.longValue()) : JSON.numberNode(whole);
    }

    private ArrayNode array(char end) {
        ArrayNode array = JSON.arrayNode();
        at++;
        while (!accept(end)) {
            array.add(value());
            separator(end);
        }
        return array;
    }

    private ObjectNode object() {
        ObjectNode object = JSON.objectNode();
        at++;
        while (!accept('}')) {
            skipSpace();
            String key = string();
            expect(':');
            if (object.has(key)) {
                throw new Unlike();
            }
            object.set(key, value());
            separator('}');
        }
        return object;
    }

    private String string() {
        char quote = at < text.length() ? text.charAt(at++) : ' ';
        if (quote != '\'' && quote != '"') {
            throw new Unlike();
        }
        StringBuilder string = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == quote) {
                return string.toString();
            }
            string.append(c == '\\' ? escaped() : c);
        }
        throw new Unlike();
    }

    private char escaped() {
        char c = at < text.length() ? text.charAt(at++) : ' ';
        return switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case '\\', '\'', '"' -> c;
            case 'x' -> hex(2);
            case 'u' -> hex(4);
            default -> throw new Unlike();
        };
    }

    private char hex(int digits) {
        int end = at + digits;
        if (end > text.length() || !text.substring(at, end).matches("[0-9A-Fa-f]+")) {
            throw new Unlike();
        }
        char value = (char) Integer.parseInt(text.substring(at, end), 16);
        at = end;
        return value;
    }

    /// A comma, which may also stand after the last, or the end, which is left to be accepted.
    private void separator(char end) {
        if (!accept(',')) {
            skipSpace();
            if (at == text.length() || text.charAt(at) != end) {
                throw new Unlike();
            }
        }
    }

    private void expect(char c) {
        if (!accept(c)) {
            throw new Unlike();
        }
    }

    private boolean accept(char c) {
        skipSpace();
        boolean there = at < text.length() && text.charAt(at) == c;
        at += there ? 1 : 0;
        return there;
    }

    private String match(Pattern pattern) {
        skipSpace();
        Matcher matcher = pattern.matcher(text).region(at, text.length());
        if (!matcher.lookingAt()) {
            throw new Unlike();
        }
        at = matcher.end();
        return matcher.group();
    }

    private void skipSpace() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    /// A value as Python prints it.
    static String write(JsonNode value) {
        if (value.isObject()) {
            return value.properties().stream().map(PythonLiteral::entry).collect(Collectors.joining(", ", "{", "}"));
        }
        if (value.isArray()) {
            return value.valueStream().map(PythonLiteral::write).collect(Collectors.joining(", ", "[", "]"));
        }
        if (value.isString()) {
            return quoted(value.asString());
        }
        if (value.isBoolean()) {
            return value.asBoolean() ? "True" : "False";
        }
        return value.isNull() ? "None" : value.toString();
    }

    private static String entry(Map.Entry<String, JsonNode> entry) {
        return quoted(entry.getKey()) + ": " + write(entry.getValue());
    }

    private static String quoted(String text) {
        char quote = text.contains("'") && !text.contains("\"") ? '"' : '\'';
        StringBuilder out = new StringBuilder().append(quote);
        for (char c : text.toCharArray()) {
            switch (c) {
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c == quote) {
                        out.append('\\').append(c);
                    } else {
                        out.append(c < 0x20 || c == 0x7F ? "\\x%02x".formatted((int) c) : String.valueOf(c));
                    }
                }
            }
        }
        return out.append(quote).toString();
    }
}
