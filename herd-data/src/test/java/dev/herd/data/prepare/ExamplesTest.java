package dev.herd.data.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.herd.data.Batch;
import dev.herd.data.BatchReader;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.data.JaggedTensor;
import dev.herd.data.Progress;
import dev.herd.data.SharedData;
import dev.herd.data.config.Config;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.dataset.ReadOptions;
import dev.herd.data.transform.FittedFeatures;
import dev.herd.data.transform.Vocabulary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The preparations in `examples/`, on the real files where those are at hand.
final class ExamplesTest {
    @TempDir
    Path temp;

    private PreparationReport prepare(String example, String... overrides) {
        PrepareConfig config = Config.read(
                SharedData.example(example + "/prepare.yaml"), List.of(overrides), PrepareConfig.defaults());
        return Preparation.run(config, temp.resolve("set"), 2, Progress.SILENT, fault -> {});
    }

    private static double positives(Dataset dataset, String split) {
        double sum = 0;
        for (Batch batch : batches(dataset, split)) {
            for (float label : batch.labels()) {
                sum += label;
            }
        }
        return sum;
    }

    @Test
    void movieLensGivesTheRowsOfTheTaskDescription() {
        Dataset dataset = movieLens("set", "8", "1", "1");
        assertThat(dataset.rows("train")).isEqualTo(80_419);
        assertThat(dataset.rows("validation")).isEqualTo(10_059);
        assertThat(dataset.rows("test")).isEqualTo(10_358);
        assertThat(positives(dataset, "train")).isEqualTo(39_071);
        assertThat(positives(dataset, "validation")).isEqualTo(4_579);
        assertThat(positives(dataset, "test")).isEqualTo(4_930);
        assertThat(unseenMovies(dataset, "train")).isZero();
        assertThat(unseenMovies(dataset, "validation")).isEqualTo(741);
        assertThat(unseenMovies(dataset, "test")).isEqualTo(961);
    }

    private Dataset movieLens(String folder, String train, String validation, String test) {
        PrepareConfig config = Config.read(
                SharedData.example("movielens/prepare.yaml"),
                List.of(
                        "inputs.ratings.path=" + SharedData.file("movielens-latest-small/ratings.csv.gz"),
                        "inputs.movies.path=" + SharedData.file("movielens-latest-small/movies.csv.gz"),
                        "split.ratios.train=" + train,
                        "split.ratios.validation=" + validation,
                        "split.ratios.test=" + test),
                PrepareConfig.defaults());
        Preparation.run(config, temp.resolve(folder), 2, Progress.SILENT, fault -> {});
        return Dataset.open(temp.resolve(folder));
    }

    private static long unseenMovies(Dataset dataset, String split) {
        return batches(dataset, split).stream()
                .flatMapToLong(batch -> LongStream.of(
                        batch.features().sparse().jagged("movieId").values()))
                .filter(id -> id == 0)
                .count();
    }

    private static List<Batch> batches(Dataset dataset, String split) {
        List<Batch> all = new ArrayList<>();
        try (BatchReader reader = dataset.reader(split, ReadOptions.inOrder(8192, 2))) {
            for (var batch = reader.next(); batch.isPresent(); batch = reader.next()) {
                all.add(batch.get());
            }
        }
        return all;
    }

    /// All rows as one split, whose vocabularies turn every id back into its text; dealt out here by the stated rule.
    @Test
    void movieLensTextsHaveTheChecksumsOfTheTaskDescription() throws Exception {
        Dataset whole = movieLens("whole", "1", "0", "0");
        Batch all = Batch.stack(batches(whole, "train"));
        String[] lines = text(all, whole.features().orElseThrow()).split("\n");
        Map<Long, Long> sizes = LongStream.of(all.sessions())
                .boxed()
                .collect(Collectors.groupingBy(user -> user, Collectors.counting()));
        Map<Long, Integer> seen = new HashMap<>();
        List<StringBuilder> texts = List.of(new StringBuilder(), new StringBuilder(), new StringBuilder());
        List<List<Long>> times = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (int row = 0; row < lines.length; row++) {
            long n = Objects.requireNonNull(sizes.get(all.sessions()[row]));
            int j = seen.merge(all.sessions()[row], 1, Integer::sum) - 1;
            int split = j < n * 8 / 10 ? 0 : j < n * 9 / 10 ? 1 : 2;
            texts.get(split).append(lines[row]).append('\n');
            times.get(split).add(all.timestamps()[row]);
        }
        assertThat(texts.stream().map(ExamplesTest::md5))
                .containsExactly(
                        "b2b7a49ddaa86ca3f1555e095ef5e46f",
                        "6ff2d2328ecd6e6c476fc80d90c334be",
                        "9f33b0fb51f22878cd3d5bb6f91619b8");
        Dataset dataset = movieLens("set", "8", "1", "1");
        List<String> splits = List.of("train", "validation", "test");
        for (int split = 0; split < 3; split++) {
            assertThat(Batch.stack(batches(dataset, splits.get(split))).timestamps())
                    .isEqualTo(
                            times.get(split).stream().mapToLong(Long::longValue).toArray());
        }
    }

    private static String md5(CharSequence lines) {
        try {
            String text = "label\tuserId\tmovieId\tgenres\thour\tweekday\n" + lines;
            byte[] digest = MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(Batch batch, FittedFeatures features) {
        List<String> keys = batch.features().sparse().keys();
        List<JaggedTensor> columns =
                keys.stream().map(batch.features().sparse()::jagged).toList();
        StringBuilder text = new StringBuilder();
        for (int b = 0; b < batch.size(); b++) {
            text.append((int) batch.labels()[b]);
            for (int f = 0; f < keys.size(); f++) {
                Vocabulary vocabulary =
                        Objects.requireNonNull(features.vocabularies().get(keys.get(f)));
                text.append('\t')
                        .append(LongStream.of(columns.get(f).row(b))
                                .mapToObj(vocabulary::text)
                                .collect(Collectors.joining("|")));
            }
            text.append('\n');
        }
        return text.toString();
    }

    @Test
    void adultHasTheOfficialCounts() {
        PreparationReport report = prepare(
                "adult",
                "inputs.train.path=" + SharedData.file("uci-adult/adult.data.gz"),
                "inputs.test.path=" + SharedData.file("uci-adult/adult.test.gz"));
        Dataset dataset = Dataset.open(temp.resolve("set"));
        assertThat(report.rowsSkipped()).isZero();
        // 1,836 and 963 of the 48,842 rows do not name a work class.
        assertThat(dataset.provenance()).containsEntry("missing.workclass", "0.0573");
        assertThat(dataset.rows("train") + dataset.rows("validation")).isEqualTo(32_561);
        assertThat(dataset.rows("test")).isEqualTo(16_281);
        assertThat(positives(dataset, "train") + positives(dataset, "validation"))
                .isEqualTo(7_841);
        assertThat(positives(dataset, "test")).isEqualTo(3_846);
    }

    @Test
    void bankKeepsTheOrderOfTime() {
        prepare("bank", "inputs.calls.path=" + SharedData.file("uci-bank-marketing/bank-additional-full.csv.gz"));
        Dataset dataset = Dataset.open(temp.resolve("set"));
        assertThat(dataset.rows("train")).isEqualTo(41_188L * 8 / 10);
        assertThat(dataset.rows("train") + dataset.rows("validation") + dataset.rows("test"))
                .isEqualTo(41_188);
        assertThat(positives(dataset, "train") + positives(dataset, "validation") + positives(dataset, "test"))
                .isEqualTo(4_640);
    }

    @Test
    void criteoRowsAreAllRead() {
        prepare("criteo", "inputs.clicks.path=" + SharedData.file("criteo-1tb-day0-10k/day_0.head10k.tsv.gz"));
        Dataset dataset = Dataset.open(temp.resolve("set"));
        assertThat(dataset.rows("train") + dataset.rows("validation") + dataset.rows("test"))
                .isEqualTo(10_000);
        assertThat(positives(dataset, "train") + positives(dataset, "validation") + positives(dataset, "test"))
                .isEqualTo(265);
        assertThat(dataset.rows("train")).isBetween(7_800L, 8_200L);
    }

    @Test
    void libsvmFieldsGetAVocabularyEachWithOneRowForTheUnseen() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            StringBuilder line = new StringBuilder(i % 3 == 0 ? "1" : "-1");
            for (int f = 0; f < 10; f++) {
                line.append(' ').append(100 * f + i % (f + 1)).append(":1");
            }
            lines.add(line.toString());
        }
        Path train = Files.write(temp.resolve("train.libsvm"), lines);
        Path test =
                Files.writeString(temp.resolve("test.libsvm"), lines.getFirst().replace("100:1", "7777:1"));
        prepare("frappe", "inputs.train.path=" + train, "inputs.validation.path=" + train, "inputs.test.path=" + test);
        Dataset dataset = Dataset.open(temp.resolve("set"));
        assertThat(dataset.schema().sparse().stream().map(SparseFeature::rows))
                .containsExactly(2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L);
        assertThat(positives(dataset, "train")).isEqualTo(34);
        try (BatchReader reader = dataset.reader("test", ReadOptions.inOrder(1, 1))) {
            long[] ids = reader.next().orElseThrow().features().sparse().values();
            assertThat(ids[1]).isZero();
            assertThat(ids[0]).isEqualTo(1);
        }
    }
}
