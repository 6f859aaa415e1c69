package dev.herd.llama.weights;

import dev.herd.data.InputException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Reads a safetensors file: a length, a JSON table of tensors, then their bytes.
///
/// **Throws** [InputException] whatever the bytes are, unless they make a sound file.
final class SafetensorsReader {
    private static final String ABOUT_THE_FILE = "__metadata__";
    private static final long LARGEST_TABLE = 100_000_000;
    private static final int MOST_DIMENSIONS = 8;

    private final Path file;
    private final MemorySegment data;
    private final List<WeightTensor> tensors = new ArrayList<>();
    private final List<Extent> extents = new ArrayList<>();

    private SafetensorsReader(Path file, MemorySegment data) {
        this.file = file;
        this.data = data;
    }

    static List<WeightTensor> read(Path file, MemorySegment mapped) {
        FileCursor cursor = new FileCursor(file, mapped);
        long length = cursor.count(1, "the length of the table");
        if (length > LARGEST_TABLE) {
            throw cursor.at(0, "the length of the table is " + length + "; up to " + LARGEST_TABLE + " are read");
        }
        byte[] table = cursor.slice(length, "the table").toArray(ValueLayout.JAVA_BYTE);
        SafetensorsReader reader = new SafetensorsReader(file, cursor.slice(cursor.remaining(), "the data"));
        try (JsonParser json = Json.MAPPER.createParser(table)) {
            reader.table(json);
        } catch (JacksonException e) {
            throw new InputException(file + ": the table is not JSON: " + Json.reason(e), e);
        }
        Extent.overlap(reader.extents).ifPresent(overlap -> {
            throw InputException.of(file, overlap);
        });
        return List.copyOf(reader.tensors);
    }

    private void table(JsonParser json) {
        expect(json.nextToken(), JsonToken.START_OBJECT, "the table");
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (name.equals(ABOUT_THE_FILE)) {
                json.skipChildren();
            } else {
                expect(value, JsonToken.START_OBJECT, "tensor " + Excerpt.of(name));
                tensor(json, name);
            }
        }
        if (json.nextToken() != null) {
            throw InputException.of(file, "the table goes on after its end");
        }
    }

    private void tensor(JsonParser json, String name) {
        String label = "tensor " + Excerpt.of(name);
        String type = null;
        long[] shape = null;
        long[] range = null;
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = json.currentName();
            JsonToken value = json.nextToken();
            switch (key) {
                case "dtype" -> {
                    expect(value, JsonToken.VALUE_STRING, label + ": dtype");
                    type = json.getString();
                }
                case "shape" -> shape = numbers(json, label + ": shape");
                case "data_offsets" -> range = numbers(json, label + ": data_offsets");
                default -> throw InputException.of(file, label + ": unknown key " + Excerpt.of(key));
            }
        }
        add(name, type(label, needed(type, label, "dtype")), needed(shape, label, "shape"), range(label, range));
    }

    private void add(String name, TensorType type, long[] shape, Extent range) {
        String label = "tensor " + Excerpt.of(name) + " of type " + type + " and shape " + Arrays.toString(shape);
        long bytes;
        try {
            bytes = WeightTensor.bytes(type, shape);
        } catch (IllegalArgumentException e) {
            throw new InputException(file + ": " + label + ": " + e.getMessage(), e);
        }
        if (bytes != range.end() - range.start()) {
            throw InputException.of(
                    file,
                    label + " takes " + bytes + " bytes, but its data_offsets " + range.start() + " to " + range.end()
                            + " are " + (range.end() - range.start()));
        }
        if (range.end() > data.byteSize()) {
            throw InputException.of(
                    file,
                    label + " ends at byte " + range.end() + " of the data, which has " + data.byteSize()
                            + "; the file is truncated");
        }
        extents.add(new Extent(name, range.start(), range.end()));
        tensors.add(new WeightTensor(name, type, shape, data.asSlice(range.start(), bytes)));
    }

    private TensorType type(String label, String type) {
        return switch (type) {
            case "F32" -> TensorType.F32;
            case "F16" -> TensorType.F16;
            case "BF16" -> TensorType.BF16;
            default ->
                throw InputException.of(
                        file,
                        label + " is of type " + Excerpt.of(type) + ", which is not read; read are F32, F16, BF16");
        };
    }

    private Extent range(String label, long @Nullable [] range) {
        long[] two = needed(Optional.ofNullable(range).orElse(null), label, "data_offsets");
        if (two.length != 2 || two[0] > two[1]) {
            throw InputException.of(
                    file, label + ": data_offsets must be a start and an end, found " + Arrays.toString(two));
        }
        return new Extent(label, two[0], two[1]);
    }

    private <T> T needed(@Nullable T value, String label, String key) {
        if (value == null) {
            throw InputException.of(file, label + ": " + key + " is missing");
        }
        return value;
    }

    private long[] numbers(JsonParser json, String what) {
        expect(json.currentToken(), JsonToken.START_ARRAY, what);
        long[] numbers = new long[MOST_DIMENSIONS];
        int count = 0;
        for (JsonToken next = json.nextToken(); next != JsonToken.END_ARRAY; next = json.nextToken()) {
            expect(next, JsonToken.VALUE_NUMBER_INT, what);
            if (count == MOST_DIMENSIONS) {
                throw InputException.of(file, what + " has more than " + MOST_DIMENSIONS + " numbers");
            }
            if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER || json.getLongValue() < 0) {
                throw InputException.of(
                        file, what + " must be numbers of a file, found " + Excerpt.of(json.getString()));
            }
            numbers[count++] = json.getLongValue();
        }
        return Arrays.copyOf(numbers, count);
    }

    private void expect(@Nullable JsonToken found, JsonToken expected, String what) {
        if (found != expected) {
            throw InputException.of(file, what + ": expected " + expected + ", found " + found);
        }
    }
}
