package dev.herd.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.herd.data.InputException;
import dev.herd.data.Progress;
import dev.herd.data.config.Config;
import dev.herd.data.dataset.Dataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
    private static final String DEEP =
            "model={name: dcnv2, embedding_dim: 4, deep: {hidden: [16], dropout: 0.1, normalization: none}}";

    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private static Path data;

    @BeforeAll
    static void data() {
        data = SmallClicks.write(shared.resolve("clicks"), 4000, 1000);
    }

    static TrainConfig config(Path data, Path output, String... overrides) {
        List<String> all = new java.util.ArrayList<>(List.of(
                "dataset=\"" + data + "\"",
                "output=\"" + output + "\"",
                "batch_size=256",
                "learning_rate.rate=0.01",
                "log_every=5",
                "threads=2",
                "model={name: fm, embedding_dim: 4}"));
        all.addAll(List.of(overrides));
        return Config.parse("", "test", all, TrainConfig.defaults());
    }

    @Test
    void everyModelLearnsThePlantedTaste() {
        for (String model : List.of("fm", "dcnv2", "wukong")) {
            TrainResult result = Trainer.train(
                    config(
                            data,
                            folder.resolve(model),
                            "model={name: " + model + ", embedding_dim: 8}",
                            "epochs=4",
                            "learning_rate.rate=0.003",
                            "tables.rate=0.03",
                            "tables.init.standard_deviation=0.1"),
                    Progress.SILENT);
            assertThat(result.test().get("auc")).as(model).isGreaterThan(0.75);
            assertThat(result.test().get("ne")).as(model).isLessThan(0.9);
            assertThat(result.steps()).isEqualTo(4 * 16);
        }
    }

    @Test
    void tablesForSomeFeaturesAloneAreTrainedAndKept() throws IOException {
        String model = "model={name: finalmlp, embedding_dim: 4, gate: [8], heads: 2,"
                + " first: {mlp: {hidden: [8], normalization: none}, context: [tags, user]},"
                + " second: {mlp: {hidden: [8], normalization: none}}}";
        TrainResult result = Trainer.train(
                config(data, folder.resolve("a"), model, "epochs=2", "tables.init.standard_deviation=0.1"),
                Progress.SILENT);
        assertThat(result.test().get("auc")).isGreaterThan(0.7);
        Trainer.train(
                config(data, folder.resolve("b"), model, "epochs=2", "tables.init.standard_deviation=0.1", "threads=1"),
                Progress.SILENT);
        assertThat(weights(folder.resolve("a"))).isEqualTo(weights(folder.resolve("b")));
        assertThat(Files.readString(folder.resolve("a/model/manifest.json")))
                .contains("table/first_context/tags", "table/first_context/user", "table/embedding/item")
                .doesNotContain("first_context/item", "second_context");
    }

    @Test
    void theSameSeedGivesTheSameWeightsForAnyNumberOfThreadsAndAnotherSeedOthers() throws IOException {
        Trainer.train(config(data, folder.resolve("a"), DEEP), Progress.SILENT);
        Trainer.train(config(data, folder.resolve("b"), DEEP, "threads=1"), Progress.SILENT);
        Trainer.train(config(data, folder.resolve("c"), DEEP, "seed=2"), Progress.SILENT);
        assertThat(weights(folder.resolve("a"))).isEqualTo(weights(folder.resolve("b")));
        assertThat(weights(folder.resolve("a"))).isNotEqualTo(weights(folder.resolve("c")));
    }

    static List<String> weights(Path run) throws IOException {
        try (Stream<Path> files = Files.list(run.resolve("model"))) {
            return files.filter(file -> file.toString().endsWith(".safetensors"))
                    .sorted()
                    .map(TrainerTest::hex)
                    .toList();
        }
    }

    private static String hex(Path file) {
        try {
            return java.util.HexFormat.of()
                    .formatHex(
                            java.security.MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (IOException | java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aRunEndsWhenTheMetricStallsAndKeepsTheBestWeights() {
        Path run = folder.resolve("run");
        TrainResult result = Trainer.train(
                config(data, run, "epochs=60", "learning_rate={rate: 0.2, decay: plateau}", "stopping.patience=2"),
                Progress.SILENT);
        assertThat(result.steps()).isLessThan(60 * 16);
        assertThat(result.bestStep()).isEqualTo(result.steps() - 2 * 16);
        try (TrainedModel model = TrainedModel.open(run, 2)) {
            assertThat(Predictor.evaluate(model, Dataset.open(data), "validation", Progress.SILENT))
                    .isEqualTo(result.validation());
        }
    }

    @Test
    void aRunLeavesAllItsFiles() throws IOException {
        Path run = folder.resolve("run");
        Trainer.train(config(data, run, "evaluation.every_steps=8", "checkpoints.keep=1"), Progress.SILENT);
        assertThat(Files.readAllLines(run.resolve("metrics.jsonl"))).hasSize(5 + 2 + 1);
        assertThat(Files.readString(run.resolve("report.html"))).contains("fm on clicks", "<svg", "Calibration");
        assertThat(Files.readString(run.resolve("environment.json"))).contains("\"cores\"", "\"jdk\"");
        assertThat(Files.readString(run.resolve("log.txt"))).contains("parameters on", "finished after step 16");
        assertThat(Files.readString(run.resolve("result.json"))).contains("\"samples_per_s\"", "\"test\"");
        assertThat(run.resolve("events")).isNotEmptyDirectory();
        assertThat(Config.read(run.resolve("config.yaml"), List.of(), TrainConfig.defaults())
                        .batchSize())
                .isEqualTo(256);
        assertThatThrownBy(() -> Trainer.train(config(data, run), Progress.SILENT))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("holds a run already; go on with it by --resume");
    }

    @Test
    void aFinishedRunThatIsResumedComesToTheSame() throws IOException {
        Path run = folder.resolve("run");
        TrainResult first = Trainer.train(config(data, run, "epochs=2"), Progress.SILENT);
        List<String> weights = weights(run);
        long lines = Files.readAllLines(run.resolve("metrics.jsonl")).size();
        TrainResult again = Trainer.resume(run, Progress.SILENT);
        assertThat(again.test()).isEqualTo(first.test());
        assertThat(again.validation()).isEqualTo(first.validation());
        assertThat(weights(run)).isEqualTo(weights);
        assertThat(Files.readAllLines(run.resolve("metrics.jsonl"))).hasSize((int) lines);
    }

    @Test
    void scoresStandBesideTheirRows() throws Exception {
        Path run = folder.resolve("run");
        Trainer.train(config(data, run), Progress.SILENT);
        Path csv = folder.resolve("scores.csv");
        try (TrainedModel model = TrainedModel.open(run, 1)) {
            assertThat(Predictor.predict(model, Dataset.open(data), "test", csv, Progress.SILENT))
                    .isEqualTo(1000);
            float[] expected = Predictor.probabilities(model, SmallClicks.batch(2_000_000, 250));
            List<String> lines = Files.readAllLines(csv);
            assertThat(lines.getFirst()).isEqualTo("row,session,click,click_score");
            assertThat(lines).hasSize(1001);
            String[] last = lines.get(250).split(",");
            assertThat(last[0]).isEqualTo("249");
            assertThat(Float.parseFloat(last[3])).isCloseTo(expected[249], within(1e-6f));

            Path parquet = folder.resolve("scores.parquet");
            Predictor.predict(model, Dataset.open(data), "test", parquet, Progress.SILENT);
            try (var duck = java.sql.DriverManager.getConnection("jdbc:duckdb:");
                    var rows = duck.createStatement()
                            .executeQuery("select count(*), max(click_score) from '" + parquet + "'")) {
                rows.next();
                assertThat(rows.getLong(1)).isEqualTo(1000);
                assertThat(rows.getDouble(2)).isBetween(0.5, 1.0);
            }
            try (Stream<Path> left = Files.list(folder)) {
                assertThat(left.map(file -> file.getFileName().toString()))
                        .containsExactlyInAnyOrder("run", "scores.csv", "scores.parquet");
            }
        }
    }

    @Test
    void aDatasetThatDoesNotFitIsRefused() {
        assertThatThrownBy(() ->
                        Trainer.train(config(data, folder.resolve("a"), "evaluation.split=holdout"), Progress.SILENT))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("has no split 'holdout'");
        assertThatThrownBy(() -> Trainer.train(config(data, folder.resolve("b"), "model=wukogn"), Progress.SILENT))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("did you mean 'wukong'?");
        assertThatThrownBy(() -> TrainedModel.open(folder.resolve("none"), 1)).isInstanceOf(InputException.class);
    }
}
