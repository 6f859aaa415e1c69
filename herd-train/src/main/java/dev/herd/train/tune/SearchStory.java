package dev.herd.train.tune;

import dev.herd.data.config.Config;
import dev.herd.train.TrainConfig.Evaluation;
import dev.herd.train.report.TuneReport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/// Puts together what the report of a search shows.
final class SearchStory {
    private final TuneResult result;
    private final List<Suggestion> suggestions;
    private final Evaluation evaluation;

    private SearchStory(TuneResult result, List<Suggestion> suggestions, Evaluation evaluation) {
        this.result = result;
        this.suggestions = suggestions;
        this.evaluation = evaluation;
    }

    static String page(TuneResult result, List<Suggestion> suggestions, TuneConfig config, Evaluation evaluation) {
        SearchStory story = new SearchStory(result, suggestions, evaluation);
        return TuneReport.html(new TuneReport.Story(
                "Search in " + result.folder().getFileName(),
                result.metric() + " on " + result.split(),
                result.lowerIsBetter(),
                story.tiles(),
                List.copyOf(config.space().keySet()),
                result.trials().stream().map(story::trial).toList(),
                result.rungs() > 1,
                Config.write(config)));
    }

    private SequencedMap<String, String> tiles() {
        SequencedMap<String, String> tiles = new LinkedHashMap<>();
        result.best().ifPresent(best -> {
            tiles.put("best " + result.metric() + " on " + result.split(), figure(best.value()));
            double test = test(best);
            if (!Double.isNaN(test)) {
                tiles.put("the same trial on test", figure(test));
            }
            tiles.put("best trial", Integer.toString(best.number()));
        });
        long failed =
                result.trials().stream().filter(trial -> trial.error() != null).count();
        tiles.put("trials", Integer.toString(result.trials().size()));
        if (result.rungs() > 1) {
            tiles.put("rungs", Integer.toString(result.rungs()));
        }
        if (failed > 0) {
            tiles.put("failed", Long.toString(failed));
        }
        return tiles;
    }

    private static String figure(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }

    private double test(TuneResult.Trial trial) {
        return trial.test().isEmpty() ? Double.NaN : evaluation.monitored(trial.test());
    }

    private TuneReport.Trial trial(TuneResult.Trial trial) {
        SequencedMap<Long, Double> curve = new LinkedHashMap<>();
        trial.measured().forEach(point -> curve.put(point.samples(), point.value()));
        Map<String, String> values = new LinkedHashMap<>();
        suggestions.get(trial.number()).values().forEach((key, value) -> values.put(key, Suggestion.brief(value)));
        return new TuneReport.Trial(
                trial.number(),
                result.folder()
                        .relativize(trial.folder())
                        .resolve("report.html")
                        .toString(),
                values,
                curve,
                test(trial),
                trial.samplesPerSecond(),
                trial.finished(),
                trial.error());
    }
}
