package dev.herd.llama.weights;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/// What a model file says under one key.
public sealed interface MetadataValue {
    /// A text.
    record Text(String value) implements MetadataValue {}

    /// A whole number of any of the stored widths.
    record Whole(long value) implements MetadataValue {}

    /// A number with a fraction.
    record Real(double value) implements MetadataValue {}

    /// Yes or no.
    record Flag(boolean value) implements MetadataValue {}

    /// Many values of one kind, left in the file until they are asked for: vocabularies are long.
    ///
    /// @param bytes the stored elements, checked to hold `count` of them
    record Items(Kind kind, long count, MemorySegment bytes) implements MetadataValue {
        public static Items ofTexts(List<String> texts) {
            return of(Kind.STRING, texts.size(), out -> texts.forEach(text -> GgufWriter.string(out, text)));
        }

        public static Items ofWholes(int... numbers) {
            return of(Kind.I32, numbers.length, out -> Arrays.stream(numbers).forEach(one -> GgufWriter.i32(out, one)));
        }

        public static Items ofReals(float... numbers) {
            return of(Kind.F32, numbers.length, out -> {
                for (float number : numbers) {
                    GgufWriter.i32(out, Float.floatToIntBits(number));
                }
            });
        }

        private static Items of(Kind kind, int count, Consumer<ByteArrayOutputStream> write) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            write.accept(out);
            return new Items(kind, count, MemorySegment.ofArray(out.toByteArray()));
        }
    }

    /// The stored kinds of values, with their numbers in GGUF files.
    enum Kind {
        U8(0, 1),
        I8(1, 1),
        U16(2, 2),
        I16(3, 2),
        U32(4, 4),
        I32(5, 4),
        F32(6, 4),
        BOOL(7, 1),
        STRING(8, 0),
        ARRAY(9, 0),
        U64(10, 8),
        I64(11, 8),
        F64(12, 8);

        private final int code;
        private final int bytes;

        Kind(int code, int bytes) {
            this.code = code;
            this.bytes = bytes;
        }

        int code() {
            return code;
        }

        /// Bytes of one value, 0 where they differ.
        int bytes() {
            return bytes;
        }
    }

    /// In words for messages: `the text "llama"`, `the number 32`, `512 values of STRING`.
    default String described() {
        return switch (this) {
            case Text text -> "the text \"" + Excerpt.of(text.value) + "\"";
            case Whole whole -> "the number " + whole.value;
            case Real real -> "the number " + real.value;
            case Flag flag -> Boolean.toString(flag.value);
            case Items items -> items.count + " values of " + items.kind;
        };
    }
}
