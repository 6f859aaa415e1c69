package dev.herd.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.herd.data.Batch;
import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.Arity;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.data.Features;
import dev.herd.data.InputException;
import dev.herd.data.KeyedJaggedTensor;
import dev.herd.data.Progress;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.dataset.DatasetWriter;
import dev.herd.data.dedup.Deduplication;
import dev.herd.numerics.CounterRandom;
import dev.herd.train.ledger.Ledger;
import dev.herd.train.ledger.Ledger.Effort;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sequences that one module reads place by place: they repeat together, or the batch is refused.
class ParallelSequencesTest {
    private static final int ROWS = 240;
    private static final int REPEATS = 8;
    private static final int IDS = 30;
    private static final String MODEL = "{name: dcnv2, embedding_dim: 4, deep: {hidden: [8], normalization: none},"
            + " cross: {layers: 1}, sequences: {kind: transformer, max_length: 5, encoder: {heads: 2, feed_forward: 8},"
            + " parallel: [[history, category]]}}";
    private static final FeatureSchema SCHEMA = new FeatureSchema(
            List.of("click"),
            List.of(),
            List.of(
                    new SparseFeature("history", Arity.SEQUENCE, IDS, false),
                    new SparseFeature("category", Arity.SEQUENCE, IDS, false),
                    new SparseFeature("item", Arity.SINGLE, IDS, false)),
            null,
            null,
            "item");

    @TempDir
    Path folder;

    /// @param more categories of a history in row 20 beyond its items
    private static Batch batch(int more) {
        List<Long> ids = new ArrayList<>();
        int[] offsets = new int[3 * ROWS + 1];
        float[] labels = new float[ROWS];
        for (int at = 0; at < 3 * ROWS; at++) {
            int row = at % ROWS;
            int feature = at / ROWS;
            int session = row / REPEATS;
            int length = feature == 2 ? 1 : session % 7;
            for (int t = 0; t < length + (feature == 1 && row == 20 ? more : 0); t++) {
                ids.add(CounterRandom.below(4 + feature, feature == 2 ? row : session, t, IDS));
            }
            offsets[at + 1] = ids.size();
            labels[row] = CounterRandom.below(9, row, 0, 2);
        }
        long[] values = ids.stream().mapToLong(Long::longValue).toArray();
        KeyedJaggedTensor sparse = KeyedJaggedTensor.of(List.of("history", "category", "item"), ROWS, values, offsets);
        return new Batch(new Features(ROWS, new float[0], sparse), labels, new long[0], new long[0]);
    }

    private TrainConfig config(String... overrides) {
        List<String> all = new ArrayList<>(List.of("model=" + MODEL, "tables.rate=0.1"));
        all.addAll(List.of(overrides));
        return TrainerTest.config(folder.resolve("data"), folder.resolve("run"), all.toArray(String[]::new));
    }

    private List<Double> losses(Batch batch) {
        List<Double> losses = new ArrayList<>();
        try (BatchTrainer trainer = BatchTrainer.create(config("slices=3"), SCHEMA)) {
            for (int step = 0; step < 10; step++) {
                losses.add(trainer.step(batch, 0.01));
            }
        }
        return losses;
    }

    @Test
    void trainingOnUniqueRowsOfOneGroupIsTrainingOnAllRowsUpToRounding() {
        List<Double> all = losses(batch(0));
        List<Double> unique = losses(batch(0).grouped(List.of(List.of("category", "history"))));
        assertThat(all.getLast()).isLessThan(all.getFirst() - 0.01);
        for (int step = 0; step < all.size(); step++) {
            assertThat(unique.get(step)).as("step %d", step).isCloseTo(all.get(step), within(1e-5));
        }
    }

    private static double lost(Ledger ledger, String feature) {
        return ledger.features().stream()
                .filter(of -> of.name().equals(feature))
                .findFirst()
                .orElseThrow()
                .lost();
    }

    @Test
    void rowsOfDifferentGroupsAndRowsOfDifferentLengthsAreRefused() {
        assertThatThrownBy(() -> losses(batch(0).grouped(List.of(List.of("history"), List.of("category")))))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("the module of the parallel sequences [history, category]")
                .hasMessageContaining("'category' is in the group [category]; name them in one group");
        for (Batch batch : List.of(batch(1), batch(1).grouped(List.of(List.of("history", "category"))))) {
            assertThatThrownBy(() -> losses(batch))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("row 20 of the batch has 2 ids of 'history' and 3 of 'category'")
                    .hasMessageContaining("`sequences.parallel`");
        }
    }

    @Test
    void autoKeepsThemInOneGroupAndGivenGroupsThatPartThemAreRefusedBeforeTheFirstStep() {
        try (DatasetWriter writer = DatasetWriter.create(folder.resolve("data"), SCHEMA)) {
            for (String split : List.of("train", "validation", "test")) {
                writer.write(split, batch(0));
            }
            writer.finish();
        }
        assertThatThrownBy(() ->
                        Trainer.train(config("deduplicate={kind: groups, groups: [[history, item]]}"), Progress.SILENT))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("'category' is in no group")
                .hasMessageContaining("such as [history, item, category]");
        Trainer.train(
                config(
                        "deduplicate={kind: auto, bytes_per_row: 0}",
                        "shuffle=false",
                        "output=" + folder.resolve("auto")),
                Progress.SILENT);
        try (TrainedModel model = TrainedModel.open(folder.resolve("auto"), 1)) {
            assertThat(model.config().deduplicate())
                    .isInstanceOfSatisfying(
                            Deduplication.Groups.class,
                            given -> assertThat(given.groups())
                                    .anySatisfy(group -> assertThat(group).contains("history", "category")));
            Ledger ledger = Ledger.measure(
                    model, Dataset.open(folder.resolve("data")), "test", new Effort(ROWS, 1, 1), Progress.SILENT);
            assertThat(lost(ledger, "history")).isEqualTo(lost(ledger, "category"));
            assertThat(lost(ledger, "item")).isNotEqualTo(lost(ledger, "category"));
        }
    }
}
