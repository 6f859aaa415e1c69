package dev.herd.data.inspect;

import dev.herd.data.Batch;
import dev.herd.data.BatchReader;
import dev.herd.data.InverseKeyedJaggedTensor;
import dev.herd.data.Progress;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.dataset.ReadOptions;
import dev.herd.data.dedup.DedupGroups;
import dev.herd.data.dedup.Deduplication;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// How often the features of a dataset repeat within batches, and which of them to deduplicate together.
///
/// A feature is recommended when its measured factor reaches the threshold and deduplication makes it
/// smaller, the map included. Recommended features share a group when they change together: of the rows
/// that repeat in either, 95 % must repeat in both, and one map for both must save more than the rest
/// costs. The pair that saves most is joined first. A group must save some bytes of every row: a feature
/// of one id alone never saves more than 12, and a lookup of it costs no more than finding out that it
/// repeats. A feature whose distinct rows slide is recommended as windows from the same threshold on: ids of
/// its distinct rows over ids of the lists that they slide over.
///
/// @param rows measured: the first of the split, in the order of the options
/// @param batchSize rows of a batch; a session's rows that fall into different batches do not repeat one
///     another
/// @param sessionRows S, rows of a session in a batch, on average; empty without a session column
/// @param threshold factor from which on a feature is recommended
/// @param bytesPerRow that a group must save to be recommended
/// @param bytes of the id features of all batches, every row written out
/// @param groups recommended
/// @param windows features of the groups that are recommended as windows
///
/// **Paper**: RecD (arXiv 2211.05239), the dedupe factor and the choice of features by it.
public record Duplication(
        String split,
        long rows,
        int batchSize,
        boolean shuffled,
        Optional<Double> sessionRows,
        double threshold,
        double bytesPerRow,
        long bytes,
        List<FeatureFigures> features,
        List<GroupFigures> groups,
        List<String> windows) {

    /// @param meanLength l, ids of a row on average
    /// @param unchanged d, share of rows, among those that follow another row of their session in the
    ///     batch, with the values of that row; without a session column, among those that follow any row
    /// @param predicted factor S / (1 + (S-1)(1-d)); empty without a session column
    /// @param measured factor: ids of all batches over ids of their distinct rows
    /// @param windows factor if rows that slide over the row before were windows of one list besides, as in
    /// [WindowedJaggedTensor]: for lookups and transforms of single ids
    /// @param bytes written out
    /// @param saved bytes that deduplicating the feature alone saves, its map included; negative when it
    ///     costs more
    public record FeatureFigures(
            String name,
            double meanLength,
            double unchanged,
            Optional<Double> predicted,
            double measured,
            double windows,
            long bytes,
            long saved) {}

    /// @param factor ids of all batches over ids of their distinct rows
    /// @param uniqueRows share of rows that are distinct within their batch
    /// @param bytes written out
    /// @param saved bytes that deduplicating the group saves, its map included
    public record GroupFigures(List<String> features, double factor, double uniqueRows, long bytes, long saved) {}

    /// The factor that the paper's formula predicts.
    ///
    /// @param sessionRows S
    /// @param unchanged d
    public static double predicted(double sessionRows, double unchanged) {
        return sessionRows / (1 + (sessionRows - 1) * (1 - unchanged));
    }

    /// The groups of [#groups].
    public DedupGroups recommended() {
        return DedupGroups.of(groups.stream().map(GroupFigures::features).toList(), windows);
    }

    /// Bytes that all recommended groups save together.
    public long saved() {
        return groups.stream().mapToLong(GroupFigures::saved).sum();
    }

    /// Reads the first rows of a split, once to choose groups and once more to measure these.
    ///
    /// @param options order and batches, those of the training that is to come
    /// @param effort rows to read at most, and the threshold
    public static Duplication of(
            Dataset dataset, String split, ReadOptions options, Deduplication.Auto effort, Progress progress) {
        ReadOptions plain = options.withGroups(DedupGroups.NONE);
        long rows = Math.min(dataset.rows(split), effort.rows());
        try (Progress.Task task = progress.start("measure duplication", 2 * rows, "rows")) {
            DuplicationScan scan = new DuplicationScan(dataset.schema());
            read(dataset, split, plain, rows, task, scan::add);
            DedupGroups chosen = scan.chosen(effort);
            GroupScan groups = new GroupScan(chosen);
            if (!chosen.isEmpty()) {
                read(dataset, split, options.withGroups(chosen), rows, task, groups::add);
            }
            return new Duplication(
                    split,
                    scan.rows(),
                    options.batchSize(),
                    options.shuffle(),
                    scan.sessionRows(),
                    effort.threshold(),
                    effort.bytesPerRow(),
                    scan.bytes(),
                    scan.figures(),
                    groups.figures(),
                    chosen.windows());
        }
    }

    /// The groups that a choice stands for.
    public static DedupGroups groups(
            Deduplication choice, Dataset dataset, String split, ReadOptions options, Progress progress) {
        return switch (choice) {
            case Deduplication.None none -> DedupGroups.NONE;
            case Deduplication.Groups given -> given.dedup().check(dataset.schema(), dataset.folder());
            case Deduplication.Auto auto ->
                of(dataset, split, options, auto, progress).recommended();
        };
    }

    private static void read(
            Dataset dataset, String split, ReadOptions options, long rows, Progress.Task task, Consumer<Batch> sink) {
        long left = rows;
        try (BatchReader reader = dataset.reader(split, options)) {
            for (Optional<Batch> next = reader.next(); next.isPresent() && left > 0; next = reader.next()) {
                Batch batch =
                        next.get().size() <= left ? next.get() : next.get().slice(0, (int) left);
                sink.accept(batch);
                left -= batch.size();
                task.advance(batch.size());
            }
        }
    }

    /// Adds up what groups save.
    private static final class GroupScan {
        private final DedupGroups groups;
        private final long[] uniqueRows;
        private final long[] ids;
        private final long[] uniqueIds;
        private final long[] bytes;
        private final long[] saved;
        private long rows;

        GroupScan(DedupGroups groups) {
            this.groups = groups;
            int count = groups.groups().size();
            uniqueRows = new long[count];
            ids = new long[count];
            uniqueIds = new long[count];
            bytes = new long[count];
            saved = new long[count];
        }

        void add(Batch batch) {
            rows += batch.size();
            for (int g = 0; g < uniqueRows.length; g++) {
                InverseKeyedJaggedTensor group = batch.features().groups().get(g);
                uniqueRows[g] += group.uniqueRows();
                ids[g] += group.expandedIds();
                uniqueIds[g] += group.unique().values().length;
                bytes[g] += group.expandedBytes();
                saved[g] += group.expandedBytes() - group.bytes();
            }
        }

        List<GroupFigures> figures() {
            List<GroupFigures> figures = new ArrayList<>();
            for (int g = 0; g < uniqueRows.length; g++) {
                figures.add(new GroupFigures(
                        groups.groups().get(g),
                        DuplicationScan.factor(ids[g], uniqueIds[g]),
                        (double) uniqueRows[g] / rows,
                        bytes[g],
                        saved[g]));
            }
            return figures;
        }
    }
}
