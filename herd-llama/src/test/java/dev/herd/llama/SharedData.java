package dev.herd.llama;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/// Files that lie beside the checkout and are not part of it; tests that need one say so when they are
/// skipped.
public final class SharedData {
    private SharedData() {}

    /// The path of `shared/data/<name>`, or the end of the test when nothing is there.
    public static Path path(String name) {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path found = at.resolve("shared/data").resolve(name);
            if (Files.exists(found)) {
                return found;
            }
        }
        assumeTrue(false, "skipped: no shared/data/" + name + " beside the checkout");
        throw new AssertionError();
    }
}
