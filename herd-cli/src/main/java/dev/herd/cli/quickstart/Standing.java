package dev.herd.cli.quickstart;

import dev.herd.data.synthetic.Truth;
import dev.herd.train.TrainResult;

/// How a contender came out, measured on the test split.
///
/// @param gapClosed part of the way from the base rate (NE 1) to the best possible NE
record Standing(String name, double auc, double logloss, double ne, double gapClosed, double samplesPerSecond) {
    static Standing of(Contender contender, TrainResult result, Truth truth) {
        double ne = measured(result, "ne");
        return new Standing(
                contender.title(),
                measured(result, "auc"),
                measured(result, "logloss"),
                ne,
                truth.gapClosed("test", ne),
                result.samplesPerSecond());
    }

    private static double measured(TrainResult result, String metric) {
        return result.test().getOrDefault(metric, Double.NaN);
    }
}
