package dev.herd.train;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the evaluations so far mean for the run: the best one, and how many in a row brought nothing. The
/// decisions are those of FuxiCTR's trainer: an evaluation that does not beat the best by `minDelta`
/// counts one, and ends the run when the count reaches the patience; one that does sets the count to zero.
///
/// @param best gain of the best evaluation, null before the first
/// @param bestStep its step
/// @param stalled evaluations in a row without improvement
record Monitor(@Nullable Double best, long bestStep, int stalled) {
    static final Monitor START = new Monitor(null, -1, 0);

    private static final Set<String> LOWER_IS_BETTER = Set.of("logloss", "ne");

    /// The state after an evaluation; a larger value is better.
    Monitor after(double value, long step, TrainConfig.Stopping rules) {
        Double old = best;
        boolean improves = old == null || value >= old + rules.minDelta();
        return improves ? new Monitor(value, step, 0) : new Monitor(best, bestStep, stalled + 1);
    }

    boolean ends(TrainConfig.Stopping rules) {
        return rules.patience() > 0 && stalled >= rules.patience();
    }

    /// The monitored value of an evaluation, with its sign changed where lower is better, so that larger
    /// always is.
    static double gain(String metric, Map<String, Double> metrics) {
        double value = value(metric, metrics);
        return lowerIsBetter(metric) ? -value : value;
    }

    static boolean lowerIsBetter(String metric) {
        return LOWER_IS_BETTER.contains(metric.substring(metric.lastIndexOf('/') + 1));
    }

    /// The monitored value of an evaluation: the metric of that name, or its mean over the tasks.
    ///
    /// **Throws** `IllegalArgumentException` with the names there are when there is none, or when it
    /// is not defined.
    static double value(String metric, Map<String, Double> metrics) {
        double value = metrics.entrySet().stream()
                .filter(entry -> entry.getKey().equals(metric) || entry.getKey().endsWith("/" + metric))
                .mapToDouble(Map.Entry::getValue)
                .average()
                .orElseThrow(() -> new IllegalArgumentException("evaluation.monitor: there is no metric '" + metric
                        + "'; there are " + String.join(", ", metrics.keySet())));
        if (Double.isNaN(value)) {
            throw new IllegalArgumentException("the monitored metric '" + metric
                    + "' is not defined on the evaluated rows: do they all have the same label?");
        }
        return value;
    }
}
