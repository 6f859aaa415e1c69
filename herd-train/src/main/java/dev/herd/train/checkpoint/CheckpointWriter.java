package dev.herd.train.checkpoint;

import dev.herd.data.Folders;
import dev.herd.train.checkpoint.Manifest.ArrayEntry;
import dev.herd.train.checkpoint.Manifest.ChunkEntry;
import dev.herd.train.checkpoint.Manifest.RangeEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Writes checkpoints. Everything goes to a hidden folder beside the target, is forced to disk, and only
/// then gets the target's name in one rename: a folder with that name is complete.
final class CheckpointWriter {
    /// Folders with this prefix were never finished.
    static final String UNFINISHED = ".unfinished-";

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(tools.jackson.databind.SerializationFeature.INDENT_OUTPUT)
            .build();

    private final long chunkBytes;

    /// @param chunkBytes about how large a chunk file becomes
    CheckpointWriter(long chunkBytes) {
        if (chunkBytes <= 0) {
            throw new IllegalArgumentException("chunk size must be positive, got " + chunkBytes);
        }
        this.chunkBytes = chunkBytes;
    }

    /// **Throws** `IOException` when the disk is full or fails; what has that name is then as it was.
    void write(Path parent, String name, List<StoredArray> arrays, Object state, @Nullable Long best)
            throws IOException {
        Path folder = parent.resolve(UNFINISHED + name);
        Folders.delete(folder);
        try {
            Files.createDirectories(folder);
            fill(folder, arrays, state, best);
            DurableFile.forceFolder(folder);
            replace(folder, parent.resolve(name));
            DurableFile.forceFolder(parent);
        } catch (IOException e) {
            Folders.delete(folder);
            throw e;
        }
    }

    /* A folder cannot be renamed onto another one. The old one steps aside first; a kill in between leaves it under its
     * unfinished name, which costs a checkpoint of the same step that the resumed run writes again. */
    private static void replace(Path folder, Path target) throws IOException {
        if (Files.exists(target)) {
            Path old = target.resolveSibling(UNFINISHED + "old-" + target.getFileName());
            Folders.delete(old);
            Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
            Files.move(folder, target, StandardCopyOption.ATOMIC_MOVE);
            Folders.delete(old);
        } else {
            Files.move(folder, target, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private void fill(Path folder, List<StoredArray> arrays, Object state, @Nullable Long best) throws IOException {
        List<ChunkEntry> chunks = new ArrayList<>();
        for (List<RowRange> ranges : Chunks.plan(arrays, chunkBytes)) {
            chunks.add(chunk(folder, "chunk-%05d.safetensors".formatted(chunks.size()), ranges));
        }
        List<ArrayEntry> entries = arrays.stream().map(ArrayEntry::of).toList();
        Manifest manifest = new Manifest(
                Manifest.FORMAT, Manifest.versionOf(entries), best, JSON.valueToTree(state), entries, chunks);
        String sum = text(folder.resolve(Checkpoint.MANIFEST), JSON.writeValueAsString(manifest) + "\n");
        text(folder.resolve(Checkpoint.CHECKSUM), sum + "\n");
    }

    private static ChunkEntry chunk(Path folder, String name, List<RowRange> ranges) throws IOException {
        try (DurableFile file = DurableFile.create(folder.resolve(name))) {
            file.write(Safetensors.header(ranges));
            List<RangeEntry> entries = new ArrayList<>();
            for (RowRange range : ranges) {
                entries.add(
                        new RangeEntry(range.array().name(), range.start(), range.end(), file.bytes(), range.bytes()));
                Safetensors.write(range, file);
            }
            String sum = file.finish();
            return new ChunkEntry(name, file.bytes(), sum, entries);
        }
    }

    private static String text(Path path, String text) throws IOException {
        try (DurableFile file = DurableFile.create(path)) {
            file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            return file.finish();
        }
    }
}
