package dev.herd.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/// Files that lie beside the checkout and are not part of it; tests that need one say so when they are
/// skipped.
final class SharedData {
    private SharedData() {}

    static Path path(String name) {
        for (Path at = Repository.root(); at != null; at = at.getParent()) {
            Path found = at.resolve("shared/data").resolve(name);
            if (Files.exists(found)) {
                return found;
            }
        }
        assumeTrue(false, "skipped: no shared/data/" + name + " beside the checkout");
        throw new AssertionError();
    }
}
