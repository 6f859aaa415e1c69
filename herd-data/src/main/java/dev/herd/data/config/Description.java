package dev.herd.data.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Walks a record type and lists its keys.
final class Description {
    private final List<ConfigKey> keys = new ArrayList<>();

    static List<ConfigKey> of(Record defaults) {
        Description description = new Description();
        description.record(defaults.getClass(), defaults, "", "");
        return List.copyOf(description.keys);
    }

    private void record(Class<? extends Record> type, @Nullable Record defaults, String prefix, String when) {
        for (RecordComponent component : type.getRecordComponents()) {
            String key = prefix + Names.key(component.getName());
            Object value = defaults == null ? null : RecordBinder.read(component, defaults);
            Class<?> of = component.getType();
            if (of.isRecord()) {
                Class<? extends Record> nested = of.asSubclass(Record.class);
                Record below = value instanceof Record record
                        ? record
                        : Names.defaults(nested).orElse(null);
                record(nested, below, key + ".", when);
            } else {
                add(component, key, defaults == null ? "" : text(value, of), when);
                if (of.isSealed() && of.isInterface()) {
                    choices(of, value, key, when);
                }
            }
        }
    }

    private void choices(Class<?> sealed, @Nullable Object value, String key, String when) {
        for (Class<?> kind : sealed.getPermittedSubclasses()) {
            Class<? extends Record> type = kind.asSubclass(Record.class);
            Record defaults = type.isInstance(value)
                    ? type.cast(value)
                    : Names.defaults(type).orElse(null);
            String chosen = key + " is " + Names.key(type.getSimpleName());
            record(type, defaults, key + ".", when.isEmpty() ? chosen : when + ", " + chosen);
        }
    }

    private void add(RecordComponent component, String key, String value, String when) {
        Doc doc = component.getAnnotation(Doc.class);
        keys.add(new ConfigKey(key, accepted(component.getGenericType()), value, doc == null ? "" : doc.value(), when));
    }

    private static String text(@Nullable Object value, Class<?> declared) {
        if (value instanceof Record record && declared.isSealed()) {
            return Names.key(record.getClass().getSimpleName());
        }
        return value instanceof Subtree subtree
                ? subtree.name()
                : YamlText.of(YamlText.node(value, declared)).strip();
    }

    private static String accepted(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] of = generic.getActualTypeArguments();
            String element = accepted(of[of.length - 1]);
            return switch (((Class<?>) generic.getRawType()).getSimpleName()) {
                case "List" -> "a list; each: " + element;
                case "Map" -> "a block of names; each: " + element;
                default -> element;
            };
        }
        return ScalarBinder.accepted((Class<?>) type);
    }
}
