package dev.herd.serve.onnx;

import static org.assertj.core.api.Assertions.assertThat;

/// How far a runtime's numbers may lie from Herd's.
final class Agreement {
    /// Largest `|a - b| / max(1, |b|)`.
    static final double TOLERANCE = 1e-5;

    private Agreement() {}

    static double largest(float[] measured, float[] expected) {
        assertThat(measured).hasSameSizeAs(expected);
        double largest = 0;
        for (int i = 0; i < expected.length; i++) {
            double difference = Math.abs((double) measured[i] - expected[i]) / Math.max(1, Math.abs(expected[i]));
            largest = difference <= largest ? largest : difference;
        }
        return largest;
    }

    static void check(String what, float[] measured, float[] expected) {
        assertThat(largest(measured, expected)).as(what).isLessThanOrEqualTo(TOLERANCE);
    }

    /// A comparison of constants would show nothing.
    static void checkVaried(String what, float[] values) {
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (float value : values) {
            least = Math.min(least, value);
            most = Math.max(most, value);
        }
        assertThat(most - least).as(what + ": spread").isGreaterThan(1e-2);
    }

    static float[] sigmoid(float[] logits) {
        float[] probabilities = new float[logits.length];
        for (int i = 0; i < logits.length; i++) {
            probabilities[i] = (float) (1 / (1 + Math.exp(-(double) logits[i])));
        }
        return probabilities;
    }
}
