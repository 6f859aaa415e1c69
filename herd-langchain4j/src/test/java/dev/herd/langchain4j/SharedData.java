package dev.herd.langchain4j;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

final class SharedData {
    private SharedData() {}

    /// The path of `shared/data/<name>`, or the end of the test when nothing is there.
    static Path path(String name) {
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
