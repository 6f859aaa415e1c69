package dev.herd.data.config;

import dev.herd.data.InputException;
import dev.herd.data.config.ConfigNode.Mapping;
import dev.herd.data.config.ConfigNode.Scalar;
import dev.herd.data.config.ConfigNode.ScalarKind;
import dev.herd.data.config.ConfigNode.Sequence;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Lays YAML over records.
final class RecordBinder {
    private RecordBinder() {}

    /// @param path dotted place of the block in the file, empty for the root; only for messages
    static <T extends Record> T bind(ConfigNode node, T defaults, String path) {
        @SuppressWarnings("unchecked")
        Class<T> type = (Class<T>) defaults.getClass();
        return type.cast(record(node, type, defaults, path));
    }

    private static Record record(
            ConfigNode node, Class<? extends Record> type, @Nullable Record defaults, String path) {
        Mapping block = block(node, path);
        RecordComponent[] components = type.getRecordComponents();
        refuseUnknown(block, components, path);
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            values[i] = component(block, components[i], defaults, path);
        }
        return construct(type, values, block, path);
    }

    private static Mapping block(ConfigNode node, String path) {
        return switch (node) {
            case Mapping mapping -> mapping;
            case Scalar scalar when scalar.kind() == ScalarKind.NULL && path.isEmpty() -> Mapping.empty(scalar.place());
            case Scalar scalar -> throw notABlock(scalar, path);
            case Sequence list -> throw notABlock(list, path);
        };
    }

    private static InputException notABlock(ConfigNode node, String path) {
        String what = path.isEmpty() ? "the file" : "key '" + path + "'";
        return node.place().error(what + " must be a block of keys, found " + node.described());
    }

    private static void refuseUnknown(Mapping block, RecordComponent[] components, String path) {
        List<String> known = Arrays.stream(components)
                .map(component -> Names.key(component.getName()))
                .toList();
        for (String key : block.entries().keySet()) {
            if (!known.contains(key)) {
                String where = path.isEmpty() ? "" : " in '" + path + "'";
                throw block.placeOf(key)
                        .error("unknown key '" + key + "'" + where + Spelling.remedy(key, "keys", known));
            }
        }
    }

    private static @Nullable Object component(
            Mapping block, RecordComponent component, @Nullable Record defaults, String path) {
        String key = Names.key(component.getName());
        String at = path.isEmpty() ? key : path + "." + key;
        Object fallback = defaults == null ? null : read(component, defaults);
        ConfigNode node = block.entries().get(key);
        if (node != null) {
            return value(node, component.getGenericType(), fallback, at, nullable(component));
        }
        if (defaults != null || nullable(component)) {
            return fallback;
        }
        return absent(component.getType(), block, at);
    }

    private static Object absent(Class<?> type, Mapping block, String path) {
        if (type == List.class) {
            return List.of();
        }
        if (type == Map.class) {
            return Map.of();
        }
        if (type == Optional.class) {
            return Optional.empty();
        }
        throw block.place().error("key '" + path + "' is missing and has no default");
    }

    static @Nullable Object read(RecordComponent component, Record of) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(of);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("cannot read " + component + " of " + of, e);
        }
    }

    private static boolean nullable(RecordComponent component) {
        return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    private static @Nullable Object value(
            ConfigNode node, Type type, @Nullable Object fallback, String path, boolean nullable) {
        boolean isNull = node instanceof Scalar scalar && scalar.kind() == ScalarKind.NULL;
        if (type instanceof ParameterizedType generic) {
            return container(node, generic, path);
        }
        if (!(type instanceof Class<?> plain)) {
            throw new IllegalStateException("configuration records cannot hold " + type + " (" + path + ")");
        }
        if (isNull && nullable) {
            return null;
        }
        if (isNull) {
            throw node.place()
                    .error("key '" + path + "' has no value; give " + ScalarBinder.accepted(plain)
                            + " or leave the key out");
        }
        if (plain == Subtree.class) {
            return Subtree.bind(node, path);
        }
        if (plain == Fragment.class) {
            return new Fragment(node);
        }
        if (plain.isRecord()) {
            return nested(node, plain.asSubclass(Record.class), (Record) fallback, path);
        }
        if (plain.isSealed() && plain.isInterface()) {
            return choice(node, plain, fallback, path);
        }
        if (node instanceof Scalar scalar) {
            return ScalarBinder.bind(scalar, plain, path);
        }
        throw node.place()
                .error("key '" + path + "' must be " + ScalarBinder.accepted(plain) + ", found " + node.described());
    }

    private static Record nested(
            ConfigNode node, Class<? extends Record> type, @Nullable Record fallback, String path) {
        if (node instanceof Scalar scalar) {
            Optional<Record> parsed = parsed(scalar, type, path);
            if (parsed.isPresent()) {
                return parsed.get();
            }
        }
        if (node instanceof Mapping block && block.entries().get(ConfigNode.SHORTHAND) instanceof Scalar scalar) {
            Record below = parsed(scalar, type, path).orElseThrow(() -> notABlock(scalar, path));
            return record(block.without(ConfigNode.SHORTHAND), type, below, path);
        }
        Record defaults = fallback != null ? fallback : Names.defaults(type).orElse(null);
        return record(node, type, defaults, path);
    }

    private static Optional<Record> parsed(Scalar scalar, Class<? extends Record> type, String path) {
        try {
            return Names.parsed(type, scalar.text());
        } catch (IllegalArgumentException refused) {
            throw new InputException(scalar.place() + ": '" + path + "': " + refused.getMessage(), refused);
        }
    }

    private static Object choice(ConfigNode node, Class<?> sealed, @Nullable Object fallback, String path) {
        if (node instanceof Scalar scalar) {
            return chosen(scalar, Mapping.empty(scalar.place()), sealed, fallback, path);
        }
        Mapping block = block(node, path);
        String key = block.entries().containsKey(ConfigNode.SHORTHAND) ? ConfigNode.SHORTHAND : "kind";
        ConfigNode kind = block.entries().get(key);
        if (kind instanceof Scalar scalar) {
            return chosen(scalar, block.without(key).without("kind"), sealed, fallback, path);
        }
        if (kind == null && fallback instanceof Record record) {
            return record(block, record.getClass(), record, path);
        }
        throw block.placeOf(key)
                .error("'" + path + "' needs the key 'kind', one of " + String.join(", ", Names.kinds(sealed)));
    }

    private static Object chosen(Scalar kind, Mapping keys, Class<?> sealed, @Nullable Object fallback, String path) {
        Class<? extends Record> type = Names.kind(sealed, kind, path);
        Record defaults = type.isInstance(fallback)
                ? type.cast(fallback)
                : Names.defaults(type).orElse(null);
        return record(keys, type, defaults, path);
    }

    private static Object container(ConfigNode node, ParameterizedType type, String path) {
        Type[] of = type.getActualTypeArguments();
        if (type.getRawType() == Optional.class) {
            boolean isNull = node instanceof Scalar scalar && scalar.kind() == ScalarKind.NULL;
            return isNull ? Optional.empty() : Optional.of(element(node, of[0], path));
        }
        if (type.getRawType() == List.class) {
            return list(node, of[0], path);
        }
        if (type.getRawType() == Map.class && of[0] == String.class) {
            return map(node, of[1], path);
        }
        throw new IllegalStateException("configuration records cannot hold " + type + " (" + path + ")");
    }

    private static List<?> list(ConfigNode node, Type element, String path) {
        if (!(node instanceof Sequence list)) {
            throw node.place().error("key '" + path + "' must be a list, such as [a, b], found " + node.described());
        }
        List<Object> items = new ArrayList<>();
        for (ConfigNode item : list.items()) {
            items.add(element(item, element, path + "[" + items.size() + "]"));
        }
        return List.copyOf(items);
    }

    private static Map<String, ?> map(ConfigNode node, Type element, String path) {
        Mapping block = block(node, path);
        Map<String, Object> items = new LinkedHashMap<>();
        block.entries().forEach((key, value) -> items.put(key, element(value, element, path + "." + key)));
        return java.util.Collections.unmodifiableMap(items);
    }

    private static Object element(ConfigNode node, Type type, String path) {
        Object bound = value(node, type, null, path, false);
        if (bound == null) {
            throw new IllegalStateException("no value for " + path);
        }
        return bound;
    }

    private static Record construct(
            Class<? extends Record> type, @Nullable Object[] values, Mapping block, String path) {
        Class<?>[] types = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        try {
            Constructor<? extends Record> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                String where = path.isEmpty() ? "" : "'" + path + "': ";
                throw new InputException(block.place() + ": " + where + refused.getMessage(), refused);
            }
            throw new IllegalStateException("cannot make " + type.getName(), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make " + type.getName(), e);
        }
    }
}
