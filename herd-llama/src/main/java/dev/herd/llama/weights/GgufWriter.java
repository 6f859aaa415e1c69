package dev.herd.llama.weights;

import dev.herd.data.InputException;
import dev.herd.numerics.OffHeap;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/// Writes GGUF files of version 3, little-endian, tensors 32 bytes apart or closer.
///
/// ```java
/// new GgufWriter().put("general.architecture", new
/// MetadataValue.Text("llama")).tensor(weights).write(path);
/// ```
public final class GgufWriter {
    private static final int VERSION = 3;
    private static final long PIECE = 1 << 26;

    private final Map<String, MetadataValue> metadata = new LinkedHashMap<>();
    private final List<Entry> tensors = new ArrayList<>();

    /// A row of the tensor table, and its bytes when they are wanted, which an arena may hold.
    private record Entry(String name, TensorType type, long[] shape, Function<Arena, MemorySegment> data) {
        long bytes() {
            return WeightTensor.bytes(type, shape);
        }
    }

    /// Adds what the file says under `key`; a value under the same key is replaced.
    public GgufWriter put(String key, MetadataValue value) {
        metadata.put(key, value);
        return this;
    }

    /// Adds a tensor, whose bytes are read when the file is written.
    public GgufWriter tensor(WeightTensor tensor) {
        tensors.add(new Entry(tensor.name(), tensor.type(), tensor.shape(), _ -> tensor.data()));
        return this;
    }

    /// Adds a tensor whose bytes are made when it is written and let go before the next one's are made, so
    /// that files larger than the memory can be written.
    ///
    /// @param shape outermost first
    /// @param fill writes all bytes of the tensor
    public GgufWriter tensor(String name, TensorType type, long[] shape, Consumer<MemorySegment> fill) {
        long bytes = WeightTensor.bytes(type, shape);
        tensors.add(new Entry(name, type, shape.clone(), arena -> {
            MemorySegment made = OffHeap.allocate(arena, bytes);
            fill.accept(made);
            return made;
        }));
        return this;
    }

    /// Writes the file beside its place and moves it there when it is whole; when it does not become
    /// whole, nothing stays.
    ///
    /// **Throws** [InputException] naming the file that cannot be written.
    public void write(Path file) {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            try (FileChannel channel = FileChannel.open(
                    part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                whole(channel, ByteBuffer.wrap(header()));
                for (Entry tensor : tensors) {
                    try (Arena arena = Arena.ofShared()) {
                        data(channel, tensor.data.apply(arena));
                    }
                }
            }
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            remove(part, e);
            throw new InputException(file + ": cannot be written: " + e, e);
        } catch (RuntimeException | Error e) {
            remove(part, e);
            throw e;
        }
    }

    private static void remove(Path part, Throwable because) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            because.addSuppressed(e);
        }
    }

    private byte[] header() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        i32(out, GgufReader.MAGIC);
        i32(out, VERSION);
        i64(out, tensors.size());
        i64(out, metadata.size());
        metadata.forEach((key, value) -> {
            string(out, key);
            value(out, value);
        });
        long offset = 0;
        for (Entry tensor : tensors) {
            string(out, tensor.name);
            long[] shape = tensor.shape;
            i32(out, shape.length);
            for (int axis = shape.length - 1; axis >= 0; axis--) {
                i64(out, shape[axis]);
            }
            i32(out, tensor.type.code());
            i64(out, offset);
            offset += aligned(tensor.bytes());
        }
        out.writeBytes(new byte[(int) (aligned(out.size()) - out.size())]);
        return out.toByteArray();
    }

    private static void value(ByteArrayOutputStream out, MetadataValue value) {
        switch (value) {
            case MetadataValue.Text text -> {
                i32(out, MetadataValue.Kind.STRING.code());
                string(out, text.value());
            }
            case MetadataValue.Whole whole
            when whole.value() == (int) whole.value() && whole.value() >= 0 -> {
                i32(out, MetadataValue.Kind.U32.code());
                i32(out, (int) whole.value());
            }
            case MetadataValue.Whole whole -> {
                i32(out, MetadataValue.Kind.I64.code());
                i64(out, whole.value());
            }
            case MetadataValue.Real real
            when real.value() == (float) real.value() -> {
                i32(out, MetadataValue.Kind.F32.code());
                i32(out, Float.floatToIntBits((float) real.value()));
            }
            case MetadataValue.Real real -> {
                i32(out, MetadataValue.Kind.F64.code());
                i64(out, Double.doubleToLongBits(real.value()));
            }
            case MetadataValue.Flag flag -> {
                i32(out, MetadataValue.Kind.BOOL.code());
                out.write(flag.value() ? 1 : 0);
            }
            case MetadataValue.Items items -> {
                i32(out, MetadataValue.Kind.ARRAY.code());
                i32(out, items.kind().code());
                i64(out, items.count());
                out.writeBytes(items.bytes().toArray(ValueLayout.JAVA_BYTE));
            }
        }
    }

    private static void data(FileChannel channel, MemorySegment data) throws IOException {
        for (long at = 0; at < data.byteSize(); at += PIECE) {
            whole(
                    channel,
                    data.asSlice(at, Math.min(PIECE, data.byteSize() - at)).asByteBuffer());
        }
        whole(channel, ByteBuffer.allocate((int) (aligned(data.byteSize()) - data.byteSize())));
    }

    private static void whole(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static long aligned(long bytes) {
        return Math.ceilDiv(bytes, GgufReader.DEFAULT_ALIGNMENT) * GgufReader.DEFAULT_ALIGNMENT;
    }

    static void string(ByteArrayOutputStream out, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        i64(out, utf8.length);
        out.writeBytes(utf8);
    }

    static void i32(ByteArrayOutputStream out, int value) {
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
    }

    private static void i64(ByteArrayOutputStream out, long value) {
        out.writeBytes(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array());
    }
}
