package dev.herd.train.checkpoint;

import dev.herd.data.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The checkpoints of one run, one folder a step: `step-000000120`.
///
/// The newest few stay, and with them each that one of those names as the best so far. One that goes is
/// renamed first, so that no half-deleted folder looks complete.
public final class CheckpointFolder {
    /// About the size of a chunk file; a table is never buffered as a whole.
    public static final long CHUNK_BYTES = 64L << 20;

    private static final Pattern NAME = Pattern.compile("step-(\\d{9,})");

    private final Path folder;
    private final int keep;
    private final CheckpointWriter writer;

    private CheckpointFolder(Path folder, int keep, long chunkBytes) {
        this.folder = folder;
        this.keep = keep;
        this.writer = new CheckpointWriter(chunkBytes);
    }

    /// Makes the folder where it is missing, and clears what a killed process left unfinished.
    ///
    /// @param keep how many of the newest stay
    public static CheckpointFolder open(Path folder, int keep) {
        return open(folder, keep, CHUNK_BYTES);
    }

    /// @param chunkBytes about the size of a chunk file
    public static CheckpointFolder open(Path folder, int keep, long chunkBytes) {
        if (keep < 1) {
            throw new IllegalArgumentException("at least one checkpoint must be kept, got keep = " + keep);
        }
        try {
            Files.createDirectories(folder);
            try (Stream<Path> entries = Files.list(folder)) {
                for (Path entry : entries.toList()) {
                    if (entry.getFileName().toString().startsWith(CheckpointWriter.UNFINISHED)) {
                        Folders.delete(entry);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(folder + ": cannot be prepared for checkpoints", e);
        }
        return new CheckpointFolder(folder, keep, chunkBytes);
    }

    /// Deletes a folder of checkpoints with all it holds; nothing happens when it is not there.
    public static void delete(Path folder) {
        try {
            Folders.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(folder + ": cannot be deleted", e);
        }
    }

    /// Saves a step and deletes what need not stay.
    ///
    /// @param state a record; saved as JSON
    /// @param best the step whose weights are the best so far, this one included; it stays as long as this
    ///     one does
    /// **Throws** `UncheckedIOException` when the disk is full or fails; all earlier checkpoints are then
    /// intact.
    public void save(long step, List<StoredArray> arrays, Object state, OptionalLong best) {
        try {
            writer.write(folder, name(step), arrays, state, best.isPresent() ? best.getAsLong() : null);
            for (long old : superfluous()) {
                Path hidden = folder.resolve(CheckpointWriter.UNFINISHED + "deleted-" + old);
                Files.move(path(old), hidden, StandardCopyOption.ATOMIC_MOVE);
                Folders.delete(hidden);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the checkpoint of step " + step + " could not be written to " + folder.toAbsolutePath() + " ("
                            + e.getMessage() + ", " + usable() + " bytes free, " + bytes(arrays) + " needed); "
                            + steps().reversed().stream()
                                    .findFirst()
                                    .map(last -> "the one of step " + last + " is intact: free space and resume")
                                    .orElse("there is none yet"),
                    e);
        }
    }

    /// Steps with a complete checkpoint, ascending.
    public List<Long> steps() {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> NAME.matcher(entry.getFileName().toString()))
                    .filter(Matcher::matches)
                    .map(matcher -> Long.parseLong(matcher.group(1)))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(folder + ": cannot be listed", e);
        }
    }

    /// The checkpoint of a step.
    public Checkpoint at(long step) {
        return Checkpoint.open(path(step));
    }

    /// The newest checkpoint.
    public Optional<Checkpoint> latest() {
        return steps().reversed().stream().findFirst().map(this::at);
    }

    /// Which of these steps go: all but the newest few and the best ones that these name.
    static Set<Long> superfluous(List<Long> steps, int keep, java.util.function.LongFunction<OptionalLong> bestOf) {
        List<Long> kept = steps.subList(Math.max(0, steps.size() - keep), steps.size());
        Set<Long> gone = new TreeSet<>(steps);
        kept.forEach(gone::remove);
        kept.forEach(step -> bestOf.apply(step).ifPresent(gone::remove));
        return gone;
    }

    private Set<Long> superfluous() {
        return superfluous(steps(), keep, step -> at(step).best());
    }

    private Path path(long step) {
        return folder.resolve(name(step));
    }

    private static String name(long step) {
        return "step-%09d".formatted(step);
    }

    private String usable() {
        try {
            return String.valueOf(Files.getFileStore(folder).getUsableSpace());
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static long bytes(List<StoredArray> arrays) {
        return arrays.stream().mapToLong(array -> array.data().byteSize()).sum();
    }
}
