package dev.herd.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.herd.data.Batch;
import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.Arity;
import dev.herd.data.FeatureSchema.DenseFeature;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.data.Features;
import dev.herd.data.InputException;
import dev.herd.data.KeyedJaggedTensor;
import dev.herd.data.Progress;
import dev.herd.data.config.Config;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.dataset.DatasetWriter;
import dev.herd.data.prepare.Preparation;
import dev.herd.data.prepare.PrepareConfig;
import dev.herd.data.raw.FaultLog;
import dev.herd.data.raw.OnError;
import dev.herd.data.raw.RawFormat;
import dev.herd.data.raw.RawInput;
import dev.herd.data.synthetic.SyntheticLog;
import dev.herd.data.synthetic.Truth;
import dev.herd.embedding.EmbeddingTable;
import dev.herd.numerics.CounterRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Sequences from the dataset to the tables and back. A row's history has 0 to 6 items; the label is
/// whether the item is among them, mostly.
class SequenceTrainingTest {
    private static final int ITEMS = 30;
    private static final int LONGEST = 6;
    private static final String KEYS = "embedding_dim: 4, deep: {hidden: [16], normalization: none, dropout: 0.1}";
    private static final String DIN = "{name: din, " + KEYS + ", attention: {hidden: [8], activation: prelu}}";
    private static final String DICE = "{name: din, " + KEYS + ", attention: {hidden: [8]}}";
    private static final String BST =
            "{name: bst, " + KEYS + ", transformer: {heads: 2, feed_forward: 8, dropout: 0.1}, pooling: mean}";

    @TempDir
    Path folder;

    private static FeatureSchema schema(int dense) {
        return new FeatureSchema(
                List.of("click"),
                dense == 0 ? List.of() : List.of(new DenseFeature("price")),
                List.of(
                        new SparseFeature("history", Arity.SEQUENCE, ITEMS, false),
                        new SparseFeature("item", Arity.SINGLE, ITEMS, false)),
                null,
                null,
                "item");
    }

    /// @param longest of the histories; 0 makes all of them empty
    private static Batch batch(int first, int size, int longest, int dense) {
        List<Long> ids = new ArrayList<>();
        int[] offsets = new int[2 * size + 1];
        float[] labels = new float[size];
        float[] numbers = new float[size * dense];
        long[] items = new long[size];
        for (int i = 0; i < size; i++) {
            int row = first + i;
            items[i] = CounterRandom.below(4, row, 0, ITEMS);
            boolean seen = false;
            for (long t = 0; t < CounterRandom.below(4, row, 1, longest + 1L); t++) {
                boolean same = CounterRandom.below(4, row, 20 + t, 5) == 0;
                long id = same ? items[i] : CounterRandom.below(4, row, 40 + t, ITEMS);
                seen |= id == items[i];
                ids.add(id);
            }
            offsets[i + 1] = ids.size();
            labels[i] = CounterRandom.uniform(4, row, 2) < (seen ? 0.9 : 0.1) ? 1 : 0;
            if (dense > 0) {
                numbers[i] = (float) CounterRandom.gaussian(4, row, 3);
            }
        }
        for (int i = 0; i < size; i++) {
            ids.add(items[i]);
            offsets[size + i + 1] = ids.size();
        }
        long[] values = ids.stream().mapToLong(Long::longValue).toArray();
        KeyedJaggedTensor sparse = KeyedJaggedTensor.of(List.of("history", "item"), size, values, offsets);
        return new Batch(new Features(size, numbers, sparse), labels, new long[0], new long[0]);
    }

    private Path data(int dense) {
        Path data = folder.resolve("data" + dense);
        try (DatasetWriter writer = DatasetWriter.create(data, schema(dense))) {
            for (int start = 0; start < 4000; start += 500) {
                writer.write("train", batch(start, 500, LONGEST, dense));
            }
            writer.write("validation", batch(10_000, 1000, LONGEST, dense));
            writer.write("test", batch(20_000, 1000, LONGEST, dense));
            return writer.finish().folder();
        }
    }

    private static TrainConfig config(Path data, Path run, String model, String... overrides) {
        List<String> all = new ArrayList<>(List.of(
                "model=" + model,
                "learning_rate.rate=0.01",
                "tables.rate=0.05",
                "tables.init.standard_deviation=0.3",
                "epochs=3"));
        all.addAll(List.of(overrides));
        return TrainerTest.config(data, run, all.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {DIN, DICE, BST})
    void sequencesAreLearnedWithTheSameBitsForAnyNumberOfThreads(String model) throws IOException {
        Path data = data(1);
        TrainResult result = Trainer.train(config(data, folder.resolve("a"), model), Progress.SILENT);
        assertThat(result.test().get("auc")).isGreaterThan(0.7);
        Trainer.train(config(data, folder.resolve("b"), model, "threads=1"), Progress.SILENT);
        assertThat(TrainerTest.weights(folder.resolve("b"))).isEqualTo(TrainerTest.weights(folder.resolve("a")));
        if (!model.equals(DICE)) {
            Trainer.train(config(data, folder.resolve("c"), model, "slices=3"), Progress.SILENT);
            Trainer.train(config(data, folder.resolve("d"), model, "slices=3", "threads=3"), Progress.SILENT);
            assertThat(TrainerTest.weights(folder.resolve("d"))).isEqualTo(TrainerTest.weights(folder.resolve("c")));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {DICE, BST})
    void aRunThatStopsBetweenCheckpointsGoesOnWithTheSameBits(String model) throws IOException {
        Path data = data(0);
        Path whole = folder.resolve("whole");
        Trainer.train(config(data, whole, model), Progress.SILENT);
        Path stopped = folder.resolve("stopped");
        TrainConfig config = config(data, stopped, model, "checkpoints.every_steps=7");
        assertThatThrownBy(() -> Trainer.train(config, new StopAfter(25))).hasMessage("stopped on purpose");
        Trainer.resume(stopped, Progress.SILENT);
        assertThat(TrainerTest.weights(stopped)).isEqualTo(TrainerTest.weights(whole));
    }

    /// Breaks training off.
    private record StopAfter(int steps) implements Progress {
        @Override
        public Task start(String what, long total, String unit) {
            Task silent = Progress.SILENT.start(what, total, unit);
            return !what.equals("train")
                    ? silent
                    : new Task() {
                        private int taken;

                        @Override
                        public void advance(long units) {
                            if (taken++ == steps) {
                                throw new IllegalStateException("stopped on purpose");
                            }
                        }

                        @Override
                        public void note(String key, double value) {}

                        @Override
                        public void close() {}
                    };
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {DIN, DICE, BST})
    void aTrainedModelScoresEveryRowAsInEvaluationWhateverStandsBesideIt(String model) {
        Path data = data(1);
        Path run = folder.resolve("run");
        TrainResult result = Trainer.train(config(data, run, model), Progress.SILENT);
        try (TrainedModel trained = TrainedModel.open(run, 2)) {
            assertThat(Predictor.evaluate(trained, Dataset.open(data), "test", Progress.SILENT))
                    .isEqualTo(result.test());
            Batch rows = batch(20_000, 50, LONGEST, 1);
            float[] together = Predictor.probabilities(trained, rows);
            for (int row = 0; row < 50; row++) {
                assertThat(Predictor.probabilities(trained, rows.slice(row, row + 1))[0])
                        .isCloseTo(together[row], within(1e-5f));
            }
            float[] empty = Predictor.probabilities(trained, batch(30_000, 20, 0, 1));
            assertThat(empty).doesNotContain(Float.NaN);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {DIN, DICE, BST})
    void idsBeyondTheModelsLimitAndBatchesOfEmptyHistoriesTrainNothingAmiss(String model) {
        String limited = model.substring(0, model.length() - 1)
                + ", behaviors: [{sequence: history, max_length: 2, share_table: false}]}";
        TrainConfig config = config(folder, folder, limited);
        try (BatchTrainer trainer = BatchTrainer.create(config, schema(0))) {
            List<EmbeddingTable> tables =
                    trainer.tables().values().iterator().next().tables();
            assertThat(tables).extracting(EmbeddingTable::name).containsExactly("embedding/item", "embedding/history");
            EmbeddingTable history = tables.getLast();
            float[] before = floats(history);
            assertThat(trainer.step(batch(0, 8, 0, 0), 0.01)).isBetween(0.0, 5.0);
            assertThat(floats(history)).containsExactly(before);

            KeyedJaggedTensor sparse = KeyedJaggedTensor.of(
                    List.of("history", "item"), 2, new long[] {7, 8, 9, 8, 1, 2}, new int[] {0, 3, 4, 5, 6});
            Batch batch =
                    new Batch(new Features(2, new float[0], sparse), new float[] {1, 0}, new long[0], new long[0]);
            for (int step = 0; step < 3; step++) {
                assertThat(trainer.step(batch, 0.01)).isBetween(0.0, 5.0);
            }
            float[] after = floats(history);
            for (int id = 0; id < ITEMS; id++) {
                boolean moved = !Arrays.equals(before, id * 4, id * 4 + 4, after, id * 4, id * 4 + 4);
                assertThat(moved).as("row %d", id).isEqualTo(id == 8 || id == 9);
            }
        }
    }

    private static float[] floats(EmbeddingTable table) {
        return table.weights().toArray(java.lang.foreign.ValueLayout.JAVA_FLOAT);
    }

    @Test
    void aTableIsSharedOnlyBetweenFeaturesOfOneVocabulary() {
        FeatureSchema apart = new FeatureSchema(
                List.of("click"),
                List.of(),
                List.of(
                        new SparseFeature("history", Arity.SEQUENCE, 31, false),
                        new SparseFeature("item", Arity.SINGLE, 30, false)),
                null,
                null,
                "item");
        assertThatThrownBy(() -> BatchTrainer.create(config(folder, folder, DIN), apart))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith(
                        "features 'history' and 'item' cannot share an embedding table: 'history' has 31"
                                + " ids, 'item' has 30.");
    }

    @Test
    void rawFilesWithOneVocabularyForItemsAndHistoriesAreTrainedAndScored() throws IOException {
        Path data = prepared("shared_as: items");
        Dataset dataset = Dataset.open(data);
        assertThat(dataset.schema().sparse())
                .containsExactly(
                        new SparseFeature("item", Arity.SINGLE, 12, false),
                        new SparseFeature("history", Arity.SEQUENCE, 12, false));
        Path run = folder.resolve("run");
        Trainer.train(config(data, run, DICE, "evaluation.split=null", "evaluation.test=null"), Progress.SILENT);
        Path fresh = folder.resolve("fresh.csv");
        Files.writeString(fresh, "item,history\ni3,i3|i5\ni3,\ni99,i98|i97\n");
        Path out = folder.resolve("out.csv");
        try (TrainedModel model = TrainedModel.open(run, 1)) {
            FaultLog failing = new FaultLog(OnError.FAIL, fault -> {});
            RawInput input = RawInput.of(fresh, RawFormat.Csv.defaults());
            long rows = Predictor.predictRaw(
                    model, dataset.features().orElseThrow(), input, false, failing, out, Progress.SILENT);
            assertThat(rows).isEqualTo(3);
        }
        assertThat(Files.readAllLines(out)).hasSize(4).noneMatch(line -> line.contains("NaN"));
    }

    @Test
    void featuresOfVocabulariesOfTheirOwnAreToldHowToShareOne() throws IOException {
        Path data = prepared("min_count: 1");
        assertThatThrownBy(() -> Trainer.train(config(data, folder.resolve("run"), DICE), Progress.SILENT))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("'history' has 10 ids, 'item' has 12. Prepare the dataset with one vocabulary for"
                        + " both (`ids: {kind: vocabulary, shared_as: item}` on both features)");
    }

    /// Items i0 to i10; histories know i0 to i8 and may be empty.
    private Path prepared(String vocabulary) throws IOException {
        StringBuilder text = new StringBuilder("item,history,click\n");
        for (int i = 0; i < 300; i++) {
            String history = i % 7 == 0 ? "" : "i" + i % 9 + "|i" + i % 4;
            text.append("i")
                    .append(i % 11)
                    .append(',')
                    .append(history)
                    .append(',')
                    .append(i % 2)
                    .append('\n');
        }
        Path raw = folder.resolve("raw.csv");
        Files.writeString(raw, text);
        PrepareConfig config =
                Config.parse("""
                inputs: {train: {path: "%1$s"}}
                features:
                  labels: [{name: click}]
                  sparse:
                    - {name: item, ids: {kind: vocabulary, %2$s}}
                    - {name: history, arity: sequence, separator: "|", ids: {kind: vocabulary, %2$s}}
                  item: item
                """.formatted(raw, vocabulary), "prepare.yaml", List.of(), PrepareConfig.defaults());
        Preparation.run(config, folder.resolve("prepared"), 1, Progress.SILENT, fault -> {});
        return folder.resolve("prepared");
    }

    /// Items fall into 8 kinds, and the click depends on how many items of the history are of the item's
    /// kind. Four columns cannot hold the sums of eight kinds apart; weighing every item of the history
    /// against the shown one can.
    @Test
    void attentionFindsInTheHistoryWhatItsSumHides() {
        SyntheticLog.Config log = Config.parse("""
                rows: 30000
                traffic: {items: 40, users: 10, rows_per_session: 1, popularity: 0}
                features: {categories: [], tags: [], dense: 0, history: 8}
                label:
                  signal: 2.5
                  traits: 1
                  interactions: [{order: 1, count: 1, share: 0.1}]
                  interest: {kinds: 8, share: 1}
                """, "test", List.of(), SyntheticLog.Config.defaults());
        Path data = folder.resolve("log");
        SyntheticLog.write(log, data, 1, Progress.SILENT);
        double summed = gapClosed(data, "dnn", "");
        double attended = gapClosed(data, "din", ", attention: {hidden: [16]}");
        assertThat(attended).isGreaterThan(summed + 0.2);
    }

    private double gapClosed(Path data, String name, String more) {
        String model = "{name: " + name + ", embedding_dim: 4, deep: {hidden: [32], normalization: none}" + more + "}";
        TrainResult result = Trainer.train(
                TrainerTest.config(
                        data,
                        folder.resolve(name),
                        "model=" + model,
                        "epochs=4",
                        "learning_rate.rate=0.01",
                        "tables.optimizer.kind=exact_adam",
                        "tables.rate=0.02",
                        "tables.init.standard_deviation=0.3"),
                Progress.SILENT);
        return Truth.read(data)
                .orElseThrow()
                .gapClosed("test", Objects.requireNonNull(result.test().get("ne")));
    }
}
