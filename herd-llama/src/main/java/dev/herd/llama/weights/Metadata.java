package dev.herd.llama.weights;

import dev.herd.data.InputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// What a model file says about itself: the metadata of a GGUF file, or the configuration of a Hugging
/// Face folder, in the words of the file.
///
/// **Throws** [InputException] from every question whose key holds another kind of value, naming file and
/// key.
///
/// **Owner**: lists are read from the mapped file when asked for, so ask before it is closed.
public final class Metadata {
    private final Path file;
    private final Map<String, MetadataValue> values;

    Metadata(Path file, Map<String, MetadataValue> values) {
        this.file = file;
        this.values = new LinkedHashMap<>(values);
    }

    /// The file that says so.
    public Path file() {
        return file;
    }

    /// Every key with its value, in the order of the file.
    public Map<String, MetadataValue> values() {
        return Map.copyOf(values);
    }

    /// The keys in the order of the file.
    public List<String> keys() {
        return List.copyOf(values.keySet());
    }

    public boolean contains(String key) {
        return values.containsKey(key);
    }

    public Optional<MetadataValue> value(String key) {
        return Optional.ofNullable(values.get(key));
    }

    public Optional<String> text(String key) {
        return switch (values.get(key)) {
            case null -> Optional.empty();
            case MetadataValue.Text text -> Optional.of(text.value());
            case MetadataValue other -> throw wrong(key, "a text", other);
        };
    }

    public OptionalLong whole(String key) {
        return switch (values.get(key)) {
            case null -> OptionalLong.empty();
            case MetadataValue.Whole whole -> OptionalLong.of(whole.value());
            case MetadataValue other -> throw wrong(key, "a whole number", other);
        };
    }

    /// A number, whole or not.
    public OptionalDouble number(String key) {
        return switch (values.get(key)) {
            case null -> OptionalDouble.empty();
            case MetadataValue.Real real -> OptionalDouble.of(real.value());
            case MetadataValue.Whole whole -> OptionalDouble.of(whole.value());
            case MetadataValue other -> throw wrong(key, "a number", other);
        };
    }

    public Optional<Boolean> flag(String key) {
        return switch (values.get(key)) {
            case null -> Optional.empty();
            case MetadataValue.Flag flag -> Optional.of(flag.value());
            case MetadataValue other -> throw wrong(key, "true or false", other);
        };
    }

    /// A list of texts, such as the tokens of a vocabulary.
    public Optional<List<String>> texts(String key) {
        MetadataValue.Items items = items(key);
        if (items == null) {
            return Optional.empty();
        }
        if (items.kind() != MetadataValue.Kind.STRING) {
            throw wrong(key, "a list of texts", items);
        }
        FileCursor cursor = new FileCursor(file, items.bytes());
        int count = count(key, items);
        List<String> texts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            texts.add(cursor.text("item " + i + " of " + key));
        }
        return Optional.of(List.copyOf(texts));
    }

    /// A list of numbers with fractions, such as the scores of a vocabulary.
    public Optional<float[]> floats(String key) {
        MetadataValue.Items items = items(key);
        if (items == null) {
            return Optional.empty();
        }
        if (items.kind() != MetadataValue.Kind.F32 && items.kind() != MetadataValue.Kind.F64) {
            throw wrong(key, "a list of numbers with fractions", items);
        }
        FileCursor cursor = new FileCursor(file, items.bytes());
        float[] numbers = new float[count(key, items)];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = items.kind() == MetadataValue.Kind.F32 ? cursor.f32(key) : (float) cursor.f64(key);
        }
        return Optional.of(numbers);
    }

    /// A list of whole numbers, such as the kinds of tokens.
    public Optional<long[]> wholes(String key) {
        MetadataValue.Items items = items(key);
        if (items == null) {
            return Optional.empty();
        }
        FileCursor cursor = new FileCursor(file, items.bytes());
        long[] numbers = new long[count(key, items)];
        for (int i = 0; i < numbers.length; i++) {
            if (cursor.value(items.kind(), key) instanceof MetadataValue.Whole whole) {
                numbers[i] = whole.value();
            } else {
                throw wrong(key, "a list of whole numbers", items);
            }
        }
        return Optional.of(numbers);
    }

    /// The complaint that a key holds something else than was expected.
    InputException wrong(String key, String expected, MetadataValue found) {
        return InputException.of(
                file, "metadata " + Excerpt.of(key) + ": expected " + expected + ", found " + found.described());
    }

    private MetadataValue.@Nullable Items items(String key) {
        return switch (values.get(key)) {
            case null -> null;
            case MetadataValue.Items items -> items;
            case MetadataValue other -> throw wrong(key, "a list", other);
        };
    }

    private int count(String key, MetadataValue.Items items) {
        if (items.count() > Integer.MAX_VALUE - 8) {
            throw wrong(key, "a list of at most " + (Integer.MAX_VALUE - 8) + " values", items);
        }
        return (int) items.count();
    }
}
