package dev.herd.train.metric;

/// The mean binary cross entropy, in nats.
///
/// From a logit z and a label y it is computed as `max(z, 0) - z*y + log1p(exp(-|z|))` in double, which needs no
/// clipping. A probability is first clipped to `[1e-7, 1 - 1e-7]`, the customary bound of CTR benchmarks.
///
/// **Errors**: each term is right to a few units in the last place of a double; the sum is compensated, so that the
/// order of rows and the splits before [#merge] change the value by less than 1e-14 of it. NaN without rows.
///
/// **Throws** `IllegalArgumentException` for a NaN or infinite logit, a probability outside `[0, 1]`, or a label other
/// than 0 and 1.
public final class LogLoss {
    /// How close to 0 and 1 a probability may come.
    public static final double PROBABILITY_CLIP = 1e-7;

    private final Sum losses = new Sum();
    private long positives;
    private long rows;

    public void add(float logit, float label) {
        boolean positive = Observation.positive(logit, label, rows);
        if (Float.isInfinite(logit)) {
            throw new IllegalArgumentException("the logit of row " + rows
                    + " is infinite; a model that scores infinity has diverged: lower its learning rate or clip its"
                    + " gradients");
        }
        double loss = Math.max(logit, 0d) - (positive ? logit : 0d) + Math.log1p(Math.exp(-Math.abs((double) logit)));
        count(loss, positive);
    }

    public void addProbability(float probability, float label) {
        boolean positive = Observation.positive(probability, label, rows);
        if (probability < 0 || probability > 1) {
            throw new IllegalArgumentException("the probability of row " + rows + " is " + probability
                    + "; it must lie in [0, 1]; add logits with add(logit, label)");
        }
        double p = Math.clamp((double) probability, PROBABILITY_CLIP, 1 - PROBABILITY_CLIP);
        count(positive ? -Math.log(p) : -Math.log1p(-p), positive);
    }

    private void count(double loss, boolean positive) {
        losses.add(loss);
        positives += positive ? 1 : 0;
        rows++;
    }

    /// Takes over the rows of `other`, which stays as it is.
    public void merge(LogLoss other) {
        losses.add(other.losses);
        positives += other.positives;
        rows += other.rows;
    }

    /// Rows added so far.
    public long count() {
        return rows;
    }

    public double value() {
        return rows == 0 ? Double.NaN : losses.value() / rows;
    }

    /// The share of positive labels, for example the click-through rate. NaN without rows.
    public double labelRate() {
        return rows == 0 ? Double.NaN : (double) positives / rows;
    }
}
