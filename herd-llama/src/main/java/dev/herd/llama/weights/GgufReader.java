package dev.herd.llama.weights;

import dev.herd.data.InputException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads the header of a GGUF file: magic, version, counts, metadata, tensor table; then finds the
/// tensors' bytes.
///
/// **Throws** [InputException] whatever the bytes are, unless they make a sound file.
record GgufReader(int version, Metadata metadata, List<WeightTensor> tensors) {
    static final int MAGIC = 0x4655_4747;
    static final String ALIGNMENT_KEY = "general.alignment";
    static final int DEFAULT_ALIGNMENT = 32;

    private static final int MOST_DIMENSIONS = 4;
    private static final long LARGEST_ALIGNMENT = 1 << 20;
    // A key's length, one character and a value of one byte with its kind; a name's length, one dimension, type, place.
    private static final int LEAST_ENTRY = 8 + 1 + 4 + 1;
    private static final int LEAST_TENSOR = 8 + 1 + 4 + 8 + 4 + 8;

    /// A row of the tensor table.
    private record Entry(String name, TensorType type, long[] shape, long offset, long bytes, long at) {}

    static GgufReader read(Path file, MemorySegment mapped) {
        FileCursor cursor = new FileCursor(file, mapped);
        int version = version(cursor);
        long tensorCount = cursor.count(LEAST_TENSOR, "the number of tensors");
        long entryCount = cursor.count(LEAST_ENTRY, "the number of metadata entries");
        Metadata metadata = metadata(file, cursor, entryCount);
        List<Entry> entries = entries(cursor, tensorCount);
        long alignment = alignment(metadata);
        long start = Math.ceilDiv(cursor.position(), alignment) * alignment;
        return new GgufReader(version, metadata, place(cursor, mapped, entries, start, alignment));
    }

    private static int version(FileCursor cursor) {
        int magic = cursor.i32("the magic number");
        if (magic != MAGIC) {
            throw cursor.at(0, "is not a GGUF file, which starts with the letters GGUF");
        }
        int version = cursor.i32("the version");
        if (version == 2 || version == 3) {
            return version;
        }
        if ((version & 0xFFFF) == 0) {
            throw cursor.at(4, "is a big-endian GGUF file; convert the model to a little-endian one");
        }
        throw cursor.at(
                4,
                "is of GGUF version " + Integer.toUnsignedString(version)
                        + "; versions 2 and 3 are read, convert the model again");
    }

    private static Metadata metadata(Path file, FileCursor cursor, long count) {
        Map<String, MetadataValue> values = new LinkedHashMap<>();
        for (long entry = 0; entry < count; entry++) {
            long at = cursor.position();
            String key = cursor.text("the key of metadata entry " + entry);
            MetadataValue.Kind kind = kind(cursor, key);
            MetadataValue value =
                    kind == MetadataValue.Kind.ARRAY ? items(cursor, key) : cursor.value(kind, named(key));
            if (values.put(key, value) != null) {
                throw cursor.at(at, "a second " + named(key));
            }
        }
        return new Metadata(file, values);
    }

    private static MetadataValue.Kind kind(FileCursor cursor, String key) {
        long at = cursor.position();
        int code = cursor.i32("the type of " + named(key));
        for (MetadataValue.Kind kind : MetadataValue.Kind.values()) {
            if (kind.code() == code) {
                return kind;
            }
        }
        throw cursor.at(
                at, named(key) + " is of unknown type " + Integer.toUnsignedString(code) + "; types 0 to 12 are read");
    }

    /// Goes over a list without keeping its values.
    private static MetadataValue.Items items(FileCursor cursor, String key) {
        MetadataValue.Kind kind = kind(cursor, key);
        if (kind == MetadataValue.Kind.ARRAY) {
            throw cursor.at(cursor.position() - 4, named(key) + " is a list of lists, which are not read");
        }
        boolean texts = kind == MetadataValue.Kind.STRING;
        long count = cursor.count(texts ? 8 : kind.bytes(), "the length of " + named(key));
        long start = cursor.position();
        if (!texts) {
            return new MetadataValue.Items(kind, count, cursor.slice(count * kind.bytes(), named(key)));
        }
        for (long item = 0; item < count; item++) {
            cursor.textBytes(named(key));
        }
        return new MetadataValue.Items(kind, count, cursor.since(start));
    }

    private static long alignment(Metadata metadata) {
        long alignment = metadata.whole(ALIGNMENT_KEY).orElse(DEFAULT_ALIGNMENT);
        if (alignment < 1 || alignment > LARGEST_ALIGNMENT || Long.bitCount(alignment) != 1) {
            throw InputException.of(
                    metadata.file(),
                    "metadata " + ALIGNMENT_KEY + " must be a power of two up to " + LARGEST_ALIGNMENT + ", found "
                            + alignment);
        }
        return alignment;
    }

    private static List<Entry> entries(FileCursor cursor, long count) {
        List<Entry> entries = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (long tensor = 0; tensor < count; tensor++) {
            long at = cursor.position();
            String name = cursor.text("the name of tensor " + tensor);
            if (!names.add(name)) {
                throw cursor.at(at, "a second " + tensor(name));
            }
            entries.add(entry(cursor, name, at));
        }
        return entries;
    }

    private static Entry entry(FileCursor cursor, String name, long at) {
        long dimensions = cursor.u32("the number of dimensions of " + tensor(name));
        if (dimensions < 1 || dimensions > MOST_DIMENSIONS) {
            throw cursor.at(
                    at, tensor(name) + " has " + dimensions + " dimensions; 1 to " + MOST_DIMENSIONS + " are read");
        }
        long[] shape = new long[(int) dimensions];
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            shape[axis] = cursor.u64("the shape of " + tensor(name));
        }
        int code = cursor.i32("the type of " + tensor(name));
        TensorType type = TensorType.of(code)
                .orElseThrow(() -> cursor.at(
                        at,
                        tensor(name) + " is of " + TensorType.refused(code) + ", which is not read; read are "
                                + TensorType.accepted()));
        long offset = cursor.u64("the place of " + tensor(name));
        try {
            return new Entry(name, type, shape, offset, WeightTensor.bytes(type, shape), at);
        } catch (IllegalArgumentException e) {
            throw cursor.at(at, tensor(name) + " of type " + type + ": " + e.getMessage());
        }
    }

    /// Slices the tensors out of the file, each within it and none over another.
    private static List<WeightTensor> place(
            FileCursor cursor, MemorySegment mapped, List<Entry> entries, long start, long alignment) {
        long available = Math.max(0, mapped.byteSize() - start);
        for (Entry entry : entries) {
            if (entry.offset % alignment != 0) {
                throw cursor.at(
                        entry.at,
                        tensor(entry.name) + " starts at " + entry.offset + " in the data, which is not a multiple of "
                                + "the alignment " + alignment);
            }
            if (entry.offset > available || entry.bytes > available - entry.offset) {
                throw cursor.at(
                        entry.at,
                        tensor(entry.name) + " of type " + entry.type + " and shape " + Arrays.toString(entry.shape)
                                + " takes " + entry.bytes + " bytes from " + entry.offset + " of the data, which has "
                                + available + "; the file is truncated");
            }
        }
        refuseOverlaps(cursor, entries);
        return entries.stream()
                .map(entry -> new WeightTensor(
                        entry.name, entry.type, entry.shape, mapped.asSlice(start + entry.offset, entry.bytes)))
                .toList();
    }

    private static void refuseOverlaps(FileCursor cursor, List<Entry> entries) {
        List<Extent> extents = entries.stream()
                .map(entry -> new Extent(entry.name, entry.offset, entry.offset + entry.bytes))
                .toList();
        Extent.overlap(extents).ifPresent(overlap -> {
            throw cursor.at(cursor.position(), overlap);
        });
    }

    private static String named(String key) {
        return "metadata " + Excerpt.of(key);
    }

    private static String tensor(String name) {
        return "tensor " + Excerpt.of(name);
    }
}
