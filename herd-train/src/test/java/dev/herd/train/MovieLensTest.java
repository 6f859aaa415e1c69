package dev.herd.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.herd.data.Progress;
import dev.herd.data.config.Config;
import dev.herd.data.prepare.Preparation;
import dev.herd.data.prepare.PrepareConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The BARS recipe on real clicks, against the figures of an independent implementation in another framework.
class MovieLensTest {
    private static final double TOLERANCE = 0.005;

    @TempDir
    Path folder;

    @Test
    void theBarsRecipeComesToTheReferenceAuc() {
        Optional<Path> raw = above("shared/data/movielens-latest-small");
        Optional<Path> example = above("examples/movielens/prepare.yaml");
        assumeTrue(
                raw.isPresent() && example.isPresent(),
                "the MovieLens files are not there: shared/data/movielens-latest-small beside the checkout");
        Path data = folder.resolve("movielens");
        List<String> inputs = List.of(
                "inputs.ratings.path=" + raw.get().resolve("ratings.csv.gz"),
                "inputs.movies.path=" + raw.get().resolve("movies.csv.gz"));
        PrepareConfig prepare = Config.read(example.get(), inputs, PrepareConfig.defaults());
        Preparation.run(prepare, data, 2, Progress.SILENT, fault -> {});

        assertThat(auc(data, "lr", "tables.optimizer.decay.table_l2=1e-5", "dense.optimizer.l2=1e-5"))
                .isCloseTo(0.7624, within(TOLERANCE));
        assertThat(auc(data, "fm", "tables.optimizer.decay.table_l2=1e-4", "dense.optimizer.l2=1e-4"))
                .isCloseTo(0.7601, within(TOLERANCE));
    }

    private double auc(Path data, String model, String... overrides) {
        List<String> all = new java.util.ArrayList<>(List.of(overrides));
        all.addAll(List.of(
                "dataset=\"" + data + "\"",
                "output=\"" + folder.resolve(model) + "\"",
                "model=" + model,
                "batch_size=1024",
                "threads=2"));
        TrainConfig config = Config.parse("", "test", all, Presets.named("bars"));
        return Trainer.train(config, Progress.SILENT).test().getOrDefault("auc", Double.NaN);
    }

    private static Optional<Path> above(String path) {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.exists(at.resolve(path))) {
                return Optional.of(at.resolve(path));
            }
        }
        return Optional.empty();
    }
}
