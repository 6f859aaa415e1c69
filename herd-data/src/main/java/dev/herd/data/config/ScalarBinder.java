package dev.herd.data.config;

import dev.herd.data.config.ConfigNode.Scalar;
import dev.herd.data.config.ConfigNode.ScalarKind;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Turns single YAML values into Java values.
final class ScalarBinder {
    private ScalarBinder() {}

    static Object bind(Scalar scalar, Class<?> type, String path) {
        try {
            if (type == String.class) {
                return scalar.text();
            }
            if (type == Path.class) {
                return Path.of(scalar.text());
            }
            if (type == boolean.class || type == Boolean.class) {
                return truth(scalar);
            }
            if (type == int.class || type == Integer.class) {
                return number(scalar).intValueExact();
            }
            if (type == long.class || type == Long.class) {
                return number(scalar).longValueExact();
            }
            if (type == double.class || type == Double.class) {
                return real(scalar);
            }
            if (type == float.class || type == Float.class) {
                return (float) real(scalar);
            }
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw scalar.place()
                    .error("key '" + path + "' must be " + accepted(type) + ", found " + scalar.described());
        }
        if (type.isEnum()) {
            return constant(scalar, type, path);
        }
        throw new IllegalStateException("configuration records cannot hold " + type + " (" + path + ")");
    }

    /// What a key of the type takes, for messages and help.
    static String accepted(Class<?> type) {
        if (type.isEnum()) {
            return "one of " + String.join(", ", constants(type));
        }
        if (type.isSealed() && type.isInterface()) {
            return "one of " + String.join(", ", Names.kinds(type));
        }
        return switch (type.getSimpleName()) {
            case "boolean", "Boolean" -> "true or false";
            case "int", "Integer" -> "a whole number up to " + Integer.MAX_VALUE;
            case "long", "Long" -> "a whole number";
            case "double", "Double", "float", "Float" -> "a number";
            case "String" -> "text";
            case "Path" -> "a path";
            case "Fragment" -> "any value or block";
            case "Subtree" -> "a name, or a block with the key 'name'";
            default -> "a block of keys";
        };
    }

    private static boolean truth(Scalar scalar) {
        return switch (scalar.text().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(scalar.text());
        };
    }

    private static BigDecimal number(Scalar scalar) {
        String text = scalar.text().replace("_", "");
        return scalar.kind() == ScalarKind.NUMBER && text.startsWith("0x")
                ? new BigDecimal(Long.parseLong(text.substring(2), 16))
                : new BigDecimal(text);
    }

    private static double real(Scalar scalar) {
        return switch (scalar.text().toLowerCase(Locale.ROOT)) {
            case ".inf", "+.inf" -> Double.POSITIVE_INFINITY;
            case "-.inf" -> Double.NEGATIVE_INFINITY;
            case ".nan" -> Double.NaN;
            default -> number(scalar).doubleValue();
        };
    }

    private static Object constant(Scalar scalar, Class<?> type, String path) {
        for (Object constant : type.getEnumConstants()) {
            if (Names.matches(scalar.text(), ((Enum<?>) constant).name())) {
                return constant;
            }
        }
        throw scalar.place()
                .error("key '" + path + "' must be " + accepted(type) + ", found " + scalar.described()
                        + Spelling.hint(scalar.text(), constants(type)));
    }

    private static List<String> constants(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> Names.value((Enum<?>) constant))
                .collect(Collectors.toList());
    }
}
