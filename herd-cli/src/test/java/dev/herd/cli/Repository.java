package dev.herd.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/// Where the checkout lies that these tests run in.
final class Repository {
    private Repository() {}

    static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("bin/herd-jvm-options"))) {
            at = at.getParent();
        }
        return at;
    }
}
