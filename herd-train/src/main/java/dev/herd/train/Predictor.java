package dev.herd.train;

import dev.herd.data.Batch;
import dev.herd.data.BatchReader;
import dev.herd.data.Features;
import dev.herd.data.InputException;
import dev.herd.data.Progress;
import dev.herd.data.Request;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.dataset.ReadOptions;
import dev.herd.data.dedup.DedupGroups;
import dev.herd.data.dedup.Deduplication;
import dev.herd.data.raw.FaultLog;
import dev.herd.data.raw.RawInput;
import dev.herd.data.transform.FittedFeatures;
import dev.herd.data.transform.RawBatchReader;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/// Scores rows with a trained model, and writes the scores beside what identifies the rows.
///
/// Columns of the file: `row` (number in the split, from 0) or `line` (in the raw file, from 1), session
/// and timestamp where the schema names them, each label where it is known, and for each label
/// `<label>_score`, the predicted probability. A name that ends in `.parquet` gives a Parquet file, any
/// other CSV. The file appears under its name when it is complete.
public final class Predictor {
    private static final int BATCH = 8192;

    private Predictor() {}

    /// Scores a split of a dataset.
    ///
    /// @return rows written
    /// **Throws** [InputException] when the dataset has other columns than the model was trained on.
    public static long predict(TrainedModel model, Dataset dataset, String split, Path out, Progress progress) {
        model.check(dataset.folder(), dataset.schema());
        ReadOptions order = ReadOptions.inOrder(BATCH, model.config().workers());
        DedupGroups groups = BatchGroups.of(model.config(), dataset, split, order, progress);
        try (ScoreFile file = ScoreFile.create(out, model.schema(), "row", true);
                Progress.Task task = progress.start("predict " + split, dataset.rows(split), "samples");
                BatchReader reader = dataset.reader(split, order.withGroups(groups))) {
            long rows = 0;
            for (Optional<Batch> next = reader.next(); next.isPresent(); next = reader.next()) {
                Batch batch = next.get();
                long first = rows;
                file.add(LongStream.range(first, first + batch.size()).toArray(), batch, probabilities(model, batch));
                rows += batch.size();
                task.advance(batch.size());
            }
            file.finish();
            return rows;
        }
    }

    /// Scores raw files as they are, through the transforms that were fitted for the model's dataset.
    ///
    /// @param features `Dataset.features` of the dataset that the model was trained on
    /// @param labelled whether the files have the targets too
    /// @param faults decides what happens to malformed rows
    /// @return rows written
    /// **Throws** [InputException] when the transforms give other columns than the model was trained on.
    public static long predictRaw(
            TrainedModel model,
            FittedFeatures features,
            RawInput input,
            boolean labelled,
            FaultLog faults,
            Path out,
            Progress progress) {
        model.check(Path.of(input.path()), features.schema());
        int threads = model.config().workers();
        DedupGroups groups = named(model, input);
        try (ScoreFile file = ScoreFile.create(out, model.schema(), "line", labelled);
                Progress.Task task = progress.start("predict", -1, "samples");
                RawBatchReader reader =
                        RawBatchReader.open(input, features, labelled, BATCH, threads, faults, groups)) {
            long rows = 0;
            for (Optional<Batch> next = reader.next(); next.isPresent(); next = reader.next()) {
                Batch batch = next.get();
                file.add(reader.lines(), batch, probabilities(model, batch));
                rows += batch.size();
                task.advance(batch.size());
            }
            file.finish();
            return rows;
        }
    }

    /// Metrics of a model on a split, by name, as [dev.herd.train.metric.MetricSet] orders them.
    public static Map<String, Double> evaluate(TrainedModel model, Dataset dataset, String split, Progress progress) {
        model.check(dataset.folder(), dataset.schema());
        TrainConfig config = model.config();
        ReadOptions order = ReadOptions.inOrder(BATCH, config.workers());
        DedupGroups groups = BatchGroups.of(config, dataset, split, order, progress);
        return new Evaluator(dataset, config.evaluation().auc(), BATCH, config.workers(), groups)
                .measure(model.network(), split, progress)
                .metrics();
    }

    /// A raw file is read once, so that its rows cannot choose the groups.
    private static DedupGroups named(TrainedModel model, RawInput input) {
        return switch (model.config().deduplicate()) {
            case Deduplication.None none -> DedupGroups.NONE;
            case Deduplication.Groups given -> given.dedup().check(model.schema(), input.path());
            case Deduplication.Auto auto ->
                throw new InputException(
                        input.path() + ": `auto` reads rows ahead to choose what to deduplicate, which a"
                                + " raw file does not allow; name the groups that `herd inspect DATASET --duplication`"
                                + " recommends, such as {kind: groups, groups: [[history]]}, or say none");
        };
    }

    /// Probabilities of a batch that has the model's columns, `[B*K]` row-major.
    public static float[] probabilities(TrainedModel model, Batch batch) {
        return probabilities(model, batch.features());
    }

    /// Probabilities of the n candidates of a request, `[n*K]` row-major. What the request holds once is
    /// looked up once, and once it goes through the modules that pool sequences; the result is that of
    /// rows written out, up to the rounding of these modules.
    ///
    /// **Throws** `IllegalArgumentException` when the request has other columns than the model.
    public static float[] probabilities(TrainedModel model, Request request) {
        return probabilities(model, request.features(model.schema()));
    }

    private static float[] probabilities(TrainedModel model, Features features) {
        float[] scores = model.network().score(features);
        for (int i = 0; i < scores.length; i++) {
            scores[i] = (float) (1 / (1 + Math.exp(-(double) scores[i])));
        }
        return scores;
    }
}
