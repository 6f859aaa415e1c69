package dev.herd.train.report;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SequencedMap;

/// All that the page tells about a run.
///
/// @param title usually model and dataset
/// @param summary what the run came to, shown large: name and value
/// @param facts settings and surroundings: name and value
/// @param progress what training logged, by step
/// @param evaluations on held-out rows, by step
/// @param stepMilliseconds where the time of an average step went
/// @param reliability predicted against observed click rate
/// @param bestEntropy the best normalized entropy that any model can reach, where it is known
/// @param model what was trained
/// @param config the resolved configuration, as YAML
public record RunStory(
        String title,
        SequencedMap<String, String> summary,
        SequencedMap<String, String> facts,
        List<Progress> progress,
        List<Evaluation> evaluations,
        Map<String, Double> stepMilliseconds,
        List<Reliability> reliability,
        OptionalDouble bestEntropy,
        ModelSheet model,
        String config) {
    public RunStory {
        progress = List.copyOf(progress);
        evaluations = List.copyOf(evaluations);
        reliability = List.copyOf(reliability);
    }

    /// @param loss mean over the rows since the entry before
    public record Progress(long step, double loss, double learningRate, double rowsPerSecond, double gradientNorm) {}

    /// @param best whether it was the best so far
    public record Evaluation(long step, int epoch, String split, SequencedMap<String, Double> metrics, boolean best) {}

    /// Rows of about one prediction.
    public record Reliability(double predicted, double observed, long rows) {}
}
