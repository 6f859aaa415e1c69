package dev.herd.train.metric;

import java.util.ArrayList;
import java.util.List;

/// Whether the predicted probabilities mean what they say: `calibration = sum(p) / sum(y)`, 1 at best, above 1 when
/// the model promises too many clicks; and the same by bins of the prediction, for a reliability plot.
///
/// Bins are 0.25 wide in the logit from -10 to 10, with one more on each side, so that rare clicks are resolved as
/// well as common ones.
///
/// **Errors**: sums are compensated doubles, see [LogLoss]. NaN when no label is positive.
///
/// **Throws** `IllegalArgumentException` for a NaN logit or a label other than 0 and 1.
public final class Calibration {
    private static final int BINS_PER_LOGIT = 4;
    private static final int LARGEST_LOGIT = 10;
    private static final int BINS = 2 * LARGEST_LOGIT * BINS_PER_LOGIT + 2;

    private final Sum[] predicted = new Sum[BINS];
    private final long[] positives = new long[BINS];
    private final long[] rows = new long[BINS];
    private long count;

    public Calibration() {
        for (int bin = 0; bin < BINS; bin++) {
            predicted[bin] = new Sum();
        }
    }

    /// The rows whose prediction falls into one bin.
    ///
    /// @param predicted mean predicted probability
    /// @param observed share of positive labels
    public record Bin(double predicted, double observed, long rows) {}

    public void add(float logit, float label) {
        boolean positive = Observation.positive(logit, label, count);
        int bin = (int) Math.clamp(Math.floor((double) logit * BINS_PER_LOGIT) + BINS / 2.0, 0, BINS - 1);
        predicted[bin].add(1 / (1 + Math.exp(-(double) logit)));
        positives[bin] += positive ? 1 : 0;
        rows[bin]++;
        count++;
    }

    /// Takes over the rows of `other`, which stays as it is.
    public void merge(Calibration other) {
        for (int bin = 0; bin < BINS; bin++) {
            predicted[bin].add(other.predicted[bin]);
            positives[bin] += other.positives[bin];
            rows[bin] += other.rows[bin];
        }
        count += other.count;
    }

    /// Rows added so far.
    public long count() {
        return count;
    }

    public double value() {
        Sum promised = new Sum();
        long observed = 0;
        for (int bin = 0; bin < BINS; bin++) {
            promised.add(predicted[bin]);
            observed += positives[bin];
        }
        return observed == 0 ? Double.NaN : promised.value() / observed;
    }

    /// The bins that hold rows, by ascending prediction.
    public List<Bin> bins() {
        List<Bin> filled = new ArrayList<>();
        for (int bin = 0; bin < BINS; bin++) {
            if (rows[bin] > 0) {
                filled.add(new Bin(predicted[bin].value() / rows[bin], (double) positives[bin] / rows[bin], rows[bin]));
            }
        }
        return List.copyOf(filled);
    }
}
