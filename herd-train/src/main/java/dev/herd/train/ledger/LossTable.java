package dev.herd.train.ledger;

import dev.herd.data.Batch;
import dev.herd.data.InputException;
import dev.herd.train.TrainedModel;
import dev.herd.train.metric.NormalizedEntropy;
import java.nio.file.Path;

/// Normalized losses of rows: each row's log loss divided by its task's entropy, averaged over the tasks,
/// so that their mean is the normalized entropy.
final class LossTable {
    private static final int AT_ONCE = 8192;

    private final TrainedModel model;
    private final double[] entropies;

    private LossTable(TrainedModel model, double[] entropies) {
        this.model = model;
        this.entropies = entropies;
    }

    /// **Throws** [InputException] when all rows have the same label.
    static LossTable of(TrainedModel model, Batch rows, Path dataset, String split) {
        int tasks = model.schema().labels().size();
        double[] entropies = new double[tasks];
        for (int task = 0; task < tasks; task++) {
            double positives = 0;
            for (int row = 0; row < rows.size(); row++) {
                positives += rows.labels()[row * tasks + task];
            }
            entropies[task] = NormalizedEntropy.binaryEntropy(positives / rows.size());
            if (entropies[task] == 0) {
                throw InputException.of(
                        dataset,
                        "all " + rows.size() + " rows of split '" + split + "' have the same label '"
                                + model.schema().labels().get(task) + "'; measure more rows, or another split");
            }
        }
        return new LossTable(model, entropies);
    }

    double[] losses(Batch rows) {
        int tasks = entropies.length;
        double[] losses = new double[rows.size()];
        for (int first = 0; first < rows.size(); first += AT_ONCE) {
            Batch part = rows.slice(first, Math.min(rows.size(), first + AT_ONCE));
            float[] logits = model.logits(part);
            for (int i = 0; i < logits.length; i++) {
                double z = logits[i];
                double loss = Math.max(z, 0) - z * part.labels()[i] + Math.log1p(Math.exp(-Math.abs(z)));
                losses[first + i / tasks] += loss / entropies[i % tasks] / tasks;
            }
        }
        return losses;
    }

    static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }
}
