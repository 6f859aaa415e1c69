package dev.herd.cli.chat;

import dev.herd.data.InputException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Where the lines of chats are kept from one run to the next.
public final class HistoryFile {
    private static final String NAME = "chat-history";

    private HistoryFile() {}

    /// The file in the user's own folder for what programs remember.
    ///
    /// @param environment variables of the process
    /// @param home the user's folder
    /// @param system its name, such as `Linux`
    public static Path of(Map<String, String> environment, Path home, String system) {
        String name = system.toLowerCase(Locale.ROOT);
        Path otherwise = name.startsWith("windows")
                ? home.resolve("AppData").resolve("Local")
                : name.startsWith("mac")
                        ? home.resolve("Library").resolve("Application Support")
                        : home.resolve(".local").resolve("state");
        String told = environment.getOrDefault(name.startsWith("windows") ? "LOCALAPPDATA" : "XDG_STATE_HOME", "");
        Path state = told.isBlank() || !Path.of(told).isAbsolute() ? otherwise : Path.of(told);
        return state.resolve("herd").resolve(NAME);
    }

    /// Creates the file, which nobody else may read, where it is not there yet.
    ///
    /// **Throws** [InputException] when it cannot be.
    public static Path ready(Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            boolean posix =
                    Files.getFileStore(file.toAbsolutePath().getParent()).supportsFileAttributeView("posix");
            Files.createFile(file, posix ? new FileAttribute<?>[] {ownersOnly()} : new FileAttribute<?>[0]);
            return file;
        } catch (FileAlreadyExistsException e) {
            return file;
        } catch (IOException e) {
            throw new InputException(file + ": cannot be written: " + e + "; --no-history goes without", e);
        }
    }

    private static FileAttribute<Set<PosixFilePermission>> ownersOnly() {
        return PosixFilePermissions.asFileAttribute(
                Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));
    }
}
