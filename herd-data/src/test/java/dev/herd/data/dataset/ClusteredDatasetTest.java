package dev.herd.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.Batch;
import dev.herd.data.BatchReader;
import dev.herd.data.FeatureSchema;
import dev.herd.data.InputException;
import dev.herd.data.Progress;
import dev.herd.data.cluster.SessionOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Clustered datasets: what is written, and how it is shuffled.
final class ClusteredDatasetTest {
    @TempDir
    Path temp;

    /// Rows of every kind of column; sessions of ten rows on average, times out of order.
    private static Batch rows(int first, int count, int sessions) {
        Batch batch = DatasetTest.rows(first, count);
        long[] of = new long[count];
        long[] times = new long[count];
        for (int b = 0; b < count; b++) {
            SplittableRandom random = new SplittableRandom(7L * (first + b));
            of[b] = random.nextInt(sessions) - 5;
            times[b] = random.nextInt(100);
        }
        return new Batch(batch.features(), batch.labels(), of, times);
    }

    private Dataset clustered(String name, int rows, int sessions, long memory) {
        Clustering clustering = new Clustering(memory, null, Progress.SILENT);
        try (DatasetWriter writer =
                DatasetWriter.clustered(temp.resolve(name), DatasetTest.SCHEMA, ListStorage.RUNS_ONCE, clustering)) {
            for (int at = 0; at < rows; at += 1000) {
                writer.write("train", rows(at, Math.min(1000, rows - at), sessions));
            }
            writer.write("test", rows(1_000_000, 50, 5));
            return writer.finish();
        }
    }

    private static Batch whole(Dataset dataset, String split, ReadOptions options) {
        return Batch.stack(DatasetTest.all(dataset, split, options));
    }

    private static Batch expected(int rows, int sessions) {
        Batch batch = rows(0, rows, sessions);
        Integer[] order = new Integer[rows];
        Arrays.setAll(order, i -> i);
        Arrays.sort(
                order,
                Comparator.<Integer>comparingInt(i -> 0)
                        .thenComparing((a, b) -> SessionOrder.compare(batch.sessions()[a], batch.sessions()[b]))
                        .thenComparingLong(i -> batch.timestamps()[i])
                        .thenComparingInt(i -> i));
        List<Batch> sorted = new ArrayList<>();
        for (int i : order) {
            sorted.add(batch.slice(i, i + 1));
        }
        return Batch.stack(sorted);
    }

    private static void assertSame(Batch found, Batch expected) {
        assertThat(found.sessions()).isEqualTo(expected.sessions());
        assertThat(found.timestamps()).isEqualTo(expected.timestamps());
        assertThat(found.labels()).isEqualTo(expected.labels());
        assertThat(found.features().dense()).isEqualTo(expected.features().dense());
        assertThat(found.features().sparse()).isEqualTo(expected.features().sparse());
    }

    @Test
    void rowsOfEveryKindOfColumnComeBackInTheStatedOrderWhateverTheMemory() {
        Batch expected = expected(9_000, 900);
        Dataset roomy = clustered("roomy", 9_000, 900, 64 << 20);
        Dataset tight = clustered("tight", 9_000, 900, Clustering.LEAST_MEMORY);
        assertThat(roomy.provenance()).containsEntry("clustered_in_runs", "0");
        assertThat(Integer.parseInt(tight.provenance().getOrDefault("clustered_in_runs", "0")))
                .as("runs enough to be merged twice")
                .isGreaterThan(2);
        assertSame(whole(roomy, "train", ReadOptions.inOrder(1000, 2)), expected);
        assertSame(whole(tight, "train", ReadOptions.inOrder(1000, 2)), expected);
        assertThat(whole(tight, "test", ReadOptions.inOrder(1000, 2)).size()).isEqualTo(50);
    }

    /// Reads through windows of one part.
    private static Batch windowed(Dataset dataset, ReadOptions options) {
        ReadPlan plan = ReadPlan.of(dataset.groups("train"), options, dataset.clusterBy(), 0, 1);
        List<Batch> batches = new ArrayList<>();
        try (BatchReader reader = new DatasetReader(dataset, "train", plan, options)) {
            for (var next = reader.next(); next.isPresent(); next = reader.next()) {
                batches.add(next.get());
            }
        }
        return Batch.stack(batches);
    }

    @Test
    void shufflingMovesWholeSessionsAndPartsHoldWholeOnes() {
        Dataset dataset = clustered("set", 150_000, 15_000, 64 << 20);
        assertThat(dataset.groups("train")).as("parts").hasSize(3).allMatch(group -> group.rows() <= 1 << 16);
        Batch ordered = whole(dataset, "train", ReadOptions.inOrder(5000, 2));
        for (boolean oneWindow : new boolean[] {true, false}) {
            ReadOptions options = ReadOptions.shuffled(5000, 3, 1, 1);
            Batch one = oneWindow ? whole(dataset, "train", options) : windowed(dataset, options);
            Batch three = oneWindow
                    ? whole(dataset, "train", ReadOptions.shuffled(5000, 3, 1, 3))
                    : windowed(dataset, ReadOptions.shuffled(5000, 3, 1, 3));
            assertSame(three, one);
            assertThat(one.sessions()).isNotEqualTo(ordered.sessions());
            assertThat(sessionRows(one)).as("no session is torn").isEqualTo(sessionRows(ordered));
            ReadOptions later = options.withStartRow(70_003);
            Batch rest = oneWindow ? whole(dataset, "train", later) : windowed(dataset, later);
            assertSame(rest, one.slice(70_003, one.size()));
            ReadOptions next = options.withEpoch(2);
            Batch other = oneWindow ? whole(dataset, "train", next) : windowed(dataset, next);
            assertThat(other.sessions()).isNotEqualTo(one.sessions());
        }
    }

    /// The times of each run of rows of one session, sorted by session.
    private static List<String> sessionRows(Batch batch) {
        List<String> runs = new ArrayList<>();
        for (int from = 0, to = 0; from < batch.size(); from = to) {
            while (to < batch.size() && batch.sessions()[to] == batch.sessions()[from]) {
                to++;
            }
            runs.add(batch.sessions()[from] + Arrays.toString(Arrays.copyOfRange(batch.timestamps(), from, to)));
        }
        return runs.stream().sorted().toList();
    }

    @Test
    void aSchemaWithoutSessionsCannotBeClustered() {
        FeatureSchema schema =
                new FeatureSchema(List.of("click"), List.of(), DatasetTest.SCHEMA.sparse(), null, null, null);
        Clustering clustering = new Clustering(Clustering.LEAST_MEMORY, null, Progress.SILENT);
        assertThatThrownBy(
                        () -> DatasetWriter.clustered(temp.resolve("set"), schema, ListStorage.RUNS_ONCE, clustering))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("cluster_by: session needs a session column");
        assertThat(temp).isEmptyDirectory();
    }
}
