package dev.herd.jinja;

import com.hubspot.jinjava.objects.collections.PyList;
import dev.herd.llama.chat.PythonText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The methods of Python's texts, lists and mappings that templates use.
final class PythonMethods {
    private PythonMethods() {}

    /// The character at an index, counted from the end where it is negative.
    static String character(String text, int index) {
        int at = index < 0 ? text.length() + index : index;
        if (at < 0 || at >= text.length()) {
            throw new TemplateFault(0, "a text of " + text.length() + " characters has none at " + index);
        }
        return text.substring(at, at + 1);
    }

    static Object ofText(String text, String name, @Nullable Object[] given) {
        return switch (name) {
            case "strip" -> strip(text, given, true, true);
            case "lstrip" -> strip(text, given, true, false);
            case "rstrip" -> strip(text, given, false, true);
            case "split" -> new PyList(split(text, given));
            case "splitlines" -> new PyList(new ArrayList<>(text.lines().toList()));
            case "startswith" -> text.startsWith(string(name, given, 0));
            case "endswith" -> text.endsWith(string(name, given, 0));
            case "replace" -> text.replace(string(name, given, 0), string(name, given, 1));
            case "find" -> text.indexOf(string(name, given, 0));
            case "upper" -> text.toUpperCase(Locale.ROOT);
            case "lower" -> text.toLowerCase(Locale.ROOT);
            case "title" -> title(text);
            case "capitalize" ->
                text.isEmpty()
                        ? text
                        : text.substring(0, 1).toUpperCase(Locale.ROOT)
                                + text.substring(1).toLowerCase(Locale.ROOT);
            default -> throw new TemplateFault(0, "a text has no method " + name + " here");
        };
    }

    static @Nullable Object ofMapping(Map<?, ?> map, String name, @Nullable Object[] given) {
        return switch (name) {
            case "get" ->
                map.containsKey(argument(name, given, 0)) ? map.get(given[0]) : given.length > 1 ? given[1] : null;
            case "items" -> PythonFilters.entries(map);
            case "keys" -> new PyList(new ArrayList<>(map.keySet()));
            case "values" -> new PyList(new ArrayList<>(map.values()));
            default -> throw new TemplateFault(0, "a mapping has no method " + name + " here");
        };
    }

    static Object ofList(List<?> list, String name, @Nullable Object[] given) {
        @SuppressWarnings("unchecked") // a template's lists hold anything
        List<@Nullable Object> open = (List<@Nullable Object>) list;
        return switch (name) {
            case "append" -> {
                open.add(argument(name, given, 0));
                yield "";
            }
            case "index" -> list.indexOf(argument(name, given, 0));
            case "count" ->
                list.stream()
                        .filter(each -> each != null && each.equals(given[0]))
                        .count();
            default -> throw new TemplateFault(0, "a list has no method " + name + " here");
        };
    }

    private static String strip(String text, @Nullable Object[] given, boolean left, boolean right) {
        if (given.length == 0 || given[0] == null) {
            String begun = left ? PythonText.strippedLeft(text) : text;
            return right ? PythonText.strippedRight(begun) : begun;
        }
        String away = string("strip", given, 0);
        int from = 0;
        int to = text.length();
        while (left && from < to && away.indexOf(text.charAt(from)) >= 0) {
            from++;
        }
        while (right && to > from && away.indexOf(text.charAt(to - 1)) >= 0) {
            to--;
        }
        return text.substring(from, to);
    }

    /// At a separator or, without one, at white space; at most as often as the second argument says.
    private static List<Object> split(String text, @Nullable Object[] given) {
        if (given.length == 0 || given[0] == null) {
            String stripped = PythonText.stripped(text);
            return stripped.isEmpty() ? new ArrayList<>() : new ArrayList<>(List.of(stripped.split("\\s+")));
        }
        String separator = string("split", given, 0);
        long most = given.length > 1 && given[1] instanceof Number number && number.longValue() >= 0
                ? number.longValue()
                : Long.MAX_VALUE;
        List<Object> parts = new ArrayList<>();
        int from = 0;
        for (int at = text.indexOf(separator); at >= 0 && parts.size() < most; at = text.indexOf(separator, from)) {
            parts.add(text.substring(from, at));
            from = at + separator.length();
        }
        parts.add(text.substring(from));
        return parts;
    }

    private static String title(String text) {
        StringBuilder title = new StringBuilder(text.length());
        boolean first = true;
        for (char c : text.toCharArray()) {
            title.append(first ? Character.toUpperCase(c) : Character.toLowerCase(c));
            first = !Character.isLetter(c);
        }
        return title.toString();
    }

    private static String string(String method, @Nullable Object[] given, int at) {
        if (argument(method, given, at) instanceof String text && !(text.isEmpty() && method.equals("split"))) {
            return text;
        }
        throw new TemplateFault(0, method + " needs a text as argument " + (at + 1));
    }

    private static @Nullable Object argument(String method, @Nullable Object[] given, int at) {
        if (at >= given.length) {
            throw new TemplateFault(0, method + " needs " + (at + 1) + " arguments, got " + given.length);
        }
        return given[at];
    }
}
