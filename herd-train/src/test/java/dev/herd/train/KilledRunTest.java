package dev.herd.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.herd.data.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledRunTest {
    private static final String[] SETTINGS = {
        "epochs=12",
        "model={name: dcnv2, embedding_dim: 4, deep: {hidden: [16], dropout: 0.2, normalization: batch}}",
        "checkpoints={every_steps: 7, keep: 2}",
        "evaluation.every_steps=25",
        "gradient_norm=1",
        "tables.precision=bf16",
        "learning_rate={rate: 0.01, warm_up_steps: 9, decay: {kind: plateau, factor: 0.9}}"
    };

    /// The child: trains, or goes on with the run when its folder is there.
    public static void main(String[] args) {
        Path data = Path.of(args[0]);
        Path run = Path.of(args[1]);
        if (Files.exists(run.resolve("config.yaml"))) {
            Trainer.resume(run, Progress.SILENT);
        } else {
            Trainer.train(TrainerTest.config(data, run, SETTINGS), Progress.SILENT);
        }
    }

    @Test
    void aRunThatIsKilledAgainAndAgainEndsWithTheSameBits(@TempDir Path folder) throws Exception {
        Path data = SmallClicks.write(folder.resolve("clicks"), 3000, 500);
        Path whole = folder.resolve("whole");
        Trainer.train(TrainerTest.config(data, whole, SETTINGS), Progress.SILENT);

        Path killed = folder.resolve("killed");
        Random random = new Random(5);
        int kills = 0;
        while (!Files.exists(killed.resolve("result.json"))) {
            Process child = ChildJvm.start(KilledRunTest.class, folder.resolve("child.log"), data, killed);
            awaitCheckpoints(killed, child, random.nextInt(1, 6));
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
        assertThat(TrainerTest.weights(killed)).isEqualTo(TrainerTest.weights(whole));
        assertThat(steps(killed)).isEqualTo(steps(whole));
    }

    private static List<String> steps(Path run) throws IOException {
        List<String> steps = new ArrayList<>();
        for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
            steps.add(line.replaceAll(".*(\"kind\":\"\\w+\",\"step\":\\d+).*", "$1"));
        }
        return steps;
    }

    /// Waits until the child has saved so many more checkpoints.
    private static void awaitCheckpoints(Path run, Process child, int count) throws Exception {
        Set<String> seen = checkpoints(run);
        int before = seen.size();
        while (child.isAlive() && seen.size() < before + count) {
            Thread.sleep(5);
            seen.addAll(checkpoints(run));
        }
    }

    private static Set<String> checkpoints(Path run) throws IOException {
        Path folder = run.resolve("checkpoints");
        if (!Files.exists(folder)) {
            return new HashSet<>();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.startsWith("step-"))
                    .collect(Collectors.toCollection(HashSet::new));
        }
    }
}
