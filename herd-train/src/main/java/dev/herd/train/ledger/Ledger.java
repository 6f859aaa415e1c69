package dev.herd.train.ledger;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.herd.data.Batch;
import dev.herd.data.BatchReader;
import dev.herd.data.InputException;
import dev.herd.data.Progress;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.dataset.ReadOptions;
import dev.herd.embedding.EmbeddingBagCollection;
import dev.herd.embedding.EmbeddingTable;
import dev.herd.train.TrainedModel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The price and the worth of each feature of a trained model.
///
/// Worth is permutation importance: the normalized entropy lost when the feature's values change places
/// among the rows. Features that tell the same thing share their worth: each alone seems to be worth
/// little.
///
/// ```java
/// try (TrainedModel model = TrainedModel.open(run, 2)) {
///     Ledger ledger = Ledger.measure(model, dataset, "validation", new Ledger.Effort(100_000, 3, 1), progress);
/// }
/// ```
///
/// @param rows measured
/// @param entropy normalized entropy of the model on them
/// @param features the most important first
/// @param tables in the model's order
/// **Paper**: Breiman, Random Forests (2001), section 10; per-row differences as in Fisher, Rudin,
/// Dominici (2019).
public record Ledger(String split, long rows, int repeats, double entropy, List<Feature> features, List<Table> tables) {
    private static final int TIMED_ROWS = 8192;
    private static final int READ = 8192;

    public Ledger {
        features = List.copyOf(features);
        tables = List.copyOf(tables);
    }

    /// How much to measure.
    ///
    /// @param rows at most, drawn by the seed where the split has more
    /// @param repeats permutations of each feature
    public record Effort(int rows, int repeats, long seed) {
        public Effort {
            if (rows < 2 || repeats < 1) {
                throw new IllegalArgumentException(
                        "rows must be at least 2 and repeats at least 1, got " + rows + " and " + repeats);
            }
        }
    }

    /// A feature.
    ///
    /// @param kind `dense`, `single`, `multi` or `sequence`
    /// @param tables that it is looked up in
    /// @param bytes of weights and optimizer state of these tables; of a shared table in full
    /// @param lookupShare of the time of all lookups
    /// @param lost normalized entropy lost when it is shuffled, a mean over the repeats
    /// @param spread standard deviation of that over the repeats; 0 for one
    /// @param standardError of `lost`, from the differences row by row
    public record Feature(
            String name,
            String kind,
            List<String> tables,
            long tableRows,
            long bytes,
            double lookupShare,
            double lost,
            double spread,
            double standardError) {
        public Feature {
            tables = List.copyOf(tables);
        }

        /// Normalized entropy lost a megabyte (10^6 bytes); NaN without tables.
        @JsonProperty
        public double lostPerMegabyte() {
            return bytes == 0 ? Double.NaN : lost / (bytes / 1e6);
        }
    }

    /// A table.
    ///
    /// @param stateBytes of its optimizer while training
    public record Table(
            String name,
            List<String> features,
            long rows,
            int dim,
            long weightBytes,
            long stateBytes,
            double nanosPerRow,
            double lookupShare) {
        public Table {
            features = List.copyOf(features);
        }
    }

    /// Measures a model on a split.
    ///
    /// **Throws** [InputException] when the dataset has other columns than the model was trained on, or
    /// all rows the same label.
    public static Ledger measure(TrainedModel model, Dataset dataset, String split, Effort effort, Progress progress) {
        model.check(dataset.folder(), dataset.schema());
        Batch rows = read(model, dataset, split, effort);
        LossTable losses = LossTable.of(model, rows, dataset.folder(), split);
        List<Table> tables = tables(model, rows.slice(0, Math.min(rows.size(), TIMED_ROWS)));
        double[] plain = losses.losses(rows);
        int dense = model.schema().dense().size();
        int sparse = model.schema().sparse().size();
        List<Feature> features = new ArrayList<>();
        long total = (long) (dense + sparse) * effort.repeats() * rows.size();
        try (Progress.Task task = progress.start("shuffle features", total, "samples")) {
            for (int i = 0; i < dense; i++) {
                int input = i;
                Loss loss = loss(losses, plain, effort, task, order -> FeatureShuffle.dense(rows, input, order));
                features.add(priced(model.schema().dense().get(i).name(), "dense", List.of(), loss));
            }
            for (int i = 0; i < sparse; i++) {
                String name = model.schema().sparse().get(i).name();
                List<String> moved = together(model, name);
                Loss loss = loss(losses, plain, effort, task, order -> shuffled(rows, moved, order));
                String kind = model.schema().sparse().get(i).arity().name().toLowerCase(java.util.Locale.ROOT);
                features.add(priced(
                        name,
                        kind,
                        tables.stream()
                                .filter(table -> table.features().contains(name))
                                .toList(),
                        loss));
            }
        }
        features.sort(Comparator.comparingDouble(Feature::lost).reversed());
        return new Ledger(split, rows.size(), effort.repeats(), LossTable.mean(plain), features, tables);
    }

    /// The features that change places with one: the sequences that a module reads place by place, or itself.
    private static List<String> together(TrainedModel model, String feature) {
        return model.tables().keySet().stream()
                .flatMap(group -> group.parallel().stream())
                .filter(list -> list.contains(feature))
                .findFirst()
                .orElse(List.of(feature));
    }

    private static Batch shuffled(Batch rows, List<String> features, int[] order) {
        Batch moved = rows;
        for (String feature : features) {
            moved = FeatureShuffle.sparse(moved, rows.features().keys().indexOf(feature), order);
        }
        return moved;
    }

    private record Loss(double mean, double spread, double standardError) {}

    private interface Shuffle {
        Batch by(int[] order);
    }

    /* The repeats share the unshuffled rows, so their spread alone would be too small an error: chance in which rows
     * were measured counts too, and shows in the differences row by row. */
    private static Loss loss(LossTable table, double[] plain, Effort effort, Progress.Task task, Shuffle shuffle) {
        double[] difference = new double[plain.length];
        double[] means = new double[effort.repeats()];
        for (int repeat = 0; repeat < means.length; repeat++) {
            double[] shuffled = table.losses(shuffle.by(FeatureShuffle.order(plain.length, effort.seed(), repeat)));
            for (int row = 0; row < plain.length; row++) {
                difference[row] += (shuffled[row] - plain[row]) / means.length;
                means[repeat] += (shuffled[row] - plain[row]) / plain.length;
            }
            task.advance(plain.length);
        }
        return new Loss(LossTable.mean(difference), deviation(means), deviation(difference) / Math.sqrt(plain.length));
    }

    private static double deviation(double[] values) {
        double mean = LossTable.mean(values);
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        return values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1));
    }

    private static Feature priced(String name, String kind, List<Table> tables, Loss loss) {
        return new Feature(
                name,
                kind,
                tables.stream().map(Table::name).toList(),
                tables.stream().mapToLong(Table::rows).max().orElse(0),
                tables.stream()
                        .mapToLong(table -> table.weightBytes() + table.stateBytes())
                        .sum(),
                tables.stream().mapToDouble(Table::lookupShare).sum(),
                loss.mean(),
                loss.spread(),
                loss.standardError());
    }

    private static List<Table> tables(TrainedModel model, Batch batch) {
        Map<String, Double> nanos = new LinkedHashMap<>(LookupClock.nanosPerRow(model, batch));
        double all = nanos.values().stream().mapToDouble(n -> n).sum();
        List<Table> tables = new ArrayList<>();
        for (EmbeddingBagCollection collection : model.collections().values()) {
            for (EmbeddingTable table : collection.tables()) {
                List<String> features = new ArrayList<>(table.config().features());
                table.config().sequences().forEach(sequence -> features.add(sequence.feature()));
                long state = model.config().tables().optimizer().states().stream()
                        .mapToLong(kind -> table.rows() * kind.width(table.dim()) * Float.BYTES)
                        .sum();
                double own = nanos.getOrDefault(table.name(), Double.NaN);
                tables.add(new Table(
                        table.name(),
                        features,
                        table.rows(),
                        table.dim(),
                        table.weights().byteSize(),
                        state,
                        own,
                        own / all));
            }
        }
        return tables;
    }

    private static Batch read(TrainedModel model, Dataset dataset, String split, Effort effort) {
        long there = dataset.rows(split);
        if (there == 0) {
            throw InputException.of(dataset.folder(), "split '" + split + "' has no rows to measure");
        }
        ReadOptions options = new ReadOptions(
                READ,
                there > effort.rows(),
                effort.seed(),
                0,
                Math.max(1, model.config().threads()),
                0,
                false);
        List<Batch> batches = new ArrayList<>();
        int rows = 0;
        try (BatchReader reader = dataset.reader(split, options)) {
            for (Optional<Batch> next = reader.next(); next.isPresent() && rows < effort.rows(); next = reader.next()) {
                int take = Math.min(next.get().size(), effort.rows() - rows);
                batches.add(take == next.get().size() ? next.get() : next.get().slice(0, take));
                rows += take;
            }
        }
        return Batch.stack(batches);
    }
}
