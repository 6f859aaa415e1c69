package dev.herd.train.tune;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a search came to.
///
/// @param folder of the search
/// @param metric by which trials are judged, on the split `split`
/// @param lowerIsBetter whether a smaller value is the better one
/// @param rungs number of rungs; 1 when every trial was trained to its end
/// @param trials the best first; those that failed last
public record TuneResult(
        Path folder, String metric, String split, boolean lowerIsBetter, int rungs, List<Trial> trials) {
    public TuneResult {
        trials = List.copyOf(trials);
    }

    /// A trial.
    ///
    /// @param number in the order of suggestions, from 0
    /// @param folder of its run
    /// @param values what was set, by key
    /// @param measured its metric at each rung that it reached
    /// @param validation metrics at the last rung that it reached
    /// @param test metrics on the test split; empty unless it was trained to its end
    /// @param error why it failed; null if it did not
    public record Trial(
            int number,
            Path folder,
            Map<String, Object> values,
            List<Measured> measured,
            Map<String, Double> validation,
            Map<String, Double> test,
            boolean finished,
            double samplesPerSecond,
            @Nullable String error) {
        /// The metric at the last rung that the trial reached; NaN when it failed before the first.
        public double value() {
            return measured.isEmpty() ? Double.NaN : measured.getLast().value();
        }
    }

    /// A metric at a rung.
    ///
    /// @param samples rows seen until then
    public record Measured(long samples, double value) {}

    /// The best trial; empty when all failed.
    public Optional<Trial> best() {
        return trials.stream().findFirst().filter(trial -> trial.error() == null);
    }
}
