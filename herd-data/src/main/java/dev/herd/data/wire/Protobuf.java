package dev.herd.data.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A message of protocol buffers under construction, field by field. Large arrays are referred to, not
/// copied: they must stay as they are until the message is written.
///
/// ```java
/// Protobuf event = new Protobuf().real(1, seconds).integer(2, step).message(5, summary);
/// ```
public final class Protobuf {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    /// Arrays beyond this are referred to.
    private static final int COPIED_AT_MOST = 1 << 12;

    private static final int WRITTEN_AT_ONCE = 1 << 24;

    private final List<MemorySegment> pieces = new ArrayList<>();
    private final ByteArrayOutputStream last = new ByteArrayOutputStream();
    private long size;

    public Protobuf integer(int field, long value) {
        tag(field, VARINT);
        varint(value);
        return this;
    }

    public Protobuf real(int field, double value) {
        tag(field, FIXED64);
        littleEndian(Double.doubleToRawLongBits(value), Double.BYTES);
        return this;
    }

    public Protobuf real(int field, float value) {
        tag(field, FIXED32);
        littleEndian(Float.floatToRawIntBits(value), Float.BYTES);
        return this;
    }

    public Protobuf text(int field, String value) {
        return bytes(field, MemorySegment.ofArray(value.getBytes(StandardCharsets.UTF_8)));
    }

    public Protobuf bytes(int field, MemorySegment value) {
        tag(field, BYTES);
        varint(value.byteSize());
        append(value);
        return this;
    }

    public Protobuf message(int field, Protobuf value) {
        tag(field, BYTES);
        varint(value.size);
        value.all().forEach(this::append);
        return this;
    }

    /// Bytes of the message.
    public long size() {
        return size;
    }

    /// **Throws** `OutOfMemoryError` for a message beyond what an array can hold.
    public byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        all().forEach(piece -> bytes.writeBytes(piece.toArray(ValueLayout.JAVA_BYTE)));
        return bytes.toByteArray();
    }

    public void writeTo(WritableByteChannel channel) throws IOException {
        for (MemorySegment piece : all()) {
            write(piece, channel);
        }
    }

    /// Writes all of a segment, however large.
    public static void write(MemorySegment bytes, WritableByteChannel channel) throws IOException {
        for (long at = 0; at < bytes.byteSize(); at += WRITTEN_AT_ONCE) {
            ByteBuffer part = bytes.asSlice(at, Math.min(WRITTEN_AT_ONCE, bytes.byteSize() - at))
                    .asByteBuffer();
            while (part.hasRemaining()) {
                channel.write(part);
            }
        }
    }

    private List<MemorySegment> all() {
        List<MemorySegment> all = new ArrayList<>(pieces);
        all.add(MemorySegment.ofArray(last.toByteArray()));
        return all;
    }

    private void append(MemorySegment bytes) {
        size += bytes.byteSize();
        if (bytes.byteSize() <= COPIED_AT_MOST) {
            last.writeBytes(bytes.toArray(ValueLayout.JAVA_BYTE));
        } else {
            pieces.add(MemorySegment.ofArray(last.toByteArray()));
            pieces.add(bytes);
            last.reset();
        }
    }

    private void tag(int field, int kind) {
        varint((long) field << 3 | kind);
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            put(rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        put(rest);
    }

    private void littleEndian(long bits, int bytes) {
        for (int i = 0; i < bytes; i++) {
            put(bits >>> 8 * i);
        }
    }

    private void put(long octet) {
        last.write((int) octet);
        size++;
    }
}
