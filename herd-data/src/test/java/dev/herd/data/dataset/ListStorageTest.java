package dev.herd.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.Batch;
import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.Arity;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.data.Features;
import dev.herd.data.InputException;
import dev.herd.data.KeyedJaggedTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ListStorageTest {
    private static final FeatureSchema SCHEMA = new FeatureSchema(
            List.of("click"),
            List.of(),
            List.of(
                    new SparseFeature("items", Arity.SEQUENCE, 1000, false),
                    new SparseFeature("far", Arity.MULTI, 1L << 40, false),
                    new SparseFeature("tags", Arity.MULTI, 1000, true)),
            null,
            null,
            null);

    @TempDir
    Path temp;

    /// Rows of which most repeat the one before in all or some features; one in five lists is empty, and
    /// one in ten repetitions has another weight.
    private static List<Batch> rows(long seed, int count, int batchSize) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Batch> batches = new ArrayList<>();
        long[][] now = {{1}, {2}, {3}};
        float weight = 1;
        for (int at = 0; at < count; at += batchSize) {
            int size = Math.min(batchSize, count - at);
            long[][][] ids = new long[3][size][];
            float[] rowWeights = new float[size];
            for (int b = 0; b < size; b++) {
                for (int f = 0; f < 3; f++) {
                    if (random.nextInt(4) == 0) {
                        now[f] = random.longs(random.nextInt(5) == 0 ? 0 : 6, 0, 1000)
                                .toArray();
                    }
                    ids[f][b] = now[f];
                }
                weight = random.nextInt(10) == 0 ? -weight : weight;
                rowWeights[b] = weight;
            }
            batches.add(batch(ids, rowWeights));
        }
        return batches;
    }

    private static Batch batch(long[][][] ids, float[] rowWeights) {
        int size = rowWeights.length;
        int[] offsets = new int[3 * size + 1];
        for (int i = 0; i < 3 * size; i++) {
            offsets[i + 1] = offsets[i] + ids[i / size][i % size].length;
        }
        long[] values = new long[offsets[3 * size]];
        float[] weights = new float[values.length];
        for (int i = 0; i < 3 * size; i++) {
            System.arraycopy(ids[i / size][i % size], 0, values, offsets[i], ids[i / size][i % size].length);
            Arrays.fill(weights, offsets[i], offsets[i + 1], i < 2 * size ? 1 : rowWeights[i % size]);
        }
        KeyedJaggedTensor sparse =
                KeyedJaggedTensor.ofWeighted(List.of("items", "far", "tags"), size, values, offsets, weights);
        return new Batch(new Features(size, new float[0], sparse), new float[size], new long[0], new long[0]);
    }

    private Dataset write(String name, List<Batch> batches, ListStorage storage) {
        try (DatasetWriter writer = DatasetWriter.create(temp.resolve(name), SCHEMA, storage)) {
            batches.forEach(batch -> writer.write("train", batch));
            return writer.finish();
        }
    }

    @ParameterizedTest
    @CsvSource({"1,3000,3000", "2,67000,1000", "3,66000,7777", "4,2049,1"})
    void bothWaysToStoreListsGiveBackTheRowsInAnyRowGroup(long seed, int count, int batchSize) throws IOException {
        List<Batch> rows = rows(seed, count, batchSize);
        KeyedJaggedTensor expected = Batch.stack(rows).features().sparse();
        Dataset once = write("once", rows, ListStorage.RUNS_ONCE);
        Dataset out = write("out", rows, ListStorage.WRITTEN_OUT);
        for (Dataset dataset : List.of(once, out)) {
            List<Batch> read = DatasetTest.all(dataset, "train", ReadOptions.inOrder(4096, 2));
            assertThat(Batch.stack(read).features().sparse().equals(expected)).isTrue();
        }
        assertThat(once.groups("train")).hasSize(Math.ceilDiv(count, PartTable.ROW_GROUP_ROWS));
    }

    @Test
    void listsOfRunsTakeLessRoom() throws IOException {
        List<Batch> rows = rows(9, 20_000, 20_000);
        long once = size(write("once", rows, ListStorage.RUNS_ONCE));
        long out = size(write("out", rows, ListStorage.WRITTEN_OUT));
        assertThat(10 * out).isGreaterThan(13 * once);
    }

    /// A part in which the list of the first row is missing, as no part of ours is.
    @Test
    void aPartWhoseFirstListIsMissingIsRefused() throws Exception {
        Dataset dataset = write("set", rows(1, 10, 10), ListStorage.RUNS_ONCE);
        Path part = dataset.folder().resolve("train-00000.parquet");
        Path other = temp.resolve("other.parquet");
        try (var database = DriverManager.getConnection("jdbc:duckdb:");
                var statement = database.createStatement()) {
            statement.execute("copy (select * replace (case when rowid = 0 then null else items end as items) from"
                    + " (select *, row_number() over () - 1 as rowid from '" + part + "')) to '" + other
                    + "' (format parquet)");
        }
        Path yaml = dataset.folder().resolve("dataset.yaml");
        String text = Files.readString(yaml)
                .replace(Checksum.crc32c(part), Checksum.crc32c(other))
                .replace("bytes: " + Files.size(part), "bytes: " + Files.size(other));
        Files.writeString(yaml, text);
        Files.move(other, part, StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> DatasetTest.all(Dataset.open(dataset.folder()), "train", ReadOptions.inOrder(10, 1)))
                .isInstanceOf(InputException.class)
                .hasMessageContaining(
                        "train-00000.parquet: column 'items' has no list in the first row of a row group: a"
                                + " missing list repeats the row before, and there is none");
    }

    private static long size(Dataset dataset) throws IOException {
        return Files.size(dataset.folder().resolve("train-00000.parquet"));
    }
}
