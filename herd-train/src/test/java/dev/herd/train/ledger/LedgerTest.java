package dev.herd.train.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.herd.data.Batch;
import dev.herd.data.KeyedJaggedTensor;
import dev.herd.data.Progress;
import dev.herd.data.config.Config;
import dev.herd.data.dataset.Dataset;
import dev.herd.train.Predictor;
import dev.herd.train.SmallClicks;
import dev.herd.train.TrainConfig;
import dev.herd.train.TrainedModel;
import dev.herd.train.Trainer;
import dev.herd.train.ledger.Ledger.Effort;
import dev.herd.train.ledger.Ledger.Feature;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
    @TempDir
    static Path folder;

    private static Dataset data;
    private static Path run;

    @BeforeAll
    static void train() {
        Path clicks = SmallClicks.write(folder.resolve("clicks"), 6000, 3000);
        data = Dataset.open(clicks);
        run = folder.resolve("run");
        TrainConfig config = Config.parse(
                "",
                "test",
                List.of(
                        "dataset=\"" + clicks + "\"",
                        "output=\"" + run + "\"",
                        "batch_size=256",
                        "epochs=3",
                        "learning_rate.rate=0.01",
                        "threads=1",
                        "model={name: fm, embedding_dim: 4}"),
                TrainConfig.defaults());
        Trainer.train(config, Progress.SILENT);
    }

    private static Ledger measure(Effort effort) {
        try (TrainedModel model = TrainedModel.open(run, 1)) {
            return Ledger.measure(model, data, "validation", effort, Progress.SILENT);
        }
    }

    @Test
    void plantedFeaturesRankFirstAndThoseWithoutInfluenceCostNothingWithinThreeStandardErrors() {
        Ledger ledger = measure(new Effort(100_000, 5, 1));
        assertThat(ledger.features().stream().map(Feature::name).limit(3))
                .containsExactlyInAnyOrder("user", "item", "price");
        assertThat(ledger.features().subList(0, 3))
                .allSatisfy(feature -> assertThat(feature.lost()).isGreaterThan(5 * feature.standardError()));
        assertThat(ledger.features().subList(3, 5)).allSatisfy(feature -> {
            assertThat(feature.name()).isIn("age", "tags");
            assertThat(Math.abs(feature.lost())).isLessThan(3 * feature.standardError());
        });
    }

    @Test
    void theEntropyIsThatOfTheEvaluationAndTheSameSeedGivesTheSameLedger() {
        Ledger ledger = measure(new Effort(100_000, 2, 7));
        assertThat(ledger.rows()).isEqualTo(3000);
        try (TrainedModel model = TrainedModel.open(run, 1)) {
            assertThat(ledger.entropy())
                    .isCloseTo(
                            Predictor.evaluate(model, data, "validation", Progress.SILENT)
                                    .get("ne"),
                            within(1e-9));
        }
        Ledger again = measure(new Effort(100_000, 2, 7));
        assertThat(again.features().stream().map(Feature::lost))
                .isEqualTo(ledger.features().stream().map(Feature::lost).toList());
        assertThat(measure(new Effort(1000, 1, 7)).rows()).isEqualTo(1000);
    }

    @Test
    void bytesAreThoseOfWeightsAndOptimizerAndSharesAddUpToOne() {
        Ledger ledger = measure(new Effort(500, 1, 1));
        Feature user = ledger.features().stream()
                .filter(feature -> feature.name().equals("user"))
                .findFirst()
                .orElseThrow();
        int width = ledger.tables().stream()
                .filter(table -> table.features().contains("user"))
                .mapToInt(Ledger.Table::dim)
                .sum();
        assertThat(user.bytes()).isEqualTo(40L * width * 4 * 3);
        assertThat(user.kind()).isEqualTo("single");
        assertThat(ledger.tables().stream()
                        .mapToDouble(Ledger.Table::lookupShare)
                        .sum())
                .isCloseTo(1, within(1e-9));
        assertThat(ledger.features().stream().mapToDouble(Feature::lookupShare).sum())
                .isCloseTo(1, within(1e-9));
    }

    @Test
    void shufflingMovesWholeRowsOfOneFeatureAndNothingElse() {
        Batch batch = SmallClicks.batch(0, 200);
        int[] order = FeatureShuffle.order(200, 3, 0);
        assertThat(Arrays.stream(order).sorted().toArray())
                .isEqualTo(IntStream.range(0, 200).toArray());
        assertThat(order).isNotEqualTo(FeatureShuffle.order(200, 3, 1));
        KeyedJaggedTensor before = batch.features().sparse();
        KeyedJaggedTensor after =
                FeatureShuffle.sparse(batch, 2, order).features().sparse();
        for (int row = 0; row < 200; row++) {
            assertThat(ids(after, 2, row)).isEqualTo(ids(before, 2, order[row]));
            assertThat(ids(after, 0, row)).isEqualTo(ids(before, 0, row));
            assertThat(ids(after, 1, row)).isEqualTo(ids(before, 1, row));
        }
        float[] dense = FeatureShuffle.dense(batch, 1, order).features().dense();
        for (int row = 0; row < 200; row++) {
            assertThat(dense[2 * row]).isEqualTo(batch.features().dense()[2 * row]);
            assertThat(dense[2 * row + 1]).isEqualTo(batch.features().dense()[2 * order[row] + 1]);
        }
    }

    @Test
    void weightsMoveWithTheirIds() {
        Batch batch = SmallClicks.batch(0, 50);
        KeyedJaggedTensor plain = batch.features().sparse();
        float[] weights = new float[plain.values().length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = i;
        }
        KeyedJaggedTensor weighted =
                KeyedJaggedTensor.ofWeighted(plain.keys(), 50, plain.values(), plain.offsets(), weights);
        Batch with = new Batch(
                new dev.herd.data.Features(50, batch.features().dense(), weighted),
                batch.labels(),
                batch.sessions(),
                batch.timestamps());
        KeyedJaggedTensor after = FeatureShuffle.sparse(with, 2, FeatureShuffle.order(50, 1, 0))
                .features()
                .sparse();
        float[] moved = Objects.requireNonNull(after.weights());
        for (int i = 0; i < moved.length; i++) {
            assertThat(after.values()[i]).isEqualTo(plain.values()[(int) moved[i]]);
        }
    }

    private static List<Long> ids(KeyedJaggedTensor tensor, int feature, int row) {
        int at = feature * tensor.stride() + row;
        return Arrays.stream(tensor.values(), tensor.offsets()[at], tensor.offsets()[at + 1])
                .boxed()
                .toList();
    }
}
