package dev.herd.data.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.herd.data.Batch;
import dev.herd.data.BatchReader;
import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.Arity;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.data.Features;
import dev.herd.data.InverseKeyedJaggedTensor;
import dev.herd.data.KeyedJaggedTensor;
import dev.herd.data.Progress;
import dev.herd.data.WindowedJaggedTensor;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.dataset.DatasetWriter;
import dev.herd.data.dataset.ReadOptions;
import dev.herd.data.dedup.DedupGroups;
import dev.herd.data.dedup.Deduplication;
import dev.herd.data.inspect.Duplication.FeatureFigures;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DuplicationTest {
    private static final int LENGTH = 10;
    private static final List<String> KEYS = List.of("items", "categories", "pages", "ads", "user");
    private static final Deduplication.Auto EFFORT = new Deduplication.Auto(1.5, 0, 200_000);

    @TempDir
    Path temp;

    /// Sessions of 16 rows each, one after the other. Items and their categories stay with probability
    /// 0.8, together; pages with 0.5; ads never; the user always.
    private Dataset log(boolean sessions, int rows) {
        SplittableRandom random = new SplittableRandom(3);
        long[] ids = new long[(4 * LENGTH + 1) * rows];
        int[] offsets = new int[5 * rows + 1];
        long[] session = new long[rows];
        int[] lengths = {LENGTH, LENGTH, LENGTH, LENGTH, 1};
        for (int b = 0; b < rows; b++) {
            session[b] = b / 16;
            boolean starts = b % 16 == 0;
            boolean items = starts || random.nextInt(5) == 0;
            boolean pages = starts || random.nextInt(2) == 0;
            boolean[] changes = {items, items, pages, true, starts};
            for (int f = 0; f < 5; f++) {
                int at = f * LENGTH * rows + b * lengths[f];
                for (int i = 0; i < lengths[f]; i++) {
                    ids[at + i] = changes[f] ? random.nextInt(1 << 30) : ids[at + i - lengths[f]];
                }
                offsets[f * rows + b + 1] = at + lengths[f];
            }
        }
        List<SparseFeature> features = KEYS.stream()
                .map(key -> new SparseFeature(key, Arity.SEQUENCE, 1L << 30, false))
                .toList();
        FeatureSchema schema =
                new FeatureSchema(List.of("click"), List.of(), features, sessions ? "visit" : null, null, null);
        Batch batch = new Batch(
                new Features(rows, new float[0], KeyedJaggedTensor.of(KEYS, rows, ids, offsets)),
                new float[rows],
                sessions ? session : new long[0],
                new long[0]);
        try (DatasetWriter writer = DatasetWriter.create(temp.resolve("set"), schema)) {
            writer.write("train", batch);
            return writer.finish();
        }
    }

    @Test
    void measuredFactorsAreThoseOfTheFormulaAndFeaturesThatChangeTogetherShareAGroup() {
        Duplication report =
                Duplication.of(log(true, 16 * 1000), "train", ReadOptions.inOrder(1600, 2), EFFORT, Progress.SILENT);
        assertThat(report.rows()).isEqualTo(16_000);
        assertThat(report.sessionRows()).contains(16.0);
        double[] unchanged = {0.8, 0.8, 0.5, 0, 1};
        for (int f = 0; f < 5; f++) {
            FeatureFigures feature = report.features().get(f);
            assertThat(feature.name()).isEqualTo(KEYS.get(f));
            assertThat(feature.meanLength()).isEqualTo(f < 4 ? 10 : 1);
            assertThat(feature.unchanged()).isCloseTo(unchanged[f], within(0.02));
            double factor = Duplication.predicted(16, feature.unchanged());
            assertThat(feature.predicted()).contains(factor);
            assertThat(feature.measured()).isCloseTo(factor, within(1e-9 * factor));
            assertThat(feature.windows()).isCloseTo(feature.measured(), within(0.01));
        }
        assertThat(report.features().get(3).saved()).isNegative();
        assertThat(report.groups().stream().map(Duplication.GroupFigures::features))
                .containsExactlyInAnyOrder(List.of("items", "categories"), List.of("pages"), List.of("user"));
        assertThat(report.groups()).allSatisfy(group -> {
            FeatureFigures first =
                    report.features().get(KEYS.indexOf(group.features().getFirst()));
            assertThat(group.factor()).isEqualTo(first.measured());
            assertThat(group.uniqueRows()).isCloseTo(1 / first.measured(), within(1e-9));
        });
        Duplication.GroupFigures pair = report.groups().getFirst();
        long apart = report.features().get(0).saved() + report.features().get(1).saved();
        assertThat(pair.saved() - apart).isEqualTo(4 * 16_000L);
        assertThat(report.recommended().groups()).hasSize(3);
    }

    @Test
    void theThresholdDecidesAndTooFewRowsOfASessionInABatchLeaveNothingToSave() {
        Dataset log = log(true, 16 * 100);
        Deduplication.Auto strict = new Deduplication.Auto(3, 0, 1600);
        assertThat(Duplication.of(log, "train", ReadOptions.inOrder(1600, 1), strict, Progress.SILENT)
                        .recommended()
                        .groups())
                .containsExactlyInAnyOrder(List.of("items", "categories"), List.of("user"));
        assertThat(Duplication.of(
                                log,
                                "train",
                                ReadOptions.inOrder(1600, 1),
                                Deduplication.Auto.defaults(),
                                Progress.SILENT)
                        .recommended()
                        .groups())
                .as("the user alone saves less than 12 bytes a row")
                .containsExactlyInAnyOrder(List.of("items", "categories"), List.of("pages"));
        Duplication shuffled = Duplication.of(log, "train", ReadOptions.shuffled(40, 1, 0, 1), EFFORT, Progress.SILENT);
        assertThat(shuffled.sessionRows().orElseThrow()).isLessThan(1.5);
        assertThat(shuffled.recommended()).isEqualTo(DedupGroups.NONE);
        assertThat(shuffled.saved()).isZero();
    }

    @Test
    void withoutSessionsTheFactorIsMeasuredButNotPredicted() {
        Duplication report =
                Duplication.of(log(false, 1600), "train", ReadOptions.inOrder(160, 1), EFFORT, Progress.SILENT);
        assertThat(report.sessionRows()).isEmpty();
        FeatureFigures items = report.features().getFirst();
        assertThat(items.predicted()).isEqualTo(Optional.empty());
        assertThat(items.measured()).isGreaterThan(3);
        assertThat(items.unchanged()).isCloseTo(0.75, within(0.05));
    }

    @Test
    void autoUsesWhatTheReportRecommends() {
        Dataset log = log(true, 16 * 200);
        ReadOptions options = ReadOptions.inOrder(800, 1);
        Duplication report = Duplication.of(log, "train", options, EFFORT, Progress.SILENT);
        assertThat(Duplication.groups(EFFORT, log, "train", options, Progress.SILENT))
                .isEqualTo(report.recommended());
        assertThat(Duplication.groups(new Deduplication.None(), log, "train", options, Progress.SILENT))
                .isEqualTo(DedupGroups.NONE);
        Deduplication given = new Deduplication.Groups(List.of(List.of("ads", "user")), List.of());
        assertThat(Duplication.groups(given, log, "train", options, Progress.SILENT)
                        .groups())
                .containsExactly(List.of("ads", "user"));
    }

    @Test
    void listsThatSlideAreRecommendedAsWindowsThoughNoRowRepeats() {
        int rows = 1600;
        List<SparseFeature> features = List.of(
                new SparseFeature("history", Arity.SEQUENCE, 1 << 20, false),
                new SparseFeature("item", Arity.SINGLE, 1 << 20, false));
        long[] ids = new long[rows * 11];
        int[] offsets = new int[2 * rows + 1];
        long[] session = new long[rows];
        for (int b = 0; b < rows; b++) {
            session[b] = b / 16;
            for (int i = 0; i < 10; i++) {
                ids[b * 10 + i] = session[b] * 100 + b % 16 + i;
            }
            ids[rows * 10 + b] = b;
            offsets[b + 1] = (b + 1) * 10;
            offsets[rows + b + 1] = rows * 10 + b + 1;
        }
        FeatureSchema schema = new FeatureSchema(List.of("click"), List.of(), features, "visit", null, null);
        KeyedJaggedTensor sparse = KeyedJaggedTensor.of(List.of("history", "item"), rows, ids, offsets);
        Dataset log;
        try (DatasetWriter writer = DatasetWriter.create(temp.resolve("sliding"), schema)) {
            writer.write(
                    "train",
                    new Batch(new Features(rows, new float[0], sparse), new float[rows], session, new long[0]));
            log = writer.finish();
        }
        Duplication report = Duplication.of(log, "train", ReadOptions.inOrder(800, 1), EFFORT, Progress.SILENT);
        assertThat(report.features().getFirst().measured()).isEqualTo(1);
        assertThat(report.features().getFirst().windows()).isEqualTo(16 * 10 / 25.0);
        assertThat(report.recommended()).isEqualTo(DedupGroups.of(List.of(List.of("history")), List.of("history")));
        ReadOptions options = ReadOptions.inOrder(800, 1).withGroups(report.recommended());
        try (BatchReader reader = log.reader("train", options)) {
            InverseKeyedJaggedTensor group =
                    reader.next().orElseThrow().features().groups().getFirst();
            WindowedJaggedTensor windows = Objects.requireNonNull(group.windows("history"));
            assertThat(windows.values()).hasSize(50 * 25);
            assertThat(windows.expand()).isEqualTo(group.unique().jagged("history"));
        }
    }
}
