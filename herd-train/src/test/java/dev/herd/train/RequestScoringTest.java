package dev.herd.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.herd.data.Batch;
import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.Arity;
import dev.herd.data.FeatureSchema.DenseFeature;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.data.Features;
import dev.herd.data.KeyedJaggedTensor;
import dev.herd.data.Progress;
import dev.herd.data.Request;
import dev.herd.data.dataset.DatasetWriter;
import dev.herd.numerics.CounterRandom;
import dev.herd.numerics.WorkerPool;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Candidates of one request: what they share is held once, and scores are those of rows written out.
class RequestScoringTest {
    private static final String FM = "{name: fm, embedding_dim: 4}";
    private static final String TRANSFORMER =
            "{name: dlrm, embedding_dim: 4, top: {hidden: [8], normalization: none}, sequences: {kind: transformer,"
                    + " max_length: 5, encoder: {heads: 2, feed_forward: 8}}}";
    private static final String ATTENTION =
            "{name: dcnv2, embedding_dim: 4, deep: {hidden: [8], normalization: none}, cross: {layers: 1},"
                    + " sequences: {kind: attention, max_length: 5}}";
    private static final String DIN = "{name: din, embedding_dim: 4, deep: {hidden: [8], normalization: none}}";

    private static final int IDS = 40;
    private static final FeatureSchema SCHEMA = new FeatureSchema(
            List.of("click"),
            List.of(new DenseFeature("price")),
            List.of(
                    new SparseFeature("user", Arity.SINGLE, IDS, false),
                    new SparseFeature("history", Arity.SEQUENCE, IDS, false),
                    new SparseFeature("item", Arity.SINGLE, IDS, false)),
            null,
            null,
            "item");

    private static final KeyedJaggedTensor CONTEXT =
            KeyedJaggedTensor.of(List.of("user", "history"), 1, new long[] {17, 4, 9, 31}, new int[] {0, 1, 4});

    @TempDir
    static Path shared;

    private static Path data;

    @TempDir
    Path folder;

    @BeforeAll
    static void data() {
        data = shared.resolve("clicks");
        try (DatasetWriter writer = DatasetWriter.create(data, SCHEMA)) {
            writer.write("train", rows(0, 600));
            writer.write("validation", rows(600, 200));
            writer.write("test", rows(800, 200));
            writer.finish();
        }
    }

    private static Features candidates(int first, int size) {
        float[] prices = new float[size];
        long[] items = new long[size];
        int[] offsets = new int[size + 1];
        for (int i = 0; i < size; i++) {
            prices[i] = (float) CounterRandom.gaussian(3, first + i, 1);
            items[i] = CounterRandom.below(3, first + i, 0, IDS);
            offsets[i + 1] = i + 1;
        }
        return new Features(size, prices, KeyedJaggedTensor.of(List.of("item"), size, items, offsets));
    }

    private static Batch rows(int first, int size) {
        float[] labels = new float[size];
        for (int i = 0; i < size; i++) {
            labels[i] = CounterRandom.below(3, first + i, 9, 2);
        }
        Features features = new Request(CONTEXT, candidates(first, size)).features(SCHEMA);
        return new Batch(features.withoutGroups(), labels, new long[0], new long[0]);
    }

    private TrainedModel trained(String model) {
        TrainConfig config =
                TrainerTest.config(data, folder.resolve("run"), "model=" + model, "tables.init.standard_deviation=0.5");
        return TrainedModel.open(Trainer.train(config, Progress.SILENT).folder(), 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {FM, TRANSFORMER, ATTENTION, DIN})
    void scoresAreThoseOfTheRowsWrittenOut(String name) {
        try (TrainedModel model = trained(name)) {
            for (int size : new int[] {1, 3, 1025, 2500}) {
                float[] once = Predictor.probabilities(model, new Request(CONTEXT, candidates(5, size)));
                assertThat(once).as("%d candidates", size).hasSize(size);
                float[] written = Predictor.probabilities(model, rows(5, size));
                if (name.equals(FM) || name.equals(DIN)) {
                    assertThat(once).isEqualTo(written);
                } else {
                    assertThat(once).containsExactly(written, within(1e-6f));
                }
            }
            float[] two = Predictor.probabilities(model, new Request(CONTEXT, candidates(5, 2)));
            assertThat(two[0]).isNotEqualTo(two[1]);
            assertThat(Predictor.probabilities(model, new Request(CONTEXT, candidates(5, 0))))
                    .isEmpty();
        }
    }

    @Test
    void whatTheRequestHoldsOnceIsLookedUpOnceForAllThatAModuleScoresTogether() {
        TrainConfig config = TrainerTest.config(data, folder.resolve("none"), "model=" + TRANSFORMER);
        try (WorkerPool pool = WorkerPool.create(1);
                Network network = Network.create(config, SCHEMA, config.tables().optimizer(), pool)) {
            Features request = new Request(CONTEXT, candidates(0, 2500)).features(SCHEMA);
            float[] logits = network.score(request);
            assertThat(logits).hasSize(2500);
            network.tables().forEach((group, tables) -> {
                assertThat(tables.sequence("history").rows()).isEqualTo(3);
                assertThat(tables.sequence("history").length()).isEqualTo(3);
            });
        }
    }

    /// The program of docs/guides/deduplication.md, as it stands there.
    @Test
    void theProgramOfTheGuideScoresTheCandidatesOfARequest() throws Exception {
        Path program = Files.writeString(folder.resolve("Score.java"), program());
        float[] expected;
        try (TrainedModel model = trained(ATTENTION)) {
            long[] items = {5, 21, 8};
            int[] offsets = {0, 1, 2, 3};
            Features candidates = new Features(
                    3, new float[] {0.5f, 1.2f, -0.3f}, KeyedJaggedTensor.of(List.of("item"), 3, items, offsets));
            expected = Predictor.probabilities(model, new Request(CONTEXT, candidates));
        }
        assertThat(run(program, folder.resolve("run")).strip()).isEqualTo(Arrays.toString(expected));
    }

    private static String program() throws IOException {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("mvnw"))) {
            root = Objects.requireNonNull(root.getParent(), "the tests run outside a checkout of Herd");
        }
        String guide = Files.readString(root.resolve("docs/guides/deduplication.md"));
        int start = guide.indexOf("```java\n") + "```java\n".length();
        return guide.substring(start, guide.indexOf("```", start));
    }

    private String run(Path program, Path argument) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(given -> given.startsWith("--"))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.toString(), argument.toString()));
        Path errors = folder.resolve("errors.txt");
        Path printed = folder.resolve("printed.txt");
        Process process = new ProcessBuilder(command)
                .redirectError(errors.toFile())
                .redirectOutput(printed.toFile())
                .start();
        assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
        return Files.readString(printed);
    }
}
