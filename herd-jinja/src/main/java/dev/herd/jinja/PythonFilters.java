package dev.herd.jinja;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.filter.Filter;
import dev.herd.llama.chat.PythonJson;
import dev.herd.llama.chat.PythonText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Filters that differ here from Jinjava's, or that it lacks.
final class PythonFilters {
    private PythonFilters() {}

    static List<Filter> all() {
        return List.of(
                new Named("tojson", PythonFilters::json),
                new Named("trim", (value, _, _) -> value instanceof String text ? PythonText.stripped(text) : value),
                new Named("items", (value, _, _) -> entries(value)));
    }

    private interface Rule {
        @Nullable
        Object of(@Nullable Object value, Object[] given, Map<String, Object> named);
    }

    private record Named(String name, Rule rule) implements Filter {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public @Nullable Object filter(@Nullable Object value, JinjavaInterpreter interpreter, String... given) {
            return rule.of(value, given, Map.of());
        }

        @Override
        public @Nullable Object filter(
                @Nullable Object value, JinjavaInterpreter interpreter, Object[] given, Map<String, Object> named) {
            return rule.of(value, given, named);
        }
    }

    /// As transformers spells it: spaces after commas and colons, characters beyond ASCII as they are.
    private static Object json(@Nullable Object value, Object[] given, Map<String, Object> named) {
        Object indent = given.length > 0 ? given[0] : named.get("indent");
        JsonNode node = node(value);
        return indent == null
                ? PythonJson.compact(node)
                : PythonJson.indented(node, Integer.parseInt(String.valueOf(indent)));
    }

    private static JsonNode node(@Nullable Object value) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (value) {
            case null -> nodes.nullNode();
            case Map<?, ?> map -> {
                ObjectNode object = nodes.objectNode();
                map.forEach((key, each) -> object.set(String.valueOf(key), node(each)));
                yield object;
            }
            case Collection<?> list -> {
                ArrayNode array = nodes.arrayNode();
                list.forEach(each -> array.add(node(each)));
                yield array;
            }
            case String _, Number _, Boolean _ -> JsonMapper.shared().valueToTree(value);
            default -> throw new TemplateFault(0, "tojson takes maps, lists, texts and numbers alone");
        };
    }

    /// The pairs of a mapping, each a list of two.
    static List<Object> entries(@Nullable Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new TemplateFault(0, "items are those of a mapping");
        }
        List<Object> entries = new ArrayList<>();
        map.forEach((key, each) -> {
            List<@Nullable Object> pair = new ArrayList<>();
            pair.add(key);
            pair.add(each);
            entries.add(pair);
        });
        return entries;
    }
}
