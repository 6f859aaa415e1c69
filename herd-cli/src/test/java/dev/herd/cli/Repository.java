package dev.herd.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/// Where the checkout lies that these tests run in.
final class Repository {
    private Repository() {}

    static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("bin/herd-jvm-options"))) {
            at = Objects.requireNonNull(at.getParent(), "the tests run outside a checkout of Herd");
        }
        return at;
    }
}
