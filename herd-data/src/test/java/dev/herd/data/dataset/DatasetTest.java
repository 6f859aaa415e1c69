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
import dev.herd.data.KeyedJaggedTensor;
import dev.herd.data.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DatasetTest {
    @TempDir
    Path temp;

    static final FeatureSchema SCHEMA = new FeatureSchema(
            List.of("click"),
            List.of(new DenseFeature("price"), new DenseFeature("age")),
            List.of(
                    new SparseFeature("user", Arity.SINGLE, 1000, false),
                    new SparseFeature("genres", Arity.MULTI, 20, false),
                    new SparseFeature("item", Arity.SINGLE, 5000, false),
                    new SparseFeature("history", Arity.SEQUENCE, 1L << 40, true)),
            "user",
            "time",
            "item");

    /// Rows numbered from `first`, all their values drawn from the number alone; timestamps hold the number.
    static Batch rows(int first, int count) {
        float[] labels = new float[count];
        float[] dense = new float[2 * count];
        long[] sessions = new long[count];
        long[] timestamps = new long[count];
        List<List<long[]>> ids = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (int b = 0; b < count; b++) {
            SplittableRandom random = new SplittableRandom(first + b);
            labels[b] = random.nextInt(2);
            dense[2 * b] = (float) random.nextDouble();
            dense[2 * b + 1] = (float) random.nextDouble();
            sessions[b] = random.nextLong();
            timestamps[b] = first + b;
            ids.get(0).add(new long[] {random.nextInt(1000)});
            ids.get(1).add(random.longs(random.nextInt(4), 0, 20).toArray());
            ids.get(2).add(new long[] {random.nextInt(5000)});
            ids.get(3).add(random.longs(random.nextInt(3), 0, 1L << 40).toArray());
        }
        return new Batch(new Features(count, dense, jagged(ids, count)), labels, sessions, timestamps);
    }

    private static KeyedJaggedTensor jagged(List<List<long[]>> ids, int count) {
        int[] offsets = new int[4 * count + 1];
        List<Long> values = new ArrayList<>();
        for (int f = 0; f < 4; f++) {
            for (int b = 0; b < count; b++) {
                for (long id : ids.get(f).get(b)) {
                    values.add(id);
                }
                offsets[f * count + b + 1] = values.size();
            }
        }
        float[] weights = new float[values.size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = i >= offsets[3 * count] ? values.get(i) % 97 : 1;
        }
        return KeyedJaggedTensor.ofWeighted(
                List.of("user", "genres", "item", "history"),
                count,
                values.stream().mapToLong(Long::longValue).toArray(),
                offsets,
                weights);
    }

    private Dataset written(int rows) {
        return write(temp.resolve("set"), rows);
    }

    static Dataset write(Path folder, int rows) {
        try (DatasetWriter writer = DatasetWriter.create(folder, SCHEMA)) {
            for (int at = 0; at < rows; at += 1000) {
                writer.write("train", rows(at, Math.min(1000, rows - at)));
            }
            writer.write("test", rows(1_000_000, 10));
            writer.note("made_by", "DatasetTest");
            return writer.finish();
        }
    }

    static List<Batch> all(Dataset dataset, String split, ReadOptions options) {
        List<Batch> batches = new ArrayList<>();
        try (BatchReader reader = dataset.reader(split, options)) {
            for (var next = reader.next(); next.isPresent(); next = reader.next()) {
                batches.add(next.get());
            }
        }
        return batches;
    }

    private static void assertSameRows(Batch found, Batch expected) {
        assertThat(found.labels()).isEqualTo(expected.labels());
        assertThat(found.features().dense()).isEqualTo(expected.features().dense());
        assertThat(found.features().sparse()).isEqualTo(expected.features().sparse());
        assertThat(found.sessions()).isEqualTo(expected.sessions());
        assertThat(found.timestamps()).isEqualTo(expected.timestamps());
    }

    @Test
    void whatWasWrittenIsReadBackInOrder() {
        Dataset dataset = written(70_000);
        assertThat(dataset.splits()).containsExactly("test", "train");
        assertThat(dataset.rows("train")).isEqualTo(70_000);
        assertThat(dataset.schema()).isEqualTo(SCHEMA);
        assertThat(dataset.provenance()).containsEntry("made_by", "DatasetTest");
        int at = 0;
        for (Batch batch : all(dataset, "train", ReadOptions.inOrder(4096, 2))) {
            assertSameRows(batch, rows(at, batch.size()));
            at += batch.size();
        }
        assertThat(at).isEqualTo(70_000);
        assertSameRows(all(dataset, "test", ReadOptions.inOrder(64, 1)).getFirst(), rows(1_000_000, 10));
    }

    @Test
    void shufflingIsAPermutationThatDoesNotDependOnThreads() {
        Dataset dataset = written(70_000);
        List<Batch> one = all(dataset, "train", ReadOptions.shuffled(1000, 7, 3, 1));
        List<Batch> four = all(dataset, "train", ReadOptions.shuffled(1000, 7, 3, 4));
        boolean[] seen = new boolean[70_000];
        for (int i = 0; i < one.size(); i++) {
            assertSameRows(one.get(i), four.get(i));
            for (int b = 0; b < one.get(i).size(); b++) {
                int row = (int) one.get(i).timestamps()[b];
                assertThat(seen[row]).isFalse();
                seen[row] = true;
            }
        }
        assertThat(seen).doesNotContain(false);
        assertThat(one.getFirst().timestamps())
                .isNotEqualTo(all(dataset, "train", ReadOptions.shuffled(1000, 7, 4, 1))
                        .getFirst()
                        .timestamps())
                .isNotEqualTo(all(dataset, "train", ReadOptions.shuffled(1000, 8, 3, 1))
                        .getFirst()
                        .timestamps());
    }

    @Test
    void aReaderOpenedAtAPositionGoesOnWithTheSameRows() {
        Dataset dataset = written(5_000);
        ReadOptions options = ReadOptions.shuffled(300, 1, 0, 2);
        List<Batch> whole = all(dataset, "train", options);
        List<Batch> rest = all(dataset, "train", options.withStartRow(1500));
        for (int i = 0; i < rest.size(); i++) {
            assertSameRows(rest.get(i), whole.get(i + 5));
        }
        assertThat(rest).hasSize(whole.size() - 5);
    }

    @Test
    void aLastShortBatchIsDroppedOnRequest() {
        Dataset dataset = written(5_000);
        List<Batch> batches = all(dataset, "train", new ReadOptions(300, true, 1, 0, 2, 0, true));
        assertThat(batches).hasSize(16).allMatch(batch -> batch.size() == 300);
    }

    @Test
    void aMissingTruncatedOrAlteredPartIsNamed() throws Exception {
        Dataset dataset = written(2_000);
        Path part = dataset.folder().resolve("train-00000.parquet");
        byte[] bytes = Files.readAllBytes(part);
        byte[] altered = bytes.clone();
        altered[altered.length / 2] ^= 1;
        Files.write(part, altered);
        assertThatThrownBy(() -> all(Dataset.open(dataset.folder()), "train", ReadOptions.inOrder(10, 1)))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("train-00000.parquet")
                .hasMessageContaining("checksum");
        assertThatThrownBy(() -> Dataset.open(dataset.folder()).verify(Progress.SILENT))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("was altered");
        Files.write(part, java.util.Arrays.copyOf(bytes, bytes.length - 1));
        assertThatThrownBy(() -> Dataset.open(dataset.folder()))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("train-00000.parquet")
                .hasMessageContaining("truncated");
        Files.delete(part);
        assertThatThrownBy(() -> Dataset.open(dataset.folder()))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("train-00000.parquet")
                .hasMessageContaining("cannot be read");
    }

    @Test
    void anUnfinishedDatasetLeavesNothing() {
        try (DatasetWriter writer = DatasetWriter.create(temp.resolve("set"), SCHEMA)) {
            writer.write("train", rows(0, 10));
        }
        assertThat(temp).isEmptyDirectory();
    }
}
