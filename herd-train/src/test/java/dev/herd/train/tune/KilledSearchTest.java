package dev.herd.train.tune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.herd.data.Progress;
import dev.herd.train.ChildJvm;
import dev.herd.train.SmallClicks;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledSearchTest {
    private static TuneConfig config(Path data) {
        return SearchFixture.config(SearchFixture.base(data) + """
                  epochs: 4
                  checkpoints: {every_steps: 2}
                search: {kind: successive_halving, trials: 4, eta: 2, min_epochs: 2}
                space: {learning_rate.rate: [1e-3, 3e-3, 1e-2, 3e-2]}
                parallel: 2
                """);
    }

    /// The child: searches, or goes on with the search when its folder is there.
    public static void main(String[] args) {
        Path out = Path.of(args[1]);
        if (Files.exists(out.resolve("tune.yaml"))) {
            Tuner.resume(out, Progress.SILENT, trial -> {});
        } else {
            SearchFixture.search(config(Path.of(args[0])), out);
        }
    }

    @Test
    void aSearchThatIsKilledAgainAndAgainEndsWithTheSameResultsAndBits(@TempDir Path folder) throws Exception {
        Path data = SmallClicks.write(folder.resolve("clicks"), 2000, 300);
        TuneResult whole = SearchFixture.search(config(data), folder.resolve("whole"));
        Path killed = folder.resolve("killed");
        Random random = new Random(3);
        Set<String> seen = new HashSet<>();
        int kills = 0;
        while (!Files.exists(killed.resolve("best.yaml"))) {
            Process child = ChildJvm.start(KilledSearchTest.class, folder.resolve("child.log"), data, killed);
            awaitCheckpoints(killed, child, seen, random.nextInt(10, 20));
            if (!child.waitFor(random.nextInt(1, 300), TimeUnit.MILLISECONDS)) {
                child.destroyForcibly().waitFor();
                kills++;
            } else {
                assertThat(child.exitValue())
                        .as(Files.readString(folder.resolve("child.log")))
                        .isZero();
            }
            assertThat(kills).as("kills without end").isLessThan(60);
        }
        assertThat(kills).as("number of kills").isGreaterThanOrEqualTo(2);
        TuneResult result = Tuner.resume(killed, Progress.SILENT, trial -> {});
        assertThat(measured(result)).isEqualTo(measured(whole));
        assertThat(SearchFixture.weights(result.best().orElseThrow().folder()))
                .isEqualTo(SearchFixture.weights(whole.best().orElseThrow().folder()));
    }

    private static List<String> measured(TuneResult result) {
        return result.trials().stream()
                .map(trial -> trial.number() + " " + trial.values() + trial.measured() + trial.test() + trial.error())
                .toList();
    }

    /// Waits until the child has saved so many checkpoints that no child had saved before.
    private static void awaitCheckpoints(Path out, Process child, Set<String> seen, int count) throws Exception {
        int before = seen.size();
        while (child.isAlive() && seen.size() < before + count) {
            Thread.sleep(5);
            seen.addAll(checkpoints(out));
        }
    }

    private static Set<String> checkpoints(Path out) throws IOException {
        Path trials = out.resolve("trials");
        if (!Files.exists(trials)) {
            return Set.of();
        }
        Set<String> found = new HashSet<>();
        for (int trial = 0; trial < 4; trial++) {
            for (Path run : list(trials, "%04d-*".formatted(trial))) {
                list(run.resolve("checkpoints"), "step-*").forEach(step -> found.add(step.toString()));
            }
        }
        return found;
    }

    private static List<Path> list(Path folder, String pattern) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, pattern)) {
            entries.forEach(found::add);
        } catch (NoSuchFileException | NotDirectoryException gone) {
            return found;
        }
        return found;
    }
}
