package dev.herd.train.tune;

import dev.herd.data.Progress;
import dev.herd.data.config.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/// Searches over small runs, and what they leave behind.
final class SearchFixture {
    private SearchFixture() {}

    static String base(Path data) {
        return """
                base:
                  dataset: "%s"
                  model: {name: fm, embedding_dim: 4}
                  learning_rate: {rate: 0.01}
                  batch_size: 256
                  log_every: 5
                """.formatted(data);
    }

    static TuneConfig config(String yaml) {
        return Config.parse(yaml, "tune.yaml", List.of(), TuneConfig.defaults());
    }

    static TuneResult search(TuneConfig config, Path folder) {
        return Tuner.search(config, folder, Progress.SILENT, trial -> {});
    }

    /// A digest of the weights of a finished run.
    static String weights(Path run) {
        try (Stream<Path> files = Files.list(run.resolve("model"))) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            files.filter(file -> file.toString().endsWith(".safetensors"))
                    .sorted()
                    .forEach(file -> digest.update(bytes(file)));
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
