package dev.herd.train.report;

import dev.herd.train.report.Series.Point;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/// Several runs side by side as one HTML page that needs nothing else, like [RunReport].
public final class ComparisonReport {
    private ComparisonReport() {}

    /// A run to compare.
    ///
    /// @param name in the table and the plots
    /// @param link to the run's own report, relative to the page
    /// @param test metrics on the test split, by name
    /// @param samplesPerSecond rows trained in a second
    /// @param lossBySample training loss by the number of rows seen
    public record Run(
            String name,
            String link,
            Map<String, Double> test,
            double samplesPerSecond,
            Map<Long, Double> lossBySample) {
        public Run {
            test = Map.copyOf(test);
            lossBySample = new LinkedHashMap<>(lossBySample);
        }
    }

    /// The page.
    ///
    /// @param facts what the runs have in common, by name
    /// @param bestEntropy the best possible normalized entropy on the test split, when it is known
    public static String html(String title, Map<String, String> facts, List<Run> runs, OptionalDouble bestEntropy) {
        return Page.titled(title)
                .html(table(runs, bestEntropy))
                .plots(List.of(LinePlot.fitted("Training loss", "samples seen", "log loss", losses(runs), false)))
                .facts("Data", facts)
                .html();
    }

    /// Share of the way from the base rate (NE 1) to the best possible that a run has gone.
    private static double closed(Run run, double best) {
        return (1 - run.test().getOrDefault("ne", Double.NaN)) / (1 - best);
    }

    private static StringBuilder table(List<Run> runs, OptionalDouble bestEntropy) {
        StringBuilder page = new StringBuilder(
                "<section><h2>On the test split</h2><div class=scroll><table><tr><th>model<th>AUC<th>log loss<th>NE");
        page.append(bestEntropy.isPresent() ? "<th>gap closed" : "").append("<th>samples/s");
        for (Run run : runs) {
            page.append("\n<tr><td><a href=\"%s\">%s</a>".formatted(Html.escape(run.link()), Html.escape(run.name())));
            for (String metric : List.of("auc", "logloss", "ne")) {
                page.append(String.format(Locale.ROOT, "<td>%.5f", run.test().getOrDefault(metric, Double.NaN)));
            }
            bestEntropy.ifPresent(
                    best -> page.append(String.format(Locale.ROOT, "<td>%.1f %%", 100 * closed(run, best))));
            page.append(String.format(Locale.ROOT, "<td>%,.0f", run.samplesPerSecond()));
        }
        bestEntropy.ifPresent(best -> page.append(String.format(
                Locale.ROOT, "\n<tr class=best><td>best possible<td><td><td>%.5f<td>100.0 %%<td>", best)));
        return page.append("\n</table></div></section>\n");
    }

    private static List<Series> losses(List<Run> runs) {
        List<Series> lines = new ArrayList<>();
        for (Run run : runs) {
            List<Point> points = new ArrayList<>();
            run.lossBySample().forEach((samples, loss) -> points.add(new Point(samples, loss)));
            lines.add(new Series(run.name(), points));
        }
        return lines;
    }
}
