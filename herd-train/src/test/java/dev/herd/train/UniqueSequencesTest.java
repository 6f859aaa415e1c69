package dev.herd.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.herd.data.Batch;
import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.Arity;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.data.Features;
import dev.herd.data.KeyedJaggedTensor;
import dev.herd.models.ModelInput.Sequence;
import dev.herd.nn.Tape;
import dev.herd.numerics.CounterRandom;
import dev.herd.numerics.WorkerPool;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Models that pool sequences by modules, on batches that hold equal histories once.
class UniqueSequencesTest {
    private static final int ROWS = 240;
    private static final int REPEATS = 8;
    private static final int ITEMS = 40;
    private static final int LONGEST = 6;
    private static final int STEPS = 12;

    private static final String DLRM =
            "{name: dlrm, embedding_dim: 4, top: {hidden: [8], normalization: none}, sequences: {kind: transformer, max_length: 5,"
                    + " encoder: {heads: 2, feed_forward: 8}}}";
    private static final String DCNV2 =
            "{name: dcnv2, embedding_dim: 4, deep: {hidden: [8], normalization: none}, cross: {layers: 1},"
                    + " sequences: {kind: attention, max_length: 5}}";
    private static final String DIN = "{name: din, embedding_dim: 4, deep: {hidden: [8], normalization: none},"
            + " attention: {hidden: [8], activation: prelu}}";

    private static final FeatureSchema SCHEMA = new FeatureSchema(
            List.of("click"),
            List.of(),
            List.of(
                    new SparseFeature("history", Arity.SEQUENCE, ITEMS, false),
                    new SparseFeature("item", Arity.SINGLE, ITEMS, false)),
            null,
            null,
            "item");

    /// Histories of 2 to 6 items and an empty one, each on eight rows in a row.
    private static Batch batch(boolean grouped) {
        List<Long> ids = new ArrayList<>();
        int[] offsets = new int[2 * ROWS + 1];
        float[] labels = new float[ROWS];
        for (int row = 0; row < ROWS; row++) {
            int session = row / REPEATS;
            int length = session == 3 ? 0 : 2 + session % (LONGEST - 1);
            for (int t = 0; t < length; t++) {
                ids.add(CounterRandom.below(4, session, t, ITEMS));
            }
            offsets[row + 1] = ids.size();
            labels[row] = CounterRandom.below(5, row, 0, 2);
        }
        for (int row = 0; row < ROWS; row++) {
            ids.add(CounterRandom.below(6, row, 0, ITEMS));
            offsets[ROWS + row + 1] = ids.size();
        }
        long[] values = ids.stream().mapToLong(Long::longValue).toArray();
        Features features = new Features(
                ROWS, new float[0], KeyedJaggedTensor.of(List.of("history", "item"), ROWS, values, offsets));
        return new Batch(
                grouped ? features.grouped(List.of(List.of("history"))) : features, labels, new long[0], new long[0]);
    }

    private static TrainConfig config(String model, String... overrides) {
        List<String> all = new ArrayList<>(List.of("model=" + model, "tables.rate=0.1"));
        all.addAll(List.of(overrides));
        return TrainerTest.config(Path.of("none"), Path.of("none"), all.toArray(String[]::new));
    }

    private static List<Double> losses(boolean grouped, String model, String... overrides) {
        List<Double> losses = new ArrayList<>();
        try (BatchTrainer trainer = BatchTrainer.create(config(model, overrides), SCHEMA)) {
            for (int step = 0; step < STEPS; step++) {
                losses.add(trainer.step(batch(grouped), 0.01));
            }
        }
        return losses;
    }

    @ParameterizedTest
    @ValueSource(strings = {DLRM, DCNV2})
    void trainingOnUniqueRowsIsTrainingOnAllRowsUpToRounding(String model) {
        for (String slices : List.of("slices=1", "slices=3")) {
            List<Double> all = losses(false, model, slices);
            List<Double> unique = losses(true, model, slices);
            assertThat(all.getLast()).isLessThan(all.getFirst() - 0.01);
            for (int step = 0; step < STEPS; step++) {
                assertThat(unique.get(step)).as("%s, step %d", slices, step).isCloseTo(all.get(step), within(1e-5));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {DLRM, DCNV2})
    void theBitsAreTheSameForAnyNumberOfThreads(String model) {
        assertThat(losses(true, model, "slices=3", "threads=3"))
                .isEqualTo(losses(true, model, "slices=3", "threads=1"));
    }

    @Test
    void modulesComputeWithUniqueRowsAndModelsThatLookAtTheCandidateWithAll() {
        Seen pooled = read(DLRM);
        assertThat(pooled.embedding).containsExactly(ROWS / REPEATS, 5, 4);
        assertThat(pooled.mask).containsExactly(ROWS / REPEATS, 5);
        long[] rows = new long[ROWS];
        for (int row = 0; row < ROWS; row++) {
            rows[row] = row / REPEATS;
        }
        assertThat(pooled.rows).isEqualTo(rows);
        Seen compared = read(DIN);
        assertThat(compared.embedding).containsExactly(ROWS, LONGEST, 4);
        assertThat(compared.rows).isNull();
    }

    /// The shapes of a sequence's tensors, and its rows.
    private record Seen(long[] embedding, long[] mask, long @Nullable [] rows) {}

    /// What a model sees of the histories of a batch that holds equal ones once.
    private static Seen read(String model) {
        TrainConfig config = config(model);
        try (WorkerPool pool = WorkerPool.create(1);
                Network network = Network.create(config, SCHEMA, config.tables().optimizer(), pool);
                Tape tape = Tape.inference()) {
            Features features = network.shared(batch(true).features(), 0);
            List<GroupLookup> lookups = new ArrayList<>();
            network.tables().forEach((group, tables) -> lookups.add(GroupLookup.read(group, tables, features)));
            Sequence seen = network.input(tape, features, lookups, 0, ROWS).sequence("history");
            return new Seen(seen.embedding().shape(), seen.mask().shape(), seen.rows());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {DLRM, DCNV2})
    void scoresOfUniqueRowsAreThoseOfAllRows(String model) {
        TrainConfig config = config(model);
        try (WorkerPool pool = WorkerPool.create(2);
                Network network = Network.create(config, SCHEMA, config.tables().optimizer(), pool)) {
            assertThat(network.score(batch(true).features()))
                    .containsExactly(network.score(batch(false).features()), within(1e-6f));
        }
    }
}
