package dev.herd.data.raw;

import dev.herd.data.InputException;
import dev.herd.data.config.Doc;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Files of one table.
public record RawInput(
        @Doc("file to read; `*` and `?` in its name stand for several files, read in the order of their names")
        String path,

        @Doc("layout of the files: csv, criteo, libsvm, json_lines or parquet")
        RawFormat format,

        @Doc("cells that mean a missing value, besides empty ones")
        List<String> missing) {
    public RawInput {
        missing = List.copyOf(missing);
    }

    public static RawInput defaults() {
        return new RawInput("", RawFormat.Csv.defaults(), List.of());
    }

    public static RawInput of(Path file, RawFormat format) {
        return new RawInput(file.toString(), format, List.of());
    }

    /// The files that [#path] stands for.
    ///
    /// **Throws** [InputException] when there is none; `key` names the configuration key to set.
    public List<Path> files(String key) {
        if (path.isBlank()) {
            throw new InputException("no input file given: set " + key + " to the file's path");
        }
        Path given = Path.of(path);
        if (!path.contains("*") && !path.contains("?")) {
            if (!Files.isRegularFile(given)) {
                throw InputException.of(given, "no such file; set " + key + " to an existing one");
            }
            return List.of(given);
        }
        Path folder = given.toAbsolutePath().getParent();
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries =
                Files.newDirectoryStream(folder, given.getFileName().toString())) {
            entries.forEach(files::add);
        } catch (IOException e) {
            throw new InputException(folder + ": cannot be listed for " + key + ": " + e.getMessage(), e);
        }
        if (files.isEmpty()) {
            throw InputException.of(given, "matches no file; set " + key + " to existing ones");
        }
        Collections.sort(files);
        return files;
    }
}
