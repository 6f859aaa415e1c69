package dev.herd.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.Batch;
import dev.herd.data.BatchReader;
import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.Arity;
import dev.herd.data.FeatureSchema.DenseFeature;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.data.Features;
import dev.herd.data.InputException;
import dev.herd.data.InverseKeyedJaggedTensor;
import dev.herd.data.KeyedJaggedTensor;
import dev.herd.data.ReadFigures;
import dev.herd.data.dedup.DedupGroups;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DedupReaderTest {
    private static final int ROWS = 3000;
    private static final FeatureSchema SCHEMA = new FeatureSchema(
            List.of("click"),
            List.of(new DenseFeature("age")),
            List.of(
                    new SparseFeature("user", Arity.SINGLE, 1000, false),
                    new SparseFeature("item", Arity.SINGLE, 1000, false),
                    new SparseFeature("history", Arity.SEQUENCE, 1000, false),
                    new SparseFeature("categories", Arity.SEQUENCE, 1L << 40, false),
                    new SparseFeature("tags", Arity.MULTI, 50, true)),
            "session",
            null,
            "item");

    @TempDir
    static Path temp;

    static Dataset dataset;

    /// Sessions of some ten rows in which the user stays, history, categories and tags mostly do.
    @BeforeAll
    static void write() {
        SplittableRandom random = new SplittableRandom(1);
        long[][] values = new long[5][];
        int[] sizes = new int[5];
        for (int f = 0; f < 5; f++) {
            values[f] = new long[ROWS * 20];
        }
        int[] offsets = new int[5 * ROWS + 1];
        int[] last = new int[5];
        long[] sessions = new long[ROWS];
        for (int b = 0; b < ROWS; b++) {
            boolean starts = b == 0 || random.nextInt(10) == 0;
            sessions[b] = b == 0 ? 0 : sessions[b - 1] + (starts ? 1 : 0);
            boolean moves = starts || random.nextInt(5) == 0;
            for (int f = 0; f < 5; f++) {
                boolean changes = f == 0 ? starts : f == 1 || (f == 4 ? starts || random.nextInt(5) == 0 : moves);
                int length = f < 2 ? 1 : random.nextInt(20);
                int from = last[f];
                int before = sizes[f] - from;
                last[f] = sizes[f];
                if (changes) {
                    for (int i = 0; i < length; i++) {
                        values[f][sizes[f]++] = random.nextInt(50);
                    }
                } else {
                    System.arraycopy(values[f], from, values[f], sizes[f], before);
                    sizes[f] += before;
                }
                offsets[f * ROWS + b + 1] = sizes[f];
            }
        }
        int base = 0;
        long[] all = new long[java.util.Arrays.stream(sizes).sum()];
        for (int f = 0; f < 5; f++) {
            System.arraycopy(values[f], 0, all, base, sizes[f]);
            for (int b = 1; b <= ROWS; b++) {
                offsets[f * ROWS + b] += base;
            }
            base += sizes[f];
        }
        float[] weights = new float[all.length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = i >= offsets[4 * ROWS] ? all[i] % 3 : 1;
        }
        KeyedJaggedTensor ids = KeyedJaggedTensor.ofWeighted(
                List.of("user", "item", "history", "categories", "tags"), ROWS, all, offsets, weights);
        Batch batch = new Batch(new Features(ROWS, new float[ROWS], ids), new float[ROWS], sessions, new long[0]);
        try (DatasetWriter writer = DatasetWriter.create(temp.resolve("set"), SCHEMA)) {
            writer.write("train", batch);
            dataset = writer.finish();
        }
    }

    private static final DedupGroups GROUPS =
            DedupGroups.of(List.of(List.of("categories", "history"), List.of("user"), List.of("tags")));

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void deduplicatedBatchesExpandToThePlainOnesAndEqualThoseMadeFromThem(boolean shuffle) {
        ReadOptions options = new ReadOptions(256, shuffle, 5, 0, 2, 0, false);
        List<Batch> plain = DatasetTest.all(dataset, "train", options);
        List<Batch> grouped = DatasetTest.all(dataset, "train", options.withGroups(GROUPS));
        assertThat(grouped).hasSameSizeAs(plain);
        for (int i = 0; i < plain.size(); i++) {
            Features features = grouped.get(i).features();
            KeyedJaggedTensor all = plain.get(i).features().sparse();
            assertThat(features.expanded()).isEqualTo(all);
            assertThat(features.sparse()).isEqualTo(unweighted(all, List.of("item")));
            assertThat(features.groups())
                    .containsExactly(
                            InverseKeyedJaggedTensor.deduplicate(
                                    unweighted(all, List.of("categories", "history")),
                                    List.of("categories", "history")),
                            InverseKeyedJaggedTensor.deduplicate(unweighted(all, List.of("user")), List.of("user")),
                            InverseKeyedJaggedTensor.deduplicate(all, List.of("tags")));
            assertThat(grouped.get(i).labels()).isEqualTo(plain.get(i).labels());
            assertThat(grouped.get(i).sessions()).isEqualTo(plain.get(i).sessions());
        }
    }

    private static KeyedJaggedTensor unweighted(KeyedJaggedTensor all, List<String> keys) {
        KeyedJaggedTensor some = all.select(keys);
        return KeyedJaggedTensor.of(keys, some.stride(), some.values(), some.offsets());
    }

    @Test
    void theReaderCountsWhatItHolds() {
        ReadOptions options = ReadOptions.inOrder(500, 1);
        ReadFigures plain = drained(options);
        ReadFigures grouped = drained(options.withGroups(GROUPS));
        assertThat(grouped.rows()).isEqualTo(ROWS);
        assertThat(grouped.batches()).isEqualTo(6);
        assertThat(plain.bytes()).isEqualTo(plain.expandedBytes());
        assertThat(plain.factor()).isEqualTo(1);
        assertThat(grouped.factor()).isGreaterThan(2);
        assertThat(grouped.queuedBytes()).isPositive().isLessThanOrEqualTo(grouped.bytes());
        assertThat(grouped.queuedExpandedBytes()).isGreaterThan(2 * grouped.queuedBytes());
        assertThat(grouped.decodedBytes()).isPositive().isLessThan(grouped.expandedBytes());
        assertThat(grouped.convertSeconds()).isPositive();
        assertThat(grouped.seconds()).isGreaterThanOrEqualTo(grouped.convertSeconds());
    }

    private static ReadFigures drained(ReadOptions options) {
        try (BatchReader reader = dataset.reader("train", options)) {
            while (reader.next().isPresent()) {}
            return reader.figures();
        }
    }

    @Test
    void aGroupWithAColumnThatIsNoIdFeatureIsRefused() {
        ReadOptions options = ReadOptions.inOrder(500, 1).withGroups(DedupGroups.of(List.of(List.of("age"))));
        assertThatThrownBy(() -> dataset.reader("train", options).close())
                .isInstanceOf(InputException.class)
                .hasMessageContaining(dataset.folder() + ": the group [age] to deduplicate names 'age', which is a"
                        + " dense feature");
    }
}
