package dev.herd.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.herd.data.InputException;
import dev.herd.data.Progress;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.dedup.Deduplication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeduplicatedTrainingTest {
    @TempDir
    static Path shared;

    private static Path data;

    @TempDir
    Path folder;

    @BeforeAll
    static void data() {
        data = SmallClicks.write(shared.resolve("clicks"), 2000, 500);
    }

    @Test
    void trainingOnGroupsIsTrainingOnRowsUpToRoundingAndTheReaderSaysWhatItSaved() throws IOException {
        TrainResult plain =
                Trainer.train(TrainerTest.config(data, folder.resolve("plain"), "epochs=2"), Progress.SILENT);
        Path run = folder.resolve("groups");
        TrainResult grouped = Trainer.train(
                TrainerTest.config(
                        data,
                        run,
                        "epochs=2",
                        "deduplicate={kind: groups, groups: [[item, tags], [user]], windows: [tags]}"),
                Progress.SILENT);
        assertThat(grouped.test().get("logloss"))
                .isCloseTo(plain.test().getOrDefault("logloss", Double.NaN), within(1e-5));
        assertThat(Files.readString(run.resolve("log.txt")))
                .contains("deduplicated: [[item, tags], [user]], as windows: [tags]")
                .containsPattern("read 2,000 rows: fill .* convert .* process .* smaller than written out");
        assertThat(Files.readString(run.resolve("result.json")))
                .contains("\"reader\"", "\"expanded_bytes\"", "\"queued_bytes\"", "\"convert_seconds\"");
    }

    @Test
    void autoDeduplicatesWhatRepeatsAndSaysSoWhenNothingDoes() throws IOException {
        Path some = folder.resolve("some");
        Trainer.train(
                TrainerTest.config(data, some, "deduplicate={kind: auto, bytes_per_row: 0}", "batch_size=500"),
                Progress.SILENT);
        assertThat(Files.readString(some.resolve("log.txt")))
                .contains("deduplicated: [")
                .contains("[user]");
        Path none = folder.resolve("none");
        Trainer.train(TrainerTest.config(data, none, "deduplicate={kind: auto, threshold: 1000}"), Progress.SILENT);
        assertThat(Files.readString(none.resolve("log.txt")))
                .contains("nothing to deduplicate: no feature reaches the threshold");
    }

    @Test
    void aGroupOfAnUnknownFeatureIsRefusedBeforeTheRunBegins() {
        assertThatThrownBy(() -> Trainer.train(
                        TrainerTest.config(data, folder.resolve("run"), "deduplicate={kind: groups, groups: [[usr]]}"),
                        Progress.SILENT))
                .isInstanceOf(InputException.class)
                .hasMessageContaining(
                        "names 'usr', which is no feature of the dataset; id features are [user, item, tags]");
    }

    @Test
    void aTrainedModelScoresAndEvaluatesInTheGroupsThatItsTrainingFound() throws IOException {
        Path run = folder.resolve("run");
        TrainConfig config = TrainerTest.config(
                data, run, "deduplicate={kind: auto, bytes_per_row: 0}", "tables.init.standard_deviation=0.5");
        TrainResult result = Trainer.train(config, Progress.SILENT);
        Path once = folder.resolve("once.csv");
        try (TrainedModel model = TrainedModel.open(run, 2)) {
            assertThat(model.config().deduplicate())
                    .isInstanceOfSatisfying(
                            Deduplication.Groups.class,
                            given -> assertThat(given.groups()).contains(List.of("user")));
            assertThat(Predictor.evaluate(model, Dataset.open(data), "test", Progress.SILENT))
                    .isEqualTo(result.test());
            assertThat(Predictor.predict(model, Dataset.open(data), "test", once, Progress.SILENT))
                    .isEqualTo(500);
        }
        Path written = folder.resolve("written.csv");
        try (TrainedModel model = TrainedModel.open(run, 2, new Deduplication.None())) {
            Predictor.predict(model, Dataset.open(data), "test", written, Progress.SILENT);
        }
        assertThat(once).hasSameTextualContentAs(written);
    }
}
