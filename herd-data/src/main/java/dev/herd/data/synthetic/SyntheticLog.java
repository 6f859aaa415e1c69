package dev.herd.data.synthetic;

import dev.herd.data.FeatureSchema;
import dev.herd.data.Progress;
import dev.herd.data.config.Config;
import dev.herd.data.config.Doc;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.dataset.DatasetWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/// A click log made to measure: sessions of users over items of power-law popularity, and labels drawn
/// from click probabilities that are planted and therefore known, which makes the best possible loss known
/// too.
///
/// The logit of a click is a constant plus a sum of products: each product multiplies hidden numbers
/// ("traits") that the values of one to eight features carry, so an interaction of order k is one that no
/// model of fewer features at a time can see. The label is one draw from the resulting probability; there
/// is no other randomness in it.
///
/// Every row is a function of the configuration and its own number: the same log comes out for any number
/// of threads, and memory does not grow with the number of rows.
///
/// ```java
/// SyntheticLog.write(SyntheticLog.Config.defaults(), Path.of("log"), 2, Progress.SILENT);
/// double best = Truth.read(Path.of("log")).orElseThrow().bestNe("test");
/// ```
public final class SyntheticLog {
    private SyntheticLog() {}

    /// What the log looks like. The defaults make the log of `herd quickstart`.
    public record Config(
            @Doc("decides every draw; another seed makes another log of the same kind")
            long seed,

            @Doc("rows of the whole log") long rows,
            @Doc("users, items and sessions") Traffic traffic,
            @Doc("the columns beside user and item") LogFeatures features,
            @Doc("what a click depends on") PlantedLabel label,

            @Doc("share of rows in the validation split, which follows train in time")
            double validation,

            @Doc("share of rows in the test split, the last in time")
            double test) {
        public static Config defaults() {
            return new Config(
                    1, 1_000_000, Traffic.defaults(), LogFeatures.defaults(), PlantedLabel.defaults(), 0.1, 0.1);
        }

        public Config {
            if (rows < 1) {
                throw new IllegalArgumentException("rows must be positive, got " + rows);
            }
            if (!(validation >= 0 && test >= 0 && validation + test <= 1)) {
                throw new IllegalArgumentException("validation and test are shares and must add up to at most 1, got "
                        + validation + " and " + test);
            }
            if (label.interest().share() > 0 && features.history() == 0) {
                throw new IllegalArgumentException("label.interest needs a history; set features.history above 0");
            }
            int columns = Column.of(traffic, features).size();
            for (PlantedLabel.Interactions group : label.interactions()) {
                if (group.order() > columns) {
                    throw new IllegalArgumentException(
                            "an interaction of order " + group.order() + " needs as many features, this log has "
                                    + columns + "; add categories or lower the order");
                }
            }
        }
    }

    /// The schema of the log's rows.
    public static FeatureSchema schema(Config config) {
        return Column.schema(Column.of(config.traffic(), config.features()));
    }

    /// Makes the log block by block, in order of time, without writing it anywhere.
    ///
    /// @param threads that make blocks; they change the speed, never the rows
    /// @return what is known of the log
    public static Truth generate(Config config, int threads, Consumer<LogBlock> sink) {
        Map<String, TruthTally> tallies = new LinkedHashMap<>();
        try (BlockPipeline pipeline = BlockPipeline.create(new LogGenerator(config), threads)) {
            while (pipeline.hasNext()) {
                LogBlock block = pipeline.next();
                tallies.computeIfAbsent(block.split(), split -> new TruthTally())
                        .add(block);
                sink.accept(block);
            }
        }
        Map<String, Truth.Split> splits = new LinkedHashMap<>();
        tallies.forEach((split, tally) -> splits.put(split, tally.truth()));
        return new Truth(config, splits);
    }

    /// Writes the log as a dataset folder with the splits train, validation and test, and its [Truth]
    /// beside them.
    ///
    /// **Throws** [InputException] when the folder exists or the disk is full.
    public static Dataset write(Config config, Path folder, int threads, Progress progress) {
        try (DatasetWriter writer = DatasetWriter.create(folder, schema(config));
                Progress.Task task = progress.start("generate", config.rows(), "rows")) {
            Truth truth = generate(config, threads, block -> {
                writer.write(block.split(), block.batch());
                task.advance(block.batch().size());
            });
            truth.write(writer.folder());
            writer.note("source", "synthetic click log, see " + Truth.FILE);
            writer.note("seed", Long.toString(config.seed()));
            truth.splits()
                    .forEach((split, known) -> writer.note("best_ne_" + split, Double.toString(known.realizedNe())));
            return writer.finish();
        }
    }
}
