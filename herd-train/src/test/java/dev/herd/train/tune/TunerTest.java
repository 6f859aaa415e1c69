package dev.herd.train.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.InputException;
import dev.herd.data.Progress;
import dev.herd.train.Presets;
import dev.herd.train.SmallClicks;
import dev.herd.train.TrainConfig;
import dev.herd.train.TrainResult;
import dev.herd.train.Trainer;
import dev.herd.train.tune.TuneResult.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TunerTest {
    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private static Path data;

    @BeforeAll
    static void data() {
        data = SmallClicks.write(shared.resolve("clicks"), 2000, 600);
    }

    private static String grid(String more) {
        return SearchFixture.base(data) + """
                search: grid
                space:
                  learning_rate.rate: [1e-3, 2e-2]
                  model.embedding_dim: [2, 4]
                """ + more;
    }

    private static String halving(String more) {
        return SearchFixture.base(data) + """
                  epochs: 4
                search: {kind: successive_halving, trials: 6, eta: 2, min_epochs: 1, seed: 3}
                space:
                  learning_rate.rate: {log_uniform: [1e-4, 5e-2]}
                  model: [fm, {name: lr}]
                """ + more;
    }

    @Test
    void aGridTrainsEveryCombinationAsAnOrdinaryRun() throws IOException {
        Path out = folder.resolve("grid");
        TuneResult result = SearchFixture.search(SearchFixture.config(grid("keep: all\n")), out);
        assertThat(result.trials()).hasSize(4);
        assertThat(result.trials().stream().map(Trial::values))
                .containsExactlyInAnyOrder(
                        Map.of("learning_rate.rate", 1e-3, "model.embedding_dim", 2L),
                        Map.of("learning_rate.rate", 1e-3, "model.embedding_dim", 4L),
                        Map.of("learning_rate.rate", 2e-2, "model.embedding_dim", 2L),
                        Map.of("learning_rate.rate", 2e-2, "model.embedding_dim", 4L));
        assertThat(result.trials().stream().map(Trial::value))
                .isSortedAccordingTo((a, b) -> Double.compare(b, a))
                .allSatisfy(auc -> assertThat(auc).isBetween(0.4, 0.9));
        assertThat(out.resolve("trials/0001-rate=1e-3-embedding_dim=4/report.html"))
                .isNotEmptyFile();
        assertThat(Files.readString(out.resolve("report.html")))
                .contains("auc on validation", "learning_rate.rate", "<svg", "trials/0001-rate=1e-3-embedding_dim=4");
    }

    @Test
    void aTrialIsBitForBitTheRunOfItsConfigurationAloneAndBestYamlReproducesTheBest() {
        Path out = folder.resolve("search");
        TuneResult result = SearchFixture.search(SearchFixture.config(halving("parallel: 2\n")), out);
        Trial best = result.best().orElseThrow();
        assertThat(best.finished()).isTrue();
        TrainConfig config = Presets.read(out.resolve("best.yaml"), List.of());
        assertThat(config.threads()).isZero();
        TrainResult alone = Trainer.train(config.withOutput(folder.resolve("alone")), Progress.SILENT);
        assertThat(alone.validation()).isEqualTo(best.validation());
        assertThat(alone.test()).isEqualTo(best.test());
        assertThat(SearchFixture.weights(alone.folder())).isEqualTo(SearchFixture.weights(best.folder()));
    }

    @Test
    void theNumberOfTrialsAtTheSameTimeChangesNoResult() {
        TuneResult one = SearchFixture.search(SearchFixture.config(halving("parallel: 1\n")), folder.resolve("one"));
        TuneResult three =
                SearchFixture.search(SearchFixture.config(halving("parallel: 3\n")), folder.resolve("three"));
        assertThat(outcome(three)).isEqualTo(outcome(one));
        assertThat(SearchFixture.weights(three.best().orElseThrow().folder()))
                .isEqualTo(SearchFixture.weights(one.best().orElseThrow().folder()));
    }

    private static List<String> outcome(TuneResult result) {
        return result.trials().stream()
                .map(trial -> trial.number() + " " + trial.values() + " " + trial.measured() + " " + trial.test())
                .toList();
    }

    @Test
    void halvingTrainsTheBestHalfOfEachRungOnAndMeasuresRunsOfTheFullSchedule() {
        TuneResult result = SearchFixture.search(SearchFixture.config(halving("")), folder.resolve("search"));
        assertThat(result.rungs()).isEqualTo(3);
        assertThat(result.trials().stream().map(trial -> trial.measured().size()))
                .containsExactly(3, 2, 2, 1, 1, 1);
        assertThat(result.trials().getFirst().measured().stream().map(TuneResult.Measured::samples))
                .containsExactly(2000L, 4000L, 8000L);
        double worstPromoted = result.trials().subList(0, 3).stream()
                .mapToDouble(trial -> trial.measured().getFirst().value())
                .min()
                .orElseThrow();
        assertThat(result.trials().subList(3, 6)).allSatisfy(trial -> {
            assertThat(trial.value()).isLessThanOrEqualTo(worstPromoted);
            assertThat(trial.finished()).isFalse();
            assertThat(trial.folder().resolve("checkpoints")).doesNotExist();
        });
    }

    @Test
    void rungsOfRowsDivideARunOfOneEpoch() {
        String yaml = SearchFixture.base(data) + """
                  learning_rate: {rate: 0.01, decay: cosine}
                search: {kind: successive_halving, trials: 4, eta: 2, min_rows: 900}
                space: {batch_size: [64, 100, 128, 200]}
                """;
        TuneResult result = SearchFixture.search(
                SearchFixture.config(
                        yaml.replace("  learning_rate: {rate: 0.01}\n", "").replace("  batch_size: 256\n", "")),
                folder.resolve("search"));
        assertThat(result.rungs()).isEqualTo(2);
        assertThat(result.trials().stream().map(trial -> trial.measured().size()))
                .containsExactly(2, 2, 1, 1);
        assertThat(result.trials())
                .allSatisfy(trial ->
                        assertThat(trial.measured().getFirst().samples()).isBetween(900L, 1100L));
    }

    @Test
    void aTrialThatFailsIsRecordedAndTheSearchGoesOn() throws IOException {
        String yaml = SearchFixture.base(data) + """
                search: grid
                space: {learning_rate.rate: [1e-2, 1e30]}
                """;
        Path out = folder.resolve("search");
        TuneResult result = SearchFixture.search(SearchFixture.config(yaml), out);
        assertThat(result.best().orElseThrow().number()).isZero();
        assertThat(result.trials().getLast().error()).contains("lower learning_rate");
        assertThat(Files.readString(out.resolve("report.html"))).contains("failed: ");
        assertThat(outcome(Tuner.resume(out, Progress.SILENT, trial -> {
                    throw new AssertionError("nothing is left to train");
                })))
                .isEqualTo(outcome(result));
    }

    @Test
    void aSearchThatIsInterruptedBetweenTrialsGoesOnWithoutTrainingThemAgain() {
        Path whole = folder.resolve("whole");
        TuneResult expected = SearchFixture.search(SearchFixture.config(halving("")), whole);
        Path out = folder.resolve("cut");
        List<Integer> before = new ArrayList<>();
        assertThatThrownBy(() ->
                        Tuner.search(SearchFixture.config(halving("parallel: 1\n")), out, Progress.SILENT, trial -> {
                            before.add(trial.number());
                            if (before.size() == 3) {
                                throw new CancellationException("cut");
                            }
                        }))
                .isInstanceOf(CancellationException.class);
        List<Integer> after = new ArrayList<>();
        TuneResult result = Tuner.resume(out, Progress.SILENT, trial -> after.add(trial.number()));
        assertThat(outcome(result)).isEqualTo(outcome(expected));
        assertThat(after).hasSize(6 + 3 + 1 - 3);
        assertThat(SearchFixture.weights(result.best().orElseThrow().folder()))
                .isEqualTo(SearchFixture.weights(expected.best().orElseThrow().folder()));
    }

    @Test
    void onlyTheBestTrialKeepsItsWeightsUnlessToldOtherwise() {
        TuneResult best = SearchFixture.search(SearchFixture.config(grid("")), folder.resolve("best"));
        assertThat(best.trials().getFirst().folder().resolve("model")).isDirectory();
        assertThat(best.trials().stream().skip(1)).allSatisfy(trial -> {
            assertThat(trial.folder().resolve("model")).doesNotExist();
            assertThat(trial.folder().resolve("checkpoints")).doesNotExist();
            assertThat(trial.folder().resolve("report.html")).isNotEmptyFile();
        });
    }

    @Test
    void aFolderThatHoldsASearchIsNotOverwrittenAndOneWithoutCannotBeResumed() {
        Path out = folder.resolve("search");
        String yaml = SearchFixture.base(data) + "search: grid\nspace: {model.embedding_dim: [2]}\n";
        SearchFixture.search(SearchFixture.config(yaml), out);
        assertThatThrownBy(() -> SearchFixture.search(SearchFixture.config(yaml), out))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("holds a search already; go on with it by --resume");
        assertThatThrownBy(() -> Tuner.resume(folder.resolve("none"), Progress.SILENT, trial -> {}))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("is no folder of a search: it has no tune.yaml");
    }
}
