package dev.herd.train;

import dev.herd.data.Batch;
import dev.herd.data.BatchReader;
import dev.herd.data.InputException;
import dev.herd.data.Progress;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.dataset.ReadOptions;
import dev.herd.data.dedup.DedupGroups;
import dev.herd.train.metric.AucKind;
import dev.herd.train.metric.Calibration;
import dev.herd.train.metric.Grouping;
import dev.herd.train.metric.MetricSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Measures a network on a split of a dataset.
final class Evaluator {
    private final Dataset dataset;
    private final AucKind auc;
    private final int batchSize;
    private final int threads;
    private final DedupGroups groups;

    /// @param groups features that its batches hold deduplicated
    Evaluator(Dataset dataset, AucKind auc, int batchSize, int threads, DedupGroups groups) {
        this.dataset = dataset;
        this.auc = auc;
        this.batchSize = batchSize;
        this.threads = threads;
        this.groups = groups;
    }

    /// What was measured.
    ///
    /// @param metrics by name, in the order of [MetricSet]
    /// @param reliability predicted against observed rates of the first task
    record Measured(long rows, Map<String, Double> metrics, List<Calibration.Bin> reliability) {
        static final Measured NONE = new Measured(0, Map.of(), List.of());
    }

    Measured measure(Network network, String split, Progress progress) {
        List<String> labels = dataset.schema().labels();
        Grouping grouping = dataset.schema().session() == null ? Grouping.NONE : Grouping.BY_GROUP;
        MetricSet metrics = MetricSet.create(labels, auc, grouping);
        long rows = dataset.rows(split);
        if (rows == 0) {
            throw InputException.of(dataset.folder(), "split '" + split + "' has no rows to evaluate on");
        }
        try (Progress.Task task = progress.start("evaluate " + split, rows, "samples");
                BatchReader reader = dataset.reader(
                        split, ReadOptions.inOrder(batchSize, threads).withGroups(groups))) {
            for (Optional<Batch> next = reader.next(); next.isPresent(); next = reader.next()) {
                Batch batch = next.get();
                metrics.add(network.score(batch.features()), batch.labels(), batch.sessions());
                task.advance(batch.size());
            }
        }
        return new Measured(
                metrics.count(),
                metrics.values(),
                metrics.calibration(labels.getFirst()).bins());
    }
}
