package dev.herd.train.metric;

/// What every metric demands of one scored row.
final class Observation {
    private Observation() {}

    /// Checks one row and tells whether its label is positive.
    ///
    /// **Throws** `IllegalArgumentException` when the score is NaN or the label is neither 0 nor 1.
    ///
    /// @param row number of the row, from 0, for the message
    static boolean positive(float score, float label, long row) {
        if (Float.isNaN(score)) {
            throw new IllegalArgumentException("the score of row " + row
                    + " is NaN; a model that scores NaN has diverged: lower its learning rate or clip its gradients");
        }
        if (label != 0f && label != 1f) {
            throw new IllegalArgumentException(
                    "the label of row " + row + " is " + label + "; metrics of clicks need labels that are 0 or 1");
        }
        return label == 1f;
    }

    /// A number that orders as an unsigned 32-bit integer as `score` does; both zeros get the same one.
    static int orderedBits(float score) {
        int bits = Float.floatToIntBits(score + 0f);
        return bits ^ ((bits >> 31) | Integer.MIN_VALUE);
    }
}
