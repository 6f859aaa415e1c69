package dev.herd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The way from raw files to scores through the commands, on the tiny example.
class PathTest {
    private static final Path EXAMPLES = Repository.root().resolve("examples");
    private static final String VISITS = EXAMPLES.resolve("tiny/visits.csv").toString();

    @TempDir
    private static Path temporary;

    private static Path dataset;
    private static Path run;
    private static CommandRun prepared;
    private static CommandRun trained;

    @BeforeAll
    static void prepareAndTrain() {
        dataset = temporary.resolve("a dataset");
        run = temporary.resolve("a run");
        prepared = CommandRun.of(
                "prepare",
                EXAMPLES.resolve("tiny/prepare.yaml").toString(),
                "--set",
                "inputs.visits.path=" + VISITS,
                "--out",
                dataset.toString());
        trained = CommandRun.of(train(run, "--json"));
    }

    private static String[] train(Path folder, String... more) {
        List<String> arguments = new java.util.ArrayList<>(List.of(
                "train",
                EXAMPLES.resolve("tiny/train.yaml").toString(),
                "--set",
                "dataset=" + dataset,
                "--set",
                "epochs=2",
                "--out",
                folder.toString()));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    private static JsonNode json(CommandRun run) {
        assertThat(run.code()).as(run.err()).isEqualTo(ExitCodes.DONE);
        assertThat(run.out().lines().count()).isEqualTo(1);
        return JsonMapper.shared().readTree(run.out());
    }

    @Test
    void prepareReportsTheRowsOfEachSplit() {
        assertThat(prepared.code()).as(prepared.err()).isEqualTo(ExitCodes.DONE);
        assertThat(prepared.out().lines())
                .containsExactly("train       320 rows", "validation  40 rows", "test        40 rows");
        assertThat(prepared.err()).contains("herd inspect " + dataset);
    }

    @Test
    void trainLeavesARunFolderWithReportAndPrintsItsMetrics() {
        JsonNode result = json(trained);
        assertThat(result.get("steps").asLong()).isEqualTo(20);
        assertThat(result.get("test").get("auc").asDouble()).isBetween(0.0, 1.0);
        assertThat(run.resolve("report.html")).isNotEmptyFile();
        assertThat(trained.err()).contains("Training deepfm");
    }

    @Test
    void aFolderThatHoldsARunIsNotOverwrittenAndResumingAFinishedRunSumsItUpAgain() {
        CommandRun again = CommandRun.of(train(run));
        assertThat(again.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(again.err()).contains(run.toString()).contains("--resume");
        JsonNode resumed = json(CommandRun.of("train", "--resume", run.toString(), "--json"));
        assertThat(resumed.get("test")).isEqualTo(json(trained).get("test"));
        assertThat(json(CommandRun.of(train(run, "--resume", "--json")))
                        .get("steps")
                        .asLong())
                .isEqualTo(20);
    }

    @Test
    void resumingWithAnotherConfigurationNamesTheKeyThatDiffers() {
        CommandRun other = CommandRun.of(train(run, "--resume", "--set", "batch_size=64"));
        assertThat(other.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(other.err()).contains("batch_size: 32").contains("batch_size: 64");
    }

    @Test
    void aRunStartsFromTheWeightsOfAnotherForSoManySteps() {
        Path tuned = temporary.resolve("a tuned run");
        JsonNode result = json(CommandRun.of(train(tuned, "--from", run.toString(), "--set", "steps=3", "--json")));
        assertThat(result.get("steps").asLong()).isEqualTo(3);
        assertThat(tuned.resolve("log.txt")).content().contains("started from the weights of " + run);
        CommandRun both = CommandRun.of("train", "--resume", tuned.toString(), "--from", run.toString());
        assertThat(both.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(both.err()).contains("--from starts a run; one that is resumed has its weights already");
    }

    @Test
    void inspectRunPricesEveryFeatureAndWritesAPage() {
        JsonNode ledger = json(CommandRun.of("inspect", "run", run.toString(), "--repeats", "2", "--json"));
        assertThat(ledger.get("rows").asLong()).isEqualTo(40);
        assertThat(ledger.get("features")
                        .valueStream()
                        .map(feature -> feature.get("lost").asDouble()))
                .isSortedAccordingTo((a, b) -> Double.compare(b, a))
                .isNotEmpty();
        assertThat(run.resolve("ledger.html")).content().contains("NE lost", "<svg");
        CommandRun table = CommandRun.of("inspect", "run", run.toString(), "--rows", "20");
        assertThat(table.out()).contains("feature", "NE lost a MB");
        CommandRun few = CommandRun.of("inspect", "run", run.toString(), "--rows", "1");
        assertThat(few.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(few.err()).contains("rows must be at least 2 and repeats at least 1, got 1 and 3");
    }

    @Test
    void tuneRanksItsTrialsAndTheBestConfigurationTrains() throws IOException {
        Path space =
                Files.writeString(temporary.resolve("tune.yaml"), """
                base: "%s"
                search: grid
                space: {learning_rate.rate: [1e-3, 1e-2]}
                """.formatted(EXAMPLES.resolve("tiny/train.yaml")));
        Path out = temporary.resolve("a search");
        JsonNode result = json(CommandRun.of(
                "tune",
                space.toString(),
                "--set",
                "base.dataset=" + dataset,
                "--set",
                "base.epochs=1",
                "--out",
                out.toString(),
                "--json"));
        assertThat(result.get("trials").size()).isEqualTo(2);
        assertThat(result.get("best").asInt())
                .isEqualTo(result.get("trials").get(0).get("number").asInt());
        CommandRun again = CommandRun.of("tune", "--resume", out.toString());
        assertThat(again.code()).as(again.err()).isEqualTo(ExitCodes.DONE);
        assertThat(again.out()).contains("rank", "learning_rate.rate");
        CommandRun twice = CommandRun.of("tune", space.toString(), "--out", out.toString());
        assertThat(twice.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(twice.err()).contains("holds a search already");
        CommandRun best = CommandRun.of(
                "train",
                out.resolve("best.yaml").toString(),
                "--out",
                temporary.resolve("best").toString());
        assertThat(best.code()).as(best.err()).isEqualTo(ExitCodes.DONE);
    }

    @Test
    void evaluateGivesTheMetricsThatTrainingGave() {
        JsonNode metrics = json(CommandRun.of("evaluate", run.toString(), "--json"));
        assertThat(metrics.get("rows").asLong()).isEqualTo(40);
        assertThat(metrics.get("auc")).isEqualTo(json(trained).get("test").get("auc"));
        CommandRun table = CommandRun.of("evaluate", run.toString(), "--split", "validation");
        assertThat(table.out().lines().findFirst().orElseThrow()).matches("metric\\s+validation");
        JsonNode cast = json(CommandRun.of("evaluate", run.toString(), "--json", "--numerics", "mx6"));
        assertThat(cast.path("numerics").asString()).isEqualTo("MX6 (floor, half-even)");
        assertThat(cast.path("ne").asDouble()).isNotEqualTo(metrics.path("ne").asDouble());
        CommandRun unknown = CommandRun.of("evaluate", run.toString(), "--numerics", "mx7");
        assertThat(unknown.err()).contains("--numerics:1:11: 'numerics': there is no number format 'mx7'");
        CommandRun missing = CommandRun.of("evaluate", run.toString(), "--split", "tset");
        assertThat(missing.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(missing.err()).contains("tset").contains("validation");
    }

    @Test
    void predictScoresARawFileAsItScoresTheDatasetMadeFromIt() throws IOException {
        Path fromRaw = temporary.resolve("raw.csv");
        JsonNode raw = json(
                CommandRun.of("predict", run.toString(), "--input", VISITS, "--out", fromRaw.toString(), "--json"));
        assertThat(raw.get("rows").asLong()).isEqualTo(400);
        Path fromDataset = temporary.resolve("test.csv");
        CommandRun ofDataset = CommandRun.of(
                "predict", run.toString(), "--input", dataset.toString(), "--out", fromDataset.toString());
        assertThat(ofDataset.code()).as(ofDataset.err()).isEqualTo(ExitCodes.DONE);
        List<String> rawLines = Files.readAllLines(fromRaw);
        List<String> testLines = Files.readAllLines(fromDataset);
        assertThat(rawLines.getFirst()).isEqualTo("line,user,time,bought_score");
        assertThat(rawLines).hasSize(401);
        assertThat(testLines).hasSize(41);
        List<Double> lastOfRaw = scores(rawLines).subList(360, 400);
        List<Double> ofTest = scores(testLines);
        for (int row = 0; row < 40; row++) {
            assertThat(lastOfRaw.get(row)).isCloseTo(ofTest.get(row), org.assertj.core.api.Assertions.within(1e-6));
        }
    }

    @Test
    void predictDeduplicatesAsItIsToldAndRefusesWhatItCannotDo() throws IOException {
        List<String> plain = predicted(VISITS, "none");
        assertThat(predicted(VISITS, "{kind: groups, groups: [[user], [tags, item]]}"))
                .isEqualTo(plain);
        assertThat(predicted(dataset.toString(), "auto")).isEqualTo(predicted(dataset.toString(), "none"));
        for (String[] refused : new String[][] {
            {"auto", "`auto` reads rows ahead", "or say none"},
            {"{kind: groups, groups: [[usr]]}", "visits.csv: the group [usr]", "no feature of the dataset"},
            {"sometimes", "--deduplicate", "sometimes", "none, auto, groups"}
        }) {
            CommandRun run = predict(VISITS, refused[0]);
            assertThat(run.code()).isEqualTo(ExitCodes.BAD_INPUT);
            assertThat(run.err()).contains(List.of(refused).subList(1, refused.length));
        }
    }

    private static List<String> predicted(String input, String deduplicate) throws IOException {
        CommandRun run = predict(input, deduplicate);
        assertThat(run.code()).as(run.err()).isEqualTo(ExitCodes.DONE);
        return Files.readAllLines(temporary.resolve("deduplicated.csv"));
    }

    private static CommandRun predict(String input, String deduplicate) {
        String out = temporary.resolve("deduplicated.csv").toString();
        return CommandRun.of("predict", run.toString(), "-i", input, "-o", out, "--deduplicate", deduplicate);
    }

    private static List<Double> scores(List<String> lines) {
        return lines.stream()
                .skip(1)
                .map(line -> Double.valueOf(line.substring(line.lastIndexOf(',') + 1)))
                .toList();
    }

    @Test
    void inspectTellsDatasetsFromRunsAndRefusesOtherFolders() {
        CommandRun ofDataset = CommandRun.of("inspect", dataset.toString());
        assertThat(ofDataset.code()).as(ofDataset.err()).isEqualTo(ExitCodes.DONE);
        assertThat(ofDataset.out()).contains("id feature (train)").contains("multi");
        JsonNode figures = json(CommandRun.of("inspect", dataset.toString(), "--json"));
        assertThat(figures.get("splits").get("train").get("rows").asLong()).isEqualTo(320);
        CommandRun ofRun = CommandRun.of("inspect", run.toString());
        assertThat(ofRun.out())
                .contains("deepfm on " + dataset)
                .contains("finished")
                .contains("logloss");
        assertThat(json(CommandRun.of("inspect", run.toString(), "--json"))
                        .get("finished")
                        .asBoolean())
                .isTrue();
        CommandRun neither = CommandRun.of("inspect", temporary.toString());
        assertThat(neither.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(neither.err()).contains("neither a dataset");
    }

    @Test
    void inspectModelCountsAModelOfARunAConfigurationOrAName() throws IOException {
        JsonNode ofRun = json(CommandRun.of("inspect", "model", run.toString(), "--json"));
        assertThat(ofRun.get("model").asString()).isEqualTo("deepfm");
        assertThat(ofRun.get("total").get("training_flops").asLong())
                .isEqualTo(6 * ofRun.get("total").get("multiply_accumulates").asLong())
                .isPositive();
        Path drawing = temporary.resolve("deepfm.svg");
        CommandRun ofFile = CommandRun.of(
                "inspect",
                "model",
                EXAMPLES.resolve("tiny/train.yaml").toString(),
                "--dataset",
                dataset.toString(),
                "--set",
                "model.embedding_dim=6",
                "--svg",
                drawing.toString());
        assertThat(ofFile.code()).as(ofFile.err()).isEqualTo(ExitCodes.DONE);
        assertThat(ofFile.out()).startsWith("deepfm on " + dataset).contains("training FLOPs", " x 6", "deep", "total");
        assertThat(Files.readString(drawing)).startsWith("<svg").contains(">deep<");
        JsonNode ofName = json(CommandRun.of(
                "inspect", "model", "wukong", "--dataset", dataset.toString(), "--set", "model.layers=3", "--json"));
        assertThat(ofName.get("parts").findValuesAsString("name")).contains("layer0", "layer1", "layer2", "head");
    }

    @Test
    void inspectModelSaysWhatItNeeds() {
        CommandRun noDataset = CommandRun.of("inspect", "model", "wukong");
        assertThat(noDataset.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(noDataset.err()).contains("a model by its name needs --dataset FOLDER");
        assertThat(CommandRun.of("inspect", "model", "wukon", "--dataset", dataset.toString())
                        .err())
                .contains("did you mean 'wukong'?");
        assertThat(CommandRun.of("inspect", "model", "none.yaml").err())
                .contains("none.yaml")
                .contains("does not exist; name a run folder, a training configuration or a model");
    }

    @Test
    void aMistypedKeyNamesItsPlaceAndTheNearestKey() throws IOException {
        Path config = temporary.resolve("bad.yaml");
        Files.writeString(config, "dataset: x\nepoch: 3\n");
        CommandRun bad = CommandRun.of("train", config.toString());
        assertThat(bad.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(bad.err())
                .contains(config + ":2:")
                .contains("epoch")
                .contains("epochs")
                .doesNotContain("\tat ");
        CommandRun set = CommandRun.of("generate", temporary.resolve("g").toString(), "--set", "row=5");
        assertThat(set.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(set.err()).contains("row").contains("rows");
    }

    @Test
    void aMissingConfigurationOrDatasetIsBadInput() {
        CommandRun noFile =
                CommandRun.of("train", temporary.resolve("none.yaml").toString());
        assertThat(noFile.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(noFile.err()).contains("none.yaml");
        CommandRun noData = CommandRun.of(train(temporary.resolve("r2"), "--set", "dataset=/no/such/folder"));
        assertThat(noData.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(noData.err()).contains("/no/such/folder");
        CommandRun neither = CommandRun.of("train");
        assertThat(neither.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(neither.err()).contains("configuration file");
    }

    @Test
    void everyKeyOfEveryConfigurationIsDocumented() {
        for (String command : List.of("train", "prepare", "generate")) {
            CommandRun keys = CommandRun.of(command, "--keys");
            assertThat(keys.code()).as(keys.err()).isEqualTo(ExitCodes.DONE);
            assertThat(keys.out().lines().skip(1))
                    .as(command)
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat(line).matches("\\S+\\s.*\\S{2,}.*"));
        }
        JsonNode models = json(CommandRun.of("models", "--json"));
        assertThat(models.valueStream().map(model -> model.get("name").asString()))
                .contains("lr", "fm", "deepfm", "dlrm", "dcnv2", "wukong");
        models.forEach(model -> model.get("keys")
                .forEach(key -> assertThat(key.get("doc").asString())
                        .as(model.get("name") + " " + key)
                        .isNotBlank()));
        CommandRun unknown = CommandRun.of("models", "wukogn");
        assertThat(unknown.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(unknown.err()).contains("wukong");
    }

    @Test
    void modelsAreListedByFamilyWithTheirNamesWholeAndInOneColumn() {
        List<String> names = json(CommandRun.of("models", "--json"))
                .valueStream()
                .map(model -> model.get("name").asString())
                .toList();
        List<String> lines = CommandRun.of("models").out().lines().toList();
        assertThat(lines).contains("Baselines", "Feature interactions", "Several labels");
        List<String> titled =
                lines.stream().filter(line -> line.matches("  \\S.*")).toList();
        assertThat(titled).extracting(line -> line.strip().split(" ")[0]).containsExactlyElementsOf(names);
        int column = 2 + names.stream().mapToInt(String::length).max().orElseThrow() + 2;
        assertThat(titled)
                .allSatisfy(line -> assertThat(line.substring(column - 1)).matches(" \\S.*"));
        JsonNode one = json(CommandRun.of("models", "mmoe", "--json"));
        assertThat(one.size()).isOne();
        assertThat(one.get(0).get("family").asString()).isEqualTo("Several labels");
    }

    @Test
    void quickstartPrintsExactlyTheAgreedObject() {
        Path folder = temporary.resolve("quick");
        CommandRun quick = CommandRun.of("quickstart", "--json", "--out", folder.toString(), "--set", "rows=5000");
        JsonNode outcome = json(quick);
        assertThat(outcome.propertyNames()).containsExactly("best_ne", "models");
        assertThat(outcome.get("best_ne").asDouble()).isBetween(0.3, 0.9);
        assertThat(outcome.get("models")
                        .valueStream()
                        .map(model -> model.get("name").asString()))
                .containsExactly("LR", "FM", "DCNv2", "Wukong");
        outcome.get("models")
                .forEach(model -> assertThat(model.propertyNames())
                        .containsExactly("name", "auc", "logloss", "ne", "samples_per_s"));
        assertThat(folder.resolve("report.html")).content().contains("Wukong").contains("best possible");
        assertThat(quick.err()).contains("report.html");
    }
}
