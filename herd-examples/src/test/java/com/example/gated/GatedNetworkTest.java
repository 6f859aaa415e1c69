package com.example.gated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.Progress;
import dev.herd.data.config.Config;
import dev.herd.data.synthetic.SyntheticLog;
import dev.herd.train.TrainConfig;
import dev.herd.train.TrainResult;
import dev.herd.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The guide to adding a model, proved on its own example.
class GatedNetworkTest {
    private static final Path SOURCE = Path.of("herd-examples/src/main/java/com/example/gated/GatedNetwork.java");
    private static final Path SERVICE =
            Path.of("herd-examples/src/main/resources/META-INF/services/dev.herd.models.ModelFactory");

    @TempDir
    private Path folder;

    @Test
    void itBeatsLogisticRegressionOnALogWithInteractions() {
        SyntheticLog.Config log = Config.parse("""
                rows: 10000
                traffic: {users: 50, items: 40}
                features: {categories: [10, 20], tags: [], dense: 2}
                label: {interactions: [{order: 1, count: 2, share: 0.3}, {order: 2, count: 3, share: 0.7}]}
                """, "test", List.of(), SyntheticLog.Config.defaults());
        SyntheticLog.write(log, folder.resolve("clicks"), 2, Progress.SILENT);
        TrainResult gated = train("{name: gated, embedding_dim: 8, widths: [32, 16]}", "gated");
        TrainResult linear = train("lr", "lr");
        assertThat(gated.test().get("ne")).isLessThan(linear.test().getOrDefault("ne", Double.NaN) - 0.01);
        assertThat(gated.test().get("auc")).isGreaterThan(linear.test().getOrDefault("auc", Double.NaN) + 0.01);
    }

    private TrainResult train(String model, String run) {
        List<String> keys = List.of(
                "dataset='" + folder.resolve("clicks") + "'",
                "output='" + folder.resolve(run) + "'",
                "model=" + model,
                "learning_rate={rate: 4e-3, warm_up_steps: 20}",
                "tables={optimizer: {kind: exact_adam}, rate: 1e-2}",
                "epochs=2",
                "batch_size=256",
                "threads=1");
        return Trainer.train(Config.parse("", "test", keys, TrainConfig.defaults()), Progress.SILENT);
    }

    @Test
    void theCommandListsItAndShowsItsKeys() throws Exception {
        assertThat(herd("models")).contains("Added\n  gated ").contains("whose columns are opened and closed by gates");
        assertThat(herd("models", "gated")).contains("widths").contains("columns of the first and the second layer");
    }

    /// Standard output of a command in a process of its own, with the class path of this test.
    private String herd(String... arguments) throws Exception {
        Path out = folder.resolve("out");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + root().resolve("bin/herd-jvm-options"),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.herd.cli.Main"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(folder.resolve("err").toFile())
                .start();
        assertThat(process.waitFor())
                .as(Files.readString(folder.resolve("err")))
                .isZero();
        return Files.readString(out);
    }

    @Test
    void keysThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> new GatedNetwork.Config(16, List.of(128)))
                .hasMessage("`widths` must be two positive numbers, got [128]");
    }

    @Test
    void itsSourceHasFewerThanAHundredLinesAndTheGuideShowsItWhole() throws IOException {
        assertThat(Files.readAllLines(root().resolve(SOURCE))).hasSizeLessThan(100);
        String guide = Files.readString(root().resolve("docs/guides/adding-a-model.md"));
        assertThat(guide).contains("```java\n" + Files.readString(root().resolve(SOURCE)) + "```\n");
        assertThat(guide).contains(Files.readString(root().resolve(SERVICE)).strip());
    }

    /// The folder that holds `mvnw`.
    private static Path root() {
        Path start = Path.of("").toAbsolutePath();
        for (Path at = start; at != null; at = at.getParent()) {
            if (Files.exists(at.resolve("mvnw"))) {
                return at;
            }
        }
        throw new IllegalStateException("no folder with mvnw above " + start);
    }
}
