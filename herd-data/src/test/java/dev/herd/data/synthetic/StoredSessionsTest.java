package dev.herd.data.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.InputException;
import dev.herd.data.Progress;
import dev.herd.data.dataset.Clustering;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.dataset.DatasetWriter;
import dev.herd.data.dataset.ListStorage;
import dev.herd.data.dataset.StorageComparison;
import dev.herd.data.inspect.Inspection;
import dev.herd.data.inspect.Inspection.Order;
import dev.herd.data.inspect.Inspection.SessionFigures;
import dev.herd.data.inspect.Inspection.SplitFigures;
import dev.herd.data.synthetic.LogFeatures.Sequence;
import dev.herd.data.synthetic.LogFeatures.Sequence.Change;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a log of mixed sessions takes in files, as it came and clustered.
final class StoredSessionsTest {
    @TempDir
    Path temp;

    private Dataset log(long rows) {
        SyntheticLog.Config config = new SyntheticLog.Config(
                4,
                rows,
                new Traffic(10_000, 1000, 1, 16.5, 0.8, 0, 20_000),
                new LogFeatures(
                        List.of(1000L),
                        List.of(),
                        0,
                        1,
                        List.of(
                                new Sequence(100_000, 20, 60, 0.8, Change.REDRAW, 1),
                                new Sequence(100_000, 20, 60, 0.8, Change.SLIDE, 1))),
                PlantedLabel.defaults(),
                0,
                0);
        try (DatasetWriter writer = DatasetWriter.create(temp.resolve("log" + rows), SyntheticLog.schema(config))) {
            SyntheticLog.generate(config, 2, block -> writer.write(block.split(), block.batch()));
            return writer.finish();
        }
    }

    private Dataset clustered(Dataset log, ListStorage storage) {
        Clustering clustering = new Clustering(64 << 20, null, Progress.SILENT);
        return StorageComparison.cluster(log, temp.resolve("clustered-" + storage), storage, clustering, 2);
    }

    @Test
    void clusteringMakesListsThatRepeatSmaller() {
        Dataset log = log(80_000);
        Dataset plain =
                StorageComparison.rewrite(log, temp.resolve("plain"), ListStorage.WRITTEN_OUT, 2, Progress.SILENT);
        for (ListStorage storage : ListStorage.values()) {
            StorageComparison comparison = StorageComparison.of(plain, clustered(log, storage));
            assertThat(comparison.rows()).isEqualTo(80_000);
            assertThat(comparison.ratio()).as(storage + " " + comparison).isGreaterThan(1.5);
            for (StorageComparison.Column column : comparison.columns()) {
                if (column.name().startsWith("sequence")) {
                    assertThat(column.ratio()).as(column.toString()).isGreaterThan(1.5);
                }
            }
        }
        assertThatThrownBy(() -> StorageComparison.of(plain, log(100)))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("cannot be compared: their schemas or numbers of rows differ, {train=80000} and"
                        + " {train=100}");
    }

    @Test
    void inspectionTellsTheOrderAndTheRowsOfASessionInABatch() {
        Dataset log = log(60_000);
        SplitFigures before = figures(log);
        SplitFigures after = figures(clustered(log, ListStorage.RUNS_ONCE));
        assertThat(before.order()).isEqualTo(Order.TIME);
        assertThat(after.order()).isEqualTo(Order.SESSION);
        SessionFigures mixed = before.sessions().orElseThrow();
        SessionFigures together = after.sessions().orElseThrow();
        assertThat(together.sessions()).isEqualTo(mixed.sessions());
        assertThat(mixed.perBatch()).isBetween(1.2, 2.5);
        assertThat(together.perBatch()).isBetween(14.0, 17.5);
        assertThat(mixed.batchSize()).isEqualTo(4096);
    }

    private static SplitFigures figures(Dataset dataset) {
        return Objects.requireNonNull(
                Inspection.of(dataset, 2, Progress.SILENT).splits().get("train"));
    }
}
