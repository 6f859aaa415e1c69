package dev.herd.train.checkpoint;

import dev.herd.data.InputException;
import dev.herd.train.checkpoint.Manifest.ArrayEntry;
import dev.herd.train.checkpoint.Manifest.ChunkEntry;
import dev.herd.train.checkpoint.Manifest.RangeEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// A complete checkpoint on disk: a folder with `manifest.json`, its checksum, and safetensors chunks that hold arrays
/// by row ranges. How many processes wrote or will read it does not show in the layout.
///
/// **Throws** [InputException] that names the file when one is missing, shortened or changed, when an array that is
/// asked for is not there, or has another shape or number format.
public final class Checkpoint {
    static final String MANIFEST = "manifest.json";
    static final String CHECKSUM = "manifest.json.sha256";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path folder;
    private final Manifest manifest;
    private final Map<String, ArrayEntry> arrays = new LinkedHashMap<>();

    private Checkpoint(Path folder, Manifest manifest) {
        this.folder = folder;
        this.manifest = manifest;
        manifest.arrays().forEach(array -> arrays.put(array.name(), array));
    }

    /// Reads and checks the manifest, and that every chunk has its length. The chunks' contents are checked when they
    /// are read.
    public static Checkpoint open(Path folder) {
        Path file = folder.resolve(MANIFEST);
        byte[] text = bytes(file);
        String expected = new String(bytes(folder.resolve(CHECKSUM)), StandardCharsets.US_ASCII);
        String actual = HexFormat.of().formatHex(DurableFile.sha256().digest(text)) + "\n";
        if (!expected.equals(actual)) {
            throw InputException.of(
                    file, "damaged: its SHA-256 is not the one in " + CHECKSUM + "; use another checkpoint");
        }
        try {
            Manifest manifest = JSON.readValue(text, Manifest.class);
            if (!manifest.format().equals(Manifest.FORMAT)
                    || manifest.version() < Manifest.PLAIN
                    || manifest.version() > Manifest.VERSION) {
                throw InputException.of(
                        file,
                        "is " + manifest.format() + " version " + manifest.version() + "; this Herd reads "
                                + Manifest.FORMAT + " up to version " + Manifest.VERSION);
            }
            Checkpoint checkpoint = new Checkpoint(folder, manifest);
            manifest.chunks().forEach(checkpoint::checkLength);
            return checkpoint;
        } catch (JacksonException e) {
            throw new InputException(file + ": this is no manifest of a checkpoint: " + e.getOriginalMessage(), e);
        }
    }

    /// Writes a single checkpoint as a subfolder, in place of one of that name.
    ///
    /// @param state a record; saved as JSON
    /// **Throws** `UncheckedIOException` when the disk is full or fails.
    public static void write(Path parent, String name, List<StoredArray> arrays, Object state) {
        try {
            new CheckpointWriter(CheckpointFolder.CHUNK_BYTES).write(parent, name, arrays, state, null);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    parent.resolve(name) + ": could not be written: " + e.getMessage() + "; free space and try again",
                    e);
        }
    }

    public Path folder() {
        return folder;
    }

    /// Names of all arrays, in the order they were written in.
    public List<String> names() {
        return List.copyOf(arrays.keySet());
    }

    /// What was saved beside the arrays.
    public <T> T state(Class<T> type) {
        try {
            return JSON.treeToValue(manifest.state(), type);
        } catch (JacksonException e) {
            throw new InputException(
                    folder.resolve(MANIFEST) + ": its state does not fit " + type.getSimpleName() + ": "
                            + e.getOriginalMessage(),
                    e);
        }
    }

    /// The step whose weights were the best when this was written.
    OptionalLong best() {
        Long best = manifest.best();
        return best == null ? OptionalLong.empty() : OptionalLong.of(best);
    }

    /// Checks the contents of every chunk.
    public void verify() {
        manifest.chunks().forEach(chunk -> read(chunk, Map.of()));
    }

    /// Fills arrays from the checkpoint; each must be in it with the same shape and number format. Arrays of the
    /// checkpoint that are not asked for are left alone.
    public void load(List<StoredArray> into) {
        Map<String, StoredArray> wanted = new LinkedHashMap<>();
        for (StoredArray array : into) {
            check(array);
            wanted.put(array.name(), array);
        }
        for (ChunkEntry chunk : manifest.chunks()) {
            if (chunk.ranges().stream().anyMatch(range -> wanted.containsKey(range.array()))) {
                read(chunk, wanted);
            }
        }
    }

    private void check(StoredArray array) {
        ArrayEntry stored = arrays.get(array.name());
        if (stored == null) {
            throw InputException.of(
                    folder,
                    "has no array '" + array.name() + "'; was it written for another model or dataset?" + " It holds: "
                            + String.join(", ", arrays.keySet()));
        }
        if (!stored.equals(ArrayEntry.of(array))) {
            throw InputException.of(
                    folder,
                    "array '" + array.name() + "' is " + described(stored) + ", needed is "
                            + described(ArrayEntry.of(array)) + "; was it written for another model or dataset?");
        }
    }

    private static String described(ArrayEntry array) {
        String numbers = array.type().toString() + array.shape();
        return array.packing() == null ? numbers : numbers + " packed in " + array.packing();
    }

    private void checkLength(ChunkEntry chunk) {
        Path file = folder.resolve(chunk.file());
        try {
            long bytes = Files.size(file);
            if (bytes != chunk.bytes()) {
                throw InputException.of(
                        file,
                        "damaged: it has " + bytes + " bytes, the manifest says " + chunk.bytes()
                                + "; use another checkpoint");
            }
        } catch (IOException e) {
            throw new InputException(file + ": missing or unreadable; use another checkpoint", e);
        }
    }

    private void read(ChunkEntry chunk, Map<String, StoredArray> wanted) {
        Path file = folder.resolve(chunk.file());
        checkLength(chunk);
        try (Arena arena = Arena.ofConfined();
                FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, chunk.bytes(), arena);
            MessageDigest digest = DurableFile.sha256();
            digest.update(bytes.asByteBuffer());
            if (!HexFormat.of().formatHex(digest.digest()).equals(chunk.sha256())) {
                throw InputException.of(
                        file, "damaged: its SHA-256 is not the one in the manifest; use another checkpoint");
            }
            for (RangeEntry range : chunk.ranges()) {
                StoredArray array = wanted.get(range.array());
                if (array != null) {
                    MemorySegment.copy(
                            bytes, range.offset(), array.data(), range.start() * array.rowBytes(), range.bytes());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be read", e);
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new InputException(file + ": missing or unreadable; this is no complete checkpoint", e);
        }
    }
}
