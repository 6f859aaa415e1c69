package dev.herd.llama.weights;

import dev.herd.data.InputException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Reads little-endian values one after the other and never beyond the end: whatever a file claims, what
/// is allocated is bounded by the bytes that are there. Every read is told what it is for, so that a
/// complaint can name it.
final class FileCursor {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Path file;
    private final MemorySegment bytes;
    private long position;

    FileCursor(Path file, MemorySegment bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    long position() {
        return position;
    }

    long remaining() {
        return bytes.byteSize() - position;
    }

    int u8(String what) {
        return bytes.get(ValueLayout.JAVA_BYTE, take(1, what)) & 0xFF;
    }

    int u16(String what) {
        return bytes.get(SHORT, take(2, what)) & 0xFFFF;
    }

    int i32(String what) {
        return bytes.get(INT, take(4, what));
    }

    long u32(String what) {
        return i32(what) & 0xFFFF_FFFFL;
    }

    float f32(String what) {
        return Float.intBitsToFloat(i32(what));
    }

    long i64(String what) {
        return bytes.get(LONG, take(8, what));
    }

    double f64(String what) {
        return Double.longBitsToDouble(i64(what));
    }

    /// An unsigned number of 64 bits, refused where a long cannot hold it.
    long u64(String what) {
        long value = i64(what);
        if (value < 0) {
            throw at(position - 8, what + " is " + Long.toUnsignedString(value) + ", beyond every size of a file");
        }
        return value;
    }

    /// How many of something follow that takes at least `least` bytes each.
    long count(long least, String what) {
        long start = position;
        long count = u64(what);
        if (count > remaining() / least) {
            throw at(
                    start,
                    what + " is " + count + ", which needs at least " + least + " bytes each, but only " + remaining()
                            + " bytes are left; the file is truncated or not what it claims to be");
        }
        return count;
    }

    /// A length of 64 bits and as many bytes of UTF-8.
    String text(String what) {
        MemorySegment stored = textBytes(what);
        if (stored.byteSize() == 0) {
            return "";
        }
        if (stored.byteSize() > Integer.MAX_VALUE - 8) {
            throw at(position, what + " is a text of " + stored.byteSize() + " bytes");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(stored.toArray(ValueLayout.JAVA_BYTE)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw at(position - stored.byteSize(), what + " is not valid UTF-8");
        }
    }

    /// A length of 64 bits and as many bytes.
    MemorySegment textBytes(String what) {
        long length = count(1, "the length of " + what);
        return bytes.asSlice(take(length, what), length);
    }

    /// Goes over `length` bytes and hands them out.
    MemorySegment slice(long length, String what) {
        return bytes.asSlice(take(length, what), length);
    }

    /// What was gone over since a position.
    MemorySegment since(long start) {
        return bytes.asSlice(start, position - start);
    }

    /// One value of a kind that is not a list.
    MetadataValue value(MetadataValue.Kind kind, String what) {
        return switch (kind) {
            case U8 -> new MetadataValue.Whole(u8(what));
            case I8 -> new MetadataValue.Whole((byte) u8(what));
            case U16 -> new MetadataValue.Whole(u16(what));
            case I16 -> new MetadataValue.Whole((short) u16(what));
            case U32 -> new MetadataValue.Whole(u32(what));
            case I32 -> new MetadataValue.Whole(i32(what));
            case U64 -> new MetadataValue.Whole(u64(what));
            case I64 -> new MetadataValue.Whole(i64(what));
            case F32 -> new MetadataValue.Real(f32(what));
            case F64 -> new MetadataValue.Real(f64(what));
            case BOOL -> new MetadataValue.Flag(truth(what));
            case STRING -> new MetadataValue.Text(text(what));
            case ARRAY -> throw at(position, what + " is a list of lists, which are not read");
        };
    }

    /// A complaint about what stands at a byte.
    InputException at(long position, String what) {
        return InputException.of(file, "byte " + position + ": " + what);
    }

    private boolean truth(String what) {
        int value = u8(what);
        if (value > 1) {
            throw at(position - 1, what + " must be 0 or 1, found " + value);
        }
        return value == 1;
    }

    private long take(long length, String what) {
        if (length > remaining()) {
            throw at(
                    position,
                    "the file ends within " + what + ", which needs " + length + " bytes where " + remaining()
                            + " are left; it is truncated");
        }
        long start = position;
        position += length;
        return start;
    }
}
