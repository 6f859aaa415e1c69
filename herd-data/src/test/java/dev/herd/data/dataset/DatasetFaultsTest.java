package dev.herd.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.Batch;
import dev.herd.data.BatchReader;
import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.Arity;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.data.Features;
import dev.herd.data.InputException;
import dev.herd.data.KeyedJaggedTensor;
import dev.herd.data.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Datasets larger than a window, and everything that can be wrong with a dataset's folder.
final class DatasetFaultsTest {
    private static final FeatureSchema NARROW = new FeatureSchema(
            List.of("click"),
            List.of(),
            List.of(new SparseFeature("row", Arity.SINGLE, 1L << 20, false)),
            null,
            null,
            null);

    @TempDir
    Path temp;

    /// Rows whose only id is their number.
    private static Batch numbered(int first, int count) {
        long[] ids = LongStream.range(first, first + count).toArray();
        int[] offsets = IntStream.rangeClosed(0, count).toArray();
        KeyedJaggedTensor sparse = KeyedJaggedTensor.of(List.of("row"), count, ids, offsets);
        return new Batch(new Features(count, new float[0], sparse), new float[count], new long[0], new long[0]);
    }

    private Dataset narrow(int rows) {
        try (DatasetWriter writer = DatasetWriter.create(temp.resolve("narrow"), NARROW)) {
            for (int at = 0; at < rows; at += 10_000) {
                writer.write("train", numbered(at, Math.min(10_000, rows - at)));
            }
            return writer.finish();
        }
    }

    /// The numbers of the rows read through windows of two row groups.
    private static long[] windowed(Dataset dataset, ReadOptions options) {
        ReadPlan plan =
                ReadPlan.of(dataset.groups("train"), options, dataset.clusterBy(), 0, 2 * PartTable.ROW_GROUP_ROWS);
        List<long[]> read = new ArrayList<>();
        try (BatchReader reader = new DatasetReader(dataset, "train", plan, options)) {
            for (var batch = reader.next(); batch.isPresent(); batch = reader.next()) {
                read.add(batch.get().features().sparse().values());
            }
        }
        return read.stream().flatMapToLong(LongStream::of).toArray();
    }

    @Test
    void rowsBeyondAWindowAreShuffledAndResumedAlike() {
        int rows = 5 * PartTable.ROW_GROUP_ROWS + 1234;
        Dataset dataset = narrow(rows);
        long[] ordered = windowed(dataset, ReadOptions.inOrder(5000, 2));
        assertThat(ordered).isEqualTo(LongStream.range(0, rows).toArray());
        ReadOptions options = ReadOptions.shuffled(5000, 3, 1, 1);
        long[] one = windowed(dataset, options);
        long[] three = windowed(dataset, ReadOptions.shuffled(5000, 3, 1, 3));
        assertThat(three).isEqualTo(one);
        assertThat(LongStream.of(one).sorted().toArray()).isEqualTo(ordered);
        assertThat(one).isNotEqualTo(ordered);
        long[] rest = windowed(dataset, options.withStartRow(200_003));
        assertThat(rest).isEqualTo(LongStream.of(one).skip(200_003).toArray());
        assertThat(windowed(dataset, options.withStartRow(rows))).isEmpty();
    }

    private static void refused(Path folder, String... parts) {
        var thrown = assertThatThrownBy(() -> Dataset.open(folder)).isInstanceOf(InputException.class);
        thrown.hasMessageContaining("dataset.yaml");
        for (String part : parts) {
            thrown.hasMessageContaining(part);
        }
    }

    @Test
    void aWrongDescriptionIsExplained() throws IOException {
        Dataset dataset = narrow(100);
        Path yaml = dataset.folder().resolve("dataset.yaml");
        String text = Files.readString(yaml);
        refused(temp.resolve("elsewhere"), "not found", "herd prepare");
        Files.writeString(yaml, text.replace("splits:", "split:"));
        refused(dataset.folder(), "split", "splits");
        Files.writeString(yaml, text.replace("version: 1", "version: 2"));
        refused(dataset.folder(), "is of format 2");
        Files.writeString(yaml, "");
        refused(dataset.folder(), "has no `version`");
        Files.writeString(yaml, text.substring(0, text.indexOf("splits:")));
        refused(dataset.folder(), "lacks its schema or its splits");
        Files.writeString(yaml, text.replace("rows: 100", "rows: 101"));
        assertThatThrownBy(() -> Dataset.open(dataset.folder())
                        .reader("train", ReadOptions.inOrder(10, 1))
                        .close())
                .isInstanceOf(InputException.class)
                .hasMessageContaining("holds 100 rows, dataset.yaml says 101");
        Files.writeString(yaml, text.replace("name: row", "name: other"));
        assertThatThrownBy(() -> Dataset.open(dataset.folder()).reader("train", ReadOptions.inOrder(10, 1)))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("has no column 'other'");
        Files.writeString(yaml, text);
        assertThatThrownBy(() -> Dataset.open(dataset.folder()).rows("dev"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("has no split 'dev'; it has [train]");
    }

    @Test
    void anExistingFolderIsNotOverwritten() throws IOException {
        Files.createDirectories(temp.resolve("there"));
        assertThatThrownBy(() -> DatasetWriter.create(temp.resolve("there"), NARROW))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("already exists");
    }

    @Test
    void batchesThatDoNotFitTheSchemaAreRefused() {
        try (DatasetWriter writer = DatasetWriter.create(temp.resolve("set"), NARROW)) {
            KeyedJaggedTensor high = KeyedJaggedTensor.of(List.of("row"), 1, new long[] {1 << 20}, new int[] {0, 1});
            assertThatThrownBy(() -> writer.write(
                            "train",
                            new Batch(new Features(1, new float[0], high), new float[1], new long[0], new long[0])))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("feature 'row' has ids in [0, 1048576), the batch holds 1048576");
            KeyedJaggedTensor two = KeyedJaggedTensor.of(List.of("row"), 1, new long[] {1, 2}, new int[] {0, 2});
            assertThatThrownBy(() -> writer.write(
                            "train",
                            new Batch(new Features(1, new float[0], two), new float[1], new long[0], new long[0])))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("is single-valued, row 0 of the batch holds 2 ids");
            assertThatThrownBy(() -> writer.write("../up", numbered(0, 1)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aFullDiskIsReportedAndLeavesNoHalfDataset() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(temp.resolve("small"))) {
            Path mount = disk.folder();
            assertThatThrownBy(() -> {
                        try (DatasetWriter writer = DatasetWriter.create(mount.resolve("set"), DatasetTest.SCHEMA)) {
                            for (int at = 0; at < 30_000; at += 1000) {
                                writer.write("train", DatasetTest.rows(at, 1000));
                            }
                            writer.finish();
                        }
                    })
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("train-00000.parquet")
                    .hasMessageContaining("cannot be written (is the disk full?)");
            assertThat(mount).isEmptyDirectory();
        }
    }
}
