package dev.herd.data;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/// Real data beside the repository, for tests that say so when it is not there.
public final class SharedData {
    private SharedData() {}

    public static Path file(String name) {
        Path at = Path.of(System.getProperty("user.dir")).toAbsolutePath();
        Path found = at.resolve("shared/data").resolve(name);
        while (!Files.exists(found) && at.getParent() != null) {
            at = at.getParent();
            found = at.resolve("shared/data").resolve(name);
        }
        assumeTrue(Files.exists(found), "skipped: no shared/data/" + name + " beside the repository");
        return found;
    }

    /// A file of the repository itself.
    public static Path example(String name) {
        Path at = Path.of(System.getProperty("user.dir")).toAbsolutePath();
        while (!Files.exists(at.resolve("examples").resolve(name))) {
            at = Objects.requireNonNull(at.getParent(), "no examples/" + name + " above the working folder");
        }
        return at.resolve("examples").resolve(name);
    }
}
