package dev.herd.data.config;

import dev.herd.data.config.ConfigNode.Scalar;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// How Java names appear in configuration files: `batchSize` is the key `batch_size`, `ExactAdam` the kind
/// `exact_adam`, `ROW_WISE` the value `row_wise`.
final class Names {
    private Names() {}

    static String key(String javaName) {
        return javaName.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
                .replaceAll("([A-Z])([A-Z][a-z])", "$1_$2")
                .toLowerCase(Locale.ROOT);
    }

    static String value(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    static boolean matches(String written, String name) {
        return written.replace('-', '_').equalsIgnoreCase(name);
    }

    static List<String> kinds(Class<?> sealed) {
        return Arrays.stream(sealed.getPermittedSubclasses())
                .map(type -> key(type.getSimpleName()))
                .toList();
    }

    /// The choice of a sealed configuration with the written kind.
    static Class<? extends Record> kind(Class<?> sealed, Scalar written, String path) {
        for (Class<?> type : sealed.getPermittedSubclasses()) {
            if (matches(written.text(), key(type.getSimpleName()))) {
                return type.asSubclass(Record.class);
            }
        }
        List<String> kinds = kinds(sealed);
        throw written.place()
                .error("key '" + path + "' is of no known kind " + written.described()
                        + Spelling.remedy(written.text(), "kinds", kinds));
    }

    /// The value of the record's static method `defaults()`; empty when it has none.
    static Optional<Record> defaults(Class<? extends Record> type) {
        try {
            Method method = type.getDeclaredMethod("defaults");
            method.setAccessible(true);
            return Optional.of((Record) method.invoke(null));
        } catch (NoSuchMethodException e) {
            return Optional.empty();
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException(type.getName() + ".defaults() cannot be called", e);
        }
    }

    /// What the record's static method `parse(String)` makes of a bare value; empty when it has none.
    ///
    /// **Throws** `IllegalArgumentException` when it refuses the value.
    static Optional<Record> parsed(Class<? extends Record> type, String text) {
        try {
            Method method = type.getDeclaredMethod("parse", String.class);
            method.setAccessible(true);
            return Optional.of((Record) method.invoke(null, text));
        } catch (NoSuchMethodException e) {
            return Optional.empty();
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                throw refused;
            }
            throw new IllegalStateException(type.getName() + ".parse() failed", e.getCause());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(type.getName() + ".parse() cannot be called", e);
        }
    }
}
