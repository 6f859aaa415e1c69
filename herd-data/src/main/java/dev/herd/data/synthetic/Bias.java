package dev.herd.data.synthetic;

/// The constant part of the planted logit.
final class Bias {
    private Bias() {}

    /// The bias under which the mean click probability of the sample is `rate`, by bisection to double precision.
    static double forRate(double rate, double[] logits) {
        double low = -60;
        double high = 60;
        for (int step = 0; step < 60; step++) {
            double middle = 0.5 * (low + high);
            if (meanProbability(logits, middle) < rate) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return 0.5 * (low + high);
    }

    private static double meanProbability(double[] logits, double bias) {
        double sum = 0;
        for (double logit : logits) {
            sum += 1 / (1 + Math.exp(-logit - bias));
        }
        return sum / logits.length;
    }
}
