package dev.herd.llama.weights;

import dev.herd.data.InputException;
import dev.herd.numerics.OffHeap;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;

/// A GGUF file of version 2 or 3, mapped into memory: what it says about itself and where its tensors lie.
/// Files that hold a vocabulary and no tensors can be opened too.
///
/// **Owner**: whoever opened it; closing it takes the memory of all its tensors away. The file must not be
/// shortened while it is open.
public final class GgufFile implements AutoCloseable {
    private final Path path;
    private final Arena arena;
    private final long bytes;
    private final int version;
    private final Metadata metadata;
    private final List<WeightTensor> tensors;

    private GgufFile(Path path, Arena arena, long bytes, GgufReader read) {
        this.path = path;
        this.arena = arena;
        this.bytes = bytes;
        this.version = read.version();
        this.metadata = read.metadata();
        this.tensors = read.tensors();
    }

    /// **Throws** [InputException] for a file that is absent, truncated or not what it claims to be,
    /// naming the byte and what was read there.
    @SuppressWarnings("MustBeClosedChecker") // the file closes it
    public static GgufFile open(Path path) {
        Arena arena = Arena.ofShared();
        try {
            return of(path, arena, map(path, arena));
        } catch (Throwable e) {
            arena.close();
            throw e;
        }
    }

    /// The same of bytes that are in memory; the arena is closed with it.
    static GgufFile of(Path path, Arena arena, MemorySegment bytes) {
        return new GgufFile(path, arena, bytes.byteSize(), GgufReader.read(path, bytes));
    }

    static MemorySegment map(Path path, Arena arena) {
        try (FileChannel channel = FileChannel.open(path)) {
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            OffHeap.preferHugePages(bytes);
            return bytes;
        } catch (IOException e) {
            throw new InputException(path + ": cannot be read: " + e, e);
        }
    }

    public Path path() {
        return path;
    }

    /// Size of the file.
    public long bytes() {
        return bytes;
    }

    /// Of the format, 2 or 3.
    public int version() {
        return version;
    }

    public Metadata metadata() {
        return metadata;
    }

    /// All tensors in the order of the file.
    public List<WeightTensor> tensors() {
        return tensors;
    }

    @Override
    public void close() {
        arena.close();
    }
}
