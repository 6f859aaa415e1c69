package dev.herd.data.inspect;

import dev.herd.data.Batch;
import dev.herd.data.BatchReader;
import dev.herd.data.FeatureSchema;
import dev.herd.data.Progress;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.dataset.ReadOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Figures of a dataset, from one pass over its rows.
///
/// @param provenance what is known of the making of the rows
public record Inspection(FeatureSchema schema, Map<String, SplitFigures> splits, Map<String, String> provenance) {
    /// Rows of a batch: those that [SessionFigures#perBatch] is counted over.
    private static final int BATCH = 4096;

    /// How the rows of a split lie.
    public enum Order {
        /// the rows of a session together, by time
        SESSION,
        /// by time
        TIME,
        /// as they came
        NONE
    }

    /// @param sessions present when the schema has a session column
    public record SplitFigures(
            long rows,
            Order order,
            List<NumberFigures> labels,
            List<NumberFigures> dense,
            List<IdFigures> sparse,
            Optional<SessionFigures> sessions) {}

    /// The mean of a binary label is its rate.
    ///
    /// @param zeros share of rows that hold 0, which is also what a missing number usually becomes
    public record NumberFigures(
            String name, double mean, double deviation, float minimum, float maximum, double zeros) {}

    /// @param rows ids that the feature may have
    /// @param distinct ids that occur; exact up to 2^28 `rows`, beyond that an estimate (linear
    /// counting, about 1 %)
    /// @param zeroIds share of the id 0 among all ids: unseen or missing values under a vocabulary
    /// @param empty share of rows without any id
    /// @param repeated share of rows, among those that follow another row of their session, with the same
    ///     ids as that row; empty without a session column
    public record IdFigures(
            String name,
            long rows,
            long distinct,
            double zeroIds,
            double empty,
            double meanLength,
            int maximumLength,
            Optional<Double> repeated) {}

    /// @param sessions number of them; rows of a session that lie further apart than a million other
    ///     sessions count as two
    /// @param perBatch mean over whole batches, in the order of the files, of their rows by session; over
    ///     the last, short one when there is no other
    /// @param batchSize rows of a batch
    public record SessionFigures(long sessions, double meanRows, long maximumRows, double perBatch, int batchSize) {}

    /// Reads the splits of a dataset.
    public static Inspection of(Dataset dataset, int threads, Progress progress) {
        long rows = dataset.splits().stream().mapToLong(dataset::rows).sum();
        Map<String, SplitFigures> splits = new TreeMap<>();
        try (Progress.Task task = progress.start("inspect", rows, "rows")) {
            for (String split : dataset.splits()) {
                SplitScan scan = new SplitScan(dataset.schema(), dataset.clusterBy(), BATCH);
                try (BatchReader reader = dataset.reader(split, ReadOptions.inOrder(BATCH, threads))) {
                    for (Optional<Batch> batch = reader.next(); batch.isPresent(); batch = reader.next()) {
                        scan.add(batch.get());
                        task.advance(batch.get().size());
                    }
                }
                splits.put(split, scan.figures());
            }
        }
        return new Inspection(dataset.schema(), splits, dataset.provenance());
    }
}
