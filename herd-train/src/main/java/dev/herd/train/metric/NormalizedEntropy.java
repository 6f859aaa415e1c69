package dev.herd.train.metric;

/// Normalized entropy: log loss as a share of the log loss of the best constant prediction,
/// `ne = mean loss / -(r ln r + (1-r) ln(1-r))`, where r is the label rate of the very rows evaluated.
///
/// Below 1 a model knows more than the average rate; lower is better. It is read off a [LogLoss], which is what is
/// added to and merged.
///
/// **Errors**: NaN when the rows are all positive or all negative, and without rows: there is nothing to predict then.
///
/// **Paper**: He et al., Practical Lessons from Predicting Clicks on Ads at Facebook (ADKDD 2014), section 2.
public final class NormalizedEntropy {
    private NormalizedEntropy() {}

    public static double of(LogLoss logLoss) {
        return of(logLoss.value(), logLoss.labelRate());
    }

    /// @param logLoss mean log loss of the model, in nats
    /// @param labelRate share of positive labels among the rows of that mean
    public static double of(double logLoss, double labelRate) {
        return labelRate > 0 && labelRate < 1 ? logLoss / binaryEntropy(labelRate) : Double.NaN;
    }

    /// `-(p ln p + (1-p) ln(1-p))` in nats; 0 at both ends.
    public static double binaryEntropy(double p) {
        return p <= 0 || p >= 1 ? 0 : -(p * Math.log(p) + (1 - p) * Math.log1p(-p));
    }
}
