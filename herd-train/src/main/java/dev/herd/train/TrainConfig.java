package dev.herd.train;

import dev.herd.data.config.Doc;
import dev.herd.data.config.Subtree;
import dev.herd.data.dedup.Deduplication;
import dev.herd.embedding.Decay;
import dev.herd.embedding.EmbeddingOptimizer;
import dev.herd.embedding.OutOfRange;
import dev.herd.embedding.PoolingType;
import dev.herd.embedding.RowFormat;
import dev.herd.embedding.RowInit;
import dev.herd.nn.LearningRateConfig;
import dev.herd.nn.Numerics;
import dev.herd.nn.OptimizerConfig;
import dev.herd.train.metric.AucKind;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Everything that decides a training run.
///
/// ```java
/// TrainConfig config = Presets.read(Path.of("train.yaml"), List.of("model.layers=4"));
/// TrainResult result = Trainer.train(config, Progress.SILENT);
/// ```
public record TrainConfig(
        @Doc("named settings to start from: bars, one-pass; the other keys are laid over them") @Nullable
        String preset,

        @Doc("folder made by `herd prepare` or `herd generate`")
        Path dataset,

        @Doc("name and keys of the model; `herd models` lists them")
        Subtree model,

        @Doc("folder of a finished run of the same model, whose weights this run starts from; null for random ones")
        @Nullable
        Path from,

        @Doc("embedding tables") Tables tables,
        @Doc("the network above the tables") Dense dense,

        @Doc("formats of the operands of the network's matrix products")
        Numerics numerics,

        @Doc("learning rate over the run, of the network and, in proportion, of the tables")
        LearningRateConfig learningRate,

        @Doc("what training minimizes") Loss loss,
        @Doc("passes over the training split") int epochs,

        @Doc("steps after which the run ends if its passes have not; 0 for no such limit")
        long steps,

        @Doc("rows of one step") int batchSize,

        @Doc("whether each epoch reads the rows in a new random order")
        boolean shuffle,

        @Doc("id features whose equal rows a batch holds once: none, auto, or groups of them")
        Deduplication deduplicate,

        @Doc("limit on the norm of all gradients together; 0 for none")
        double gradientNorm,

        @Doc("when and on what to measure") Evaluation evaluation,

        @Doc("what follows when the monitored metric no longer improves")
        Stopping stopping,

        @Doc("what to save on the way") Checkpoints checkpoints,

        @Doc("the same seed gives the same weights, bit by bit")
        long seed,

        @Doc("threads that compute, and as many that read; 0 for one per core")
        int threads,

        @Doc("parts in which a batch is differentiated, each on a thread of its own; they decide the order of sums,"
                + " threads do not; 0 for 2, or 1 under batch normalization, which needs whole batches")
        int slices,

        @Doc("steps between two lines of metrics.jsonl") int logEvery,

        @Doc("folder of the run; by default runs/<model>-<time>") @Nullable
        Path output) {

    public TrainConfig {
        positive("epochs", epochs);
        notNegative("steps", steps);
        positive("batch_size", batchSize);
        positive("log_every", logEvery);
        notNegative("gradient_norm", gradientNorm);
        notNegative("threads", threads);
        notNegative("slices", slices);
    }

    public static TrainConfig defaults() {
        return new TrainConfig(
                null,
                Path.of("dataset"),
                Subtree.of("dcnv2"),
                null,
                Tables.defaults(),
                Dense.defaults(),
                Numerics.FP32,
                LearningRateConfig.defaults(),
                Loss.BCE,
                1,
                0,
                1024,
                true,
                new Deduplication.None(),
                0,
                Evaluation.defaults(),
                Stopping.defaults(),
                Checkpoints.defaults(),
                1,
                0,
                0,
                100,
                null);
    }

    /// What training minimizes, as a mean over rows and tasks.
    public enum Loss {
        /// cross-entropy of labels 0 and 1
        BCE,
        /// squared difference of label and output
        MSE
    }

    /// How embedding tables start and learn.
    ///
    /// @param rate null for the network's
    public record Tables(
            @Doc("how rows learn") EmbeddingOptimizer optimizer,

            @Doc("full learning rate of the tables; by default the network's") @Nullable
            Double rate,

            @Doc("first values of the rows") RowInit init,

            @Doc("how the ids of a multi-valued feature become one row")
            PoolingType pooling,

            @Doc("how rows are stored") RowFormat precision,
            @Doc("what happens to ids outside their table") OutOfRange outOfRange) {
        public Tables {
            notNegative("rate", rate == null ? 0 : rate);
        }

        public static Tables defaults() {
            return new Tables(
                    new EmbeddingOptimizer.ExactAdam(0.9, 0.999, 1e-8, Decay.NONE),
                    null,
                    RowInit.normal(1e-2),
                    PoolingType.SUM,
                    RowFormat.FP32,
                    OutOfRange.FAIL);
        }
    }

    /// How the network's parameters learn.
    public record Dense(@Doc("how parameters learn") OptimizerConfig optimizer) {
        public static Dense defaults() {
            return new Dense(OptimizerConfig.Adam.defaults());
        }
    }

    /// When and on what to measure.
    ///
    /// @param split null for no evaluation on the way
    /// @param test null for none at the end
    public record Evaluation(
            @Doc("split to measure on the way") @Nullable String split,

            @Doc("split to measure at the end, with the weights that are kept") @Nullable
            String test,

            @Doc("steps between two evaluations; 0 for one at the end of each epoch")
            long everySteps,

            @Doc("metric that decides: auc, gauc, logloss, ne, calibration, or task/metric; several tasks are averaged")
            String monitor,

            @Doc("exact keeps all scores, streaming has a stated error bound")
            AucKind auc,

            @Doc("rows scored at once") int batchSize) {
        public Evaluation {
            notNegative("every_steps", everySteps);
            positive("batch_size", batchSize);
        }

        private Evaluation every(long steps) {
            return new Evaluation(split, test, steps, monitor, auc, batchSize);
        }

        /// The monitored value among the metrics of an evaluation: that metric, or its mean over the tasks.
        ///
        /// **Throws** `IllegalArgumentException` with the names there are when there is none.
        public double monitored(Map<String, Double> metrics) {
            return Monitor.value(monitor, metrics);
        }

        /// Whether a smaller monitored value is the better one.
        public boolean lowerIsBetter() {
            return Monitor.lowerIsBetter(monitor);
        }

        public static Evaluation defaults() {
            return new Evaluation("validation", "test", 0, "auc", AucKind.EXACT, 8192);
        }
    }

    /// What follows when the monitored metric no longer improves.
    public record Stopping(
            @Doc("evaluations without improvement after which training ends; 0 to go on to the end")
            int patience,

            @Doc("least change that counts as improvement") double minDelta,

            @Doc("whether the run ends with the weights of the best evaluation")
            boolean restoreBest) {
        public Stopping {
            notNegative("patience", patience);
            notNegative("min_delta", minDelta);
        }

        public static Stopping defaults() {
            return new Stopping(0, 1e-6, true);
        }
    }

    /// What to save on the way, from which a killed run goes on.
    public record Checkpoints(
            @Doc("steps between two checkpoints, beside those at evaluations; 0 for none")
            long everySteps,

            @Doc("how many of the newest to keep, the best one aside")
            int keep) {
        public Checkpoints {
            notNegative("every_steps", everySteps);
            positive("keep", keep);
        }

        public static Checkpoints defaults() {
            return new Checkpoints(0, 2);
        }
    }

    /// Full learning rate of the tables.
    double tableRate() {
        Double own = tables.rate();
        return own == null ? learningRate.rate() : own;
    }

    /// Threads to use, resolved.
    int workers() {
        return threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
    }

    /// The same run in another folder.
    public TrainConfig withOutput(Path folder) {
        return with(numerics, deduplicate, evaluation, threads, folder);
    }

    /// The same run with its matrix products in other formats.
    public TrainConfig withNumerics(Numerics formats) {
        return with(formats, deduplicate, evaluation, threads, output);
    }

    /// The same run on so many threads; its results are the same.
    public TrainConfig withThreads(int count) {
        return with(numerics, deduplicate, evaluation, count, output);
    }

    /// The same run, measured every so many steps.
    public TrainConfig withEvaluationEvery(long steps) {
        return with(numerics, deduplicate, evaluation.every(steps), threads, output);
    }

    /// The same run, its batches deduplicated in another way; its results are the same up to rounding.
    public TrainConfig withDeduplicate(Deduplication choice) {
        return with(numerics, choice, evaluation, threads, output);
    }

    private TrainConfig with(
            Numerics formats, Deduplication choice, Evaluation measured, int count, @Nullable Path folder) {
        return new TrainConfig(
                preset,
                dataset,
                model,
                from,
                tables,
                dense,
                formats,
                learningRate,
                loss,
                epochs,
                steps,
                batchSize,
                shuffle,
                choice,
                gradientNorm,
                measured,
                stopping,
                checkpoints,
                seed,
                count,
                slices,
                logEvery,
                folder);
    }

    private static void positive(String key, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(key + " must be positive, got " + value);
        }
    }

    private static void notNegative(String key, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(key + " must not be negative, got " + value);
        }
    }
}
