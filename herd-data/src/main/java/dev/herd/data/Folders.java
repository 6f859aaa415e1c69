package dev.herd.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/// Folders as a whole: made above a file that is written, removed with all they hold.
public final class Folders {
    private Folders() {}

    /// Deletes a folder with all it holds; nothing happens when it is not there.
    public static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    /// The same for a folder of the user's.
    ///
    /// **Throws** [InputException] naming it when it cannot be removed.
    public static void remove(Path folder) {
        try {
            delete(folder);
        } catch (IOException e) {
            throw new InputException(folder + ": cannot be removed: " + e.getMessage(), e);
        }
    }

    /// Writes a text, and makes the folders above it.
    ///
    /// **Throws** [InputException] naming the file when it cannot be written.
    public static Path write(Path file, String text) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new InputException(file + ": cannot be written: " + e.getMessage(), e);
        }
    }
}
