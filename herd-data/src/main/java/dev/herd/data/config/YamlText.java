package dev.herd.data.config;

import dev.herd.data.config.ConfigNode.Mapping;
import dev.herd.data.config.ConfigNode.Scalar;
import dev.herd.data.config.ConfigNode.ScalarKind;
import dev.herd.data.config.ConfigNode.Sequence;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Writes configuration as YAML that [Config] reads back to equal records.
final class YamlText {
    private static final Place NOWHERE = new Place("written", 0, 0);
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_/][A-Za-z0-9_./-]*( [A-Za-z0-9_./-]+)*");
    private static final Pattern SPECIAL = Pattern.compile("(?i)true|false|yes|no|on|off|null|y|n");

    private YamlText() {}

    static String of(ConfigNode node) {
        StringBuilder text = new StringBuilder();
        if (node instanceof Mapping block && !block.entries().isEmpty()) {
            block(text, block, "");
        } else {
            text.append(inline(node)).append('\n');
        }
        return text.toString();
    }

    /// The tree that stands for a value of a configuration record.
    static ConfigNode node(@Nullable Object value, Class<?> declared) {
        return switch (value) {
            case null -> scalar(ScalarKind.NULL, "");
            case Optional<?> optional -> node(optional.orElse(null), Object.class);
            case Boolean truth -> scalar(ScalarKind.BOOLEAN, truth.toString());
            case Double number -> scalar(ScalarKind.NUMBER, number(number.toString()));
            case Float number -> scalar(ScalarKind.NUMBER, number(number.toString()));
            case Number number -> scalar(ScalarKind.NUMBER, number.toString());
            case Enum<?> constant -> scalar(ScalarKind.TEXT, Names.value(constant));
            case Fragment fragment -> fragment.node();
            case Subtree subtree -> named("name", subtree.name(), subtree.keys());
            case Record record
            when declared.isSealed() || implementsSealed(record) ->
                named("kind", Names.key(record.getClass().getSimpleName()), record(record));
            case Record record -> record(record);
            case List<?> list -> sequence(list);
            case Map<?, ?> map -> mapping(map);
            case Path path -> scalar(ScalarKind.TEXT, path.toString());
            default -> scalar(ScalarKind.TEXT, value.toString());
        };
    }

    private static boolean implementsSealed(Record record) {
        for (Class<?> type : record.getClass().getInterfaces()) {
            if (type.isSealed()) {
                return true;
            }
        }
        return false;
    }

    private static Scalar scalar(ScalarKind kind, String text) {
        return new Scalar(NOWHERE, kind, text);
    }

    private static Mapping record(Record record) {
        SequencedMap<String, ConfigNode> entries = new LinkedHashMap<>();
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            Object value = RecordBinder.read(component, record);
            entries.put(Names.key(component.getName()), node(value, component.getType()));
        }
        return new Mapping(NOWHERE, entries, Map.of());
    }

    private static Mapping named(String key, String name, Mapping rest) {
        SequencedMap<String, ConfigNode> entries = new LinkedHashMap<>();
        entries.put(key, scalar(ScalarKind.TEXT, name));
        entries.putAll(rest.entries());
        return new Mapping(NOWHERE, entries, Map.of());
    }

    private static Sequence sequence(List<?> list) {
        return new Sequence(
                NOWHERE, list.stream().map(item -> node(item, Object.class)).toList());
    }

    private static Mapping mapping(Map<?, ?> map) {
        SequencedMap<String, ConfigNode> entries = new LinkedHashMap<>();
        map.forEach((key, value) -> entries.put(String.valueOf(key), node(value, Object.class)));
        return new Mapping(NOWHERE, entries, Map.of());
    }

    private static String number(String text) {
        return switch (text) {
            case "NaN" -> ".nan";
            case "Infinity" -> ".inf";
            case "-Infinity" -> "-.inf";
            default -> text.replaceFirst("\\.0(?=E|$)", "").replace('E', 'e');
        };
    }

    private static void block(StringBuilder text, Mapping block, String indent) {
        block.entries().forEach((key, value) -> {
            text.append(indent).append(quoted(key)).append(':');
            entry(text, value, indent);
        });
    }

    private static void entry(StringBuilder text, ConfigNode value, String indent) {
        switch (value) {
            case Mapping block
            when !block.entries().isEmpty() -> {
                text.append('\n');
                block(text, block, indent + "  ");
            }
            case Sequence list
            when list.items().stream().anyMatch(item -> !(item instanceof Scalar)) -> {
                text.append('\n');
                list.items().forEach(item -> item(text, item, indent + "  "));
            }
            case Mapping block -> text.append(" {}\n");
            case Sequence list -> text.append(' ').append(inline(list)).append('\n');
            case Scalar scalar -> text.append(' ').append(inline(scalar)).append('\n');
        }
    }

    private static void item(StringBuilder text, ConfigNode item, String indent) {
        if (!(item instanceof Mapping block) || block.entries().isEmpty()) {
            text.append(indent).append("- ").append(inline(item)).append('\n');
            return;
        }
        int start = text.length() + indent.length();
        block(text, block, indent + "  ");
        text.setCharAt(start, '-');
    }

    static String inline(ConfigNode node) {
        return switch (node) {
            case Scalar scalar when scalar.kind() == ScalarKind.NULL -> "null";
            case Scalar scalar when scalar.kind() == ScalarKind.TEXT -> quoted(scalar.text());
            case Scalar scalar -> scalar.text();
            case Sequence list ->
                "["
                        + String.join(
                                ", ",
                                list.items().stream().map(YamlText::inline).toList()) + "]";
            case Mapping block -> {
                StringBuilder text = new StringBuilder("{");
                block.entries()
                        .forEach((key, value) -> text.append(text.length() > 1 ? ", " : "")
                                .append(quoted(key))
                                .append(": ")
                                .append(inline(value)));
                yield text.append('}').toString();
            }
        };
    }

    private static String quoted(String text) {
        if (PLAIN.matcher(text).matches() && !SPECIAL.matcher(text).matches()) {
            return text;
        }
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            switch (c) {
                case '"', '\\' -> quoted.append('\\').append(c);
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                case '\r' -> quoted.append("\\r");
                default -> {
                    if (c < ' ' || c == 127) {
                        quoted.append("\\u%04x".formatted((int) c));
                    } else {
                        quoted.append(c);
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }
}
