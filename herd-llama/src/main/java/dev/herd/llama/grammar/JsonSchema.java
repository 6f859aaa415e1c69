package dev.herd.llama.grammar;

import static dev.herd.llama.grammar.JsonPatterns.SPACE;
import static dev.herd.llama.grammar.Pattern.choice;
import static dev.herd.llama.grammar.Pattern.sequence;
import static dev.herd.llama.grammar.Pattern.text;

import dev.herd.llama.grammar.Pattern.Choice;
import dev.herd.llama.grammar.Pattern.Named;
import dev.herd.llama.grammar.Pattern.Repeated;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/// A JSON schema as a pattern: what the pattern takes is valid, though not all that is valid is taken.
/// Properties come in the order of the schema, and no others than those of the schema.
///
/// Taken are `type`, `properties`, `required`, `additionalProperties`, `items`, `minItems`, `maxItems`,
/// `minLength`, `maxLength`, `enum`, `const`, `anyOf`, `$ref` within the schema; what only describes is
/// passed over, and anything else refused.
final class JsonSchema {
    private static final int MOST_PARTS = 5_000;
    private static final Set<String> DESCRIBING =
            Set.of("title", "description", "default", "examples", "$schema", "$id", "$comment", "$defs", "definitions");

    private final JsonNode root;
    private final Map<String, Named> references = new HashMap<>();
    private int parts;

    private JsonSchema(JsonNode root) {
        this.root = root;
    }

    /// **Throws** `IllegalArgumentException` naming the place and keyword that cannot be taken.
    static Pattern pattern(JsonNode schema) {
        return new JsonSchema(schema).value(schema, "#");
    }

    private Pattern value(JsonNode schema, String at) {
        if (++parts > MOST_PARTS) {
            throw new IllegalArgumentException("the schema has more than " + MOST_PARTS + " parts");
        }
        if (schema.isBoolean() && schema.booleanValue()) {
            return JsonPatterns.ANY_VALUE;
        }
        if (!schema.isObject()) {
            throw new IllegalArgumentException(at + " must be an object or true, got " + schema);
        }
        if (schema.has("$ref")) {
            only(schema, at, Set.of("$ref"));
            return reference(schema.path("$ref").asString(""), at);
        }
        if (schema.has("const")) {
            only(schema, at, Set.of("const", "type"));
            return text(schema.path("const").toString());
        }
        if (schema.has("enum")) {
            only(schema, at, Set.of("enum", "type"));
            return any(schema.path("enum"), at + "/enum", (each, _) -> text(each.toString()));
        }
        if (schema.has("anyOf")) {
            only(schema, at, Set.of("anyOf"));
            return any(schema.path("anyOf"), at + "/anyOf", this::value);
        }
        JsonNode type = schema.path("type");
        if (type.isArray()) {
            return any(type, at + "/type", (each, _) -> typed(each.asString(""), schema, at, type.size()));
        }
        if (type.isMissingNode()) {
            only(schema, at, Set.of());
            return JsonPatterns.ANY_VALUE;
        }
        return typed(type.asString(""), schema, at, 1);
    }

    private interface Part {
        Pattern of(JsonNode node, String at);
    }

    private static Pattern any(JsonNode list, String at, Part part) {
        if (!list.isArray() || list.isEmpty() || list.size() > MOST_PARTS) {
            throw new IllegalArgumentException(at + " must be a list of 1 to " + MOST_PARTS);
        }
        List<Pattern> choices = new ArrayList<>();
        for (JsonNode each : list) {
            choices.add(part.of(each, at + "/" + choices.size()));
        }
        return new Choice(List.copyOf(choices));
    }

    /// @param types of the schema, whose keywords beside this one's own belong to the others
    private Pattern typed(String type, JsonNode schema, String at, int types) {
        return switch (type) {
            case "object" -> {
                check(schema, at, types, Set.of("type", "properties", "required", "additionalProperties"));
                yield object(schema, at);
            }
            case "array" -> {
                check(schema, at, types, Set.of("type", "items", "minItems", "maxItems"));
                Pattern item =
                        schema.has("items") ? value(schema.path("items"), at + "/items") : JsonPatterns.ANY_VALUE;
                int least = whole(schema, at, "minItems", 0);
                yield JsonPatterns.list("[", item, "]", least, most(schema, at, "maxItems", least));
            }
            case "string" -> {
                check(schema, at, types, Set.of("type", "minLength", "maxLength"));
                int least = whole(schema, at, "minLength", 0);
                yield JsonPatterns.string(least, most(schema, at, "maxLength", least));
            }
            case "integer" -> plain(schema, at, types, JsonPatterns.INTEGER);
            case "number" -> plain(schema, at, types, JsonPatterns.NUMBER);
            case "boolean" -> plain(schema, at, types, JsonPatterns.BOOLEAN);
            case "null" -> plain(schema, at, types, JsonPatterns.NULL);
            default ->
                throw new IllegalArgumentException(at + "/type must be object, array, string, integer, number, boolean"
                        + " or null, got " + schema.path("type"));
        };
    }

    private static Pattern plain(JsonNode schema, String at, int types, Pattern pattern) {
        check(schema, at, types, Set.of("type"));
        return pattern;
    }

    private Pattern object(JsonNode schema, String at) {
        JsonNode properties = schema.path("properties");
        JsonNode others = schema.path("additionalProperties");
        if (properties.isEmpty() && !(others.isBoolean() && !others.booleanValue())) {
            Pattern value =
                    others.isMissingNode() ? JsonPatterns.ANY_VALUE : value(others, at + "/additionalProperties");
            return JsonPatterns.list("{", member(JsonPatterns.STRING, value), "}", 0, Repeated.ENDLESS);
        }
        Set<String> required = new HashSet<>();
        for (JsonNode name : schema.path("required")) {
            if (!properties.has(name.asString(""))) {
                throw new IllegalArgumentException(at + "/required names " + name + ", which is no property");
            }
            required.add(name.asString(""));
        }
        Pattern first = Pattern.EMPTY;
        Pattern later = Pattern.EMPTY;
        for (String name : List.copyOf(properties.propertyNames()).reversed()) {
            JsonNode key = StringNode.valueOf(name);
            Pattern member = member(text(key.toString()), value(properties.path(name), at + "/properties/" + name));
            Pattern asFirst = sequence(SPACE, member, later);
            Pattern asLater = sequence(SPACE, text(","), SPACE, member, later);
            boolean must = required.contains(name);
            first = must ? asFirst : choice(asFirst, first);
            later = must ? asLater : choice(asLater, later);
        }
        return sequence(text("{"), first, SPACE, text("}"));
    }

    private static Pattern member(Pattern key, Pattern value) {
        return sequence(key, SPACE, text(":"), SPACE, value);
    }

    /// Made once for each place that is referred to, so that a schema can hold itself.
    private Pattern reference(String pointer, String at) {
        Named known = references.get(pointer);
        if (known != null) {
            return known;
        }
        JsonNode target = pointer.equals("#") ? root : pointer.startsWith("#/") ? root.at(pointer.substring(1)) : null;
        if (target == null || target.isMissingNode()) {
            throw new IllegalArgumentException(
                    at + "/$ref must name a place in the schema, such as #/$defs/name, got '" + pointer + "'");
        }
        Named named = new Named();
        references.put(pointer, named);
        named.means(value(target, pointer));
        return named;
    }

    private static int most(JsonNode schema, String at, String keyword, int least) {
        int most = whole(schema, at, keyword, Repeated.ENDLESS);
        if (most < least) {
            throw new IllegalArgumentException(
                    at + "/" + keyword + " is " + most + ", below the least that is asked for, " + least);
        }
        return most;
    }

    private static int whole(JsonNode schema, String at, String keyword, int otherwise) {
        JsonNode given = schema.path(keyword);
        if (given.isMissingNode()) {
            return otherwise;
        }
        if (!given.isIntegralNumber() || given.asDouble() < 0 || given.asDouble() > Repeated.ENDLESS) {
            throw new IllegalArgumentException(at + "/" + keyword + " must be a whole number, got " + given);
        }
        return given.intValue();
    }

    private static void check(JsonNode schema, String at, int types, Set<String> keywords) {
        if (types == 1) {
            only(schema, at, keywords);
        }
    }

    private static void only(JsonNode schema, String at, Set<String> keywords) {
        for (String keyword : schema.propertyNames()) {
            if (!keywords.contains(keyword) && !DESCRIBING.contains(keyword)) {
                throw new IllegalArgumentException(at + "/" + keyword + " is a keyword that cannot be enforced here");
            }
        }
    }
}
