package dev.herd.train;

import dev.herd.data.Batch;
import dev.herd.data.BatchReader;
import dev.herd.data.Progress;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.dataset.ReadOptions;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;

/// Writes a model's scores for every row of a split beside what identifies the row.
///
/// Columns: `row` (number in the split, from 0), the session and timestamp where the schema names them, each label, and
/// for each label `<label>_score`, the predicted probability. The file appears under its name when it is complete.
public final class Predictor {
    private static final int BATCH = 8192;

    private Predictor() {}

    /// Scores a split into a CSV file.
    ///
    /// @return rows written
    /// **Throws** [InputException] when the dataset has other columns than the model was trained on.
    public static long predict(TrainedModel model, Dataset dataset, String split, Path csv, Progress progress) {
        model.check(dataset.folder(), dataset.schema());
        Path unfinished = csv.resolveSibling(csv.getFileName() + ".incomplete");
        long rows = 0;
        try (BufferedWriter out = Files.newBufferedWriter(unfinished, StandardCharsets.UTF_8);
                Progress.Task task = progress.start("predict " + split, dataset.rows(split), "samples");
                BatchReader reader = dataset.reader(
                        split, ReadOptions.inOrder(BATCH, model.config().workers()))) {
            ScoreTable table = new ScoreTable(model.schema(), out);
            table.header();
            for (Optional<Batch> next = reader.next(); next.isPresent(); next = reader.next()) {
                table.rows(rows, next.get(), model.network().score(next.get()));
                rows += next.get().size();
                task.advance(next.get().size());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(csv + ": cannot be written: " + e.getMessage(), e);
        }
        move(unfinished, csv);
        return rows;
    }

    private static void move(Path from, Path to) {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(to + ": cannot be written: " + e.getMessage(), e);
        }
    }

    /// Metrics of a model on a split, by name.
    public static Map<String, Double> evaluate(TrainedModel model, Dataset dataset, String split, Progress progress) {
        model.check(dataset.folder(), dataset.schema());
        return new Evaluator(
                        dataset,
                        model.config().evaluation().auc(),
                        BATCH,
                        model.config().workers())
                .measure(model.network(), split, progress)
                .metrics();
    }

    /// Probabilities of a batch that has the model's columns, `[B*K]` row-major.
    public static float[] probabilities(TrainedModel model, Batch batch) {
        float[] scores = model.network().score(batch);
        for (int i = 0; i < scores.length; i++) {
            scores[i] = ScoreTable.probability(scores[i]);
        }
        return scores;
    }
}
