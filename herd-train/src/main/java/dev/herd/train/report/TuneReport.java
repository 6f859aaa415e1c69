package dev.herd.train.report;

import dev.herd.train.report.Series.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// A search over settings as one HTML page that needs nothing else, like [RunReport].
public final class TuneReport {
    private static final int MARKED = 5;

    private final Story story;
    private final List<Trial> measured;
    private final StringBuilder ranking = new StringBuilder();

    private TuneReport(Story story) {
        this.story = story;
        this.measured = story.trials().stream()
                .filter(trial -> Double.isFinite(trial.value()))
                .toList();
    }

    /// All that the page tells.
    ///
    /// @param metric by which trials are judged, with its split: `auc on validation`
    /// @param tiles shown large: name and value
    /// @param parameters keys that were searched
    /// @param trials the best first
    /// @param rungs whether trials were compared on the way
    /// @param config the search, as YAML
    public record Story(
            String title,
            String metric,
            boolean lowerIsBetter,
            SequencedMap<String, String> tiles,
            List<String> parameters,
            List<Trial> trials,
            boolean rungs,
            String config) {
        public Story {
            parameters = List.copyOf(parameters);
            trials = List.copyOf(trials);
        }
    }

    /// @param link to the trial's own report, relative to the page
    /// @param values text by parameter
    /// @param valueBySample the metric by the rows seen
    /// @param test the same metric on the test split; NaN where it was not measured
    /// @param error null if the trial did not fail
    public record Trial(
            int number,
            String link,
            Map<String, String> values,
            SequencedMap<Long, Double> valueBySample,
            double test,
            double samplesPerSecond,
            boolean finished,
            @Nullable String error) {
        double value() {
            return valueBySample.isEmpty()
                    ? Double.NaN
                    : valueBySample.lastEntry().getValue();
        }

        String of(String parameter) {
            return values.getOrDefault(parameter, "");
        }
    }

    /// The page.
    public static String html(Story story) {
        return new TuneReport(story).write();
    }

    private String write() {
        Page page = Page.titled(story.title()).tiles(story.tiles());
        if (!measured.isEmpty()) {
            page.wide(ParallelPlot.of(story, measured, MARKED)).plots(plots());
        }
        ranking();
        return page.html(ranking).folded("Search", story.config()).html();
    }

    private List<String> plots() {
        List<String> plots = new ArrayList<>();
        if (story.rungs()) {
            plots.add(rungs());
        }
        for (String parameter : story.parameters()) {
            ValueAxis axis = ValueAxis.of(
                    parameter,
                    measured.stream().map(trial -> trial.of(parameter)).toList());
            plots.add(scatter(parameter, axis.axis(), axis::text, trial -> axis.at(trial.of(parameter))));
        }
        plots.add(order());
        return plots;
    }

    /// Trials in the order they were suggested, with the best value so far.
    private String order() {
        Axis x = Axis.within(
                "trial",
                0,
                Math.max(1, measured.stream().mapToInt(Trial::number).max().orElse(1)),
                6);
        List<Double> whole =
                x.ticks().stream().filter(tick -> tick == Math.rint(tick)).toList();
        Axis numbers = new Axis(x.label(), x.low(), x.high(), false, whole);
        return scatter("In the order of trials", numbers, tick -> "%.0f".formatted(tick), Trial::number);
    }

    private interface Place {
        double of(Trial trial);
    }

    private Axis values() {
        double low = measured.stream()
                .flatMap(trial -> trial.valueBySample().values().stream())
                .mapToDouble(v -> v)
                .min()
                .orElse(0);
        double high = measured.stream()
                .flatMap(trial -> trial.valueBySample().values().stream())
                .mapToDouble(v -> v)
                .max()
                .orElse(1);
        return Axis.around(story.metric(), low, high, 5);
    }

    private String scatter(String title, Axis x, java.util.function.DoubleFunction<String> tick, Place place) {
        Frame frame = new Frame(x, values());
        frame.axes(tick);
        for (Trial trial : measured.reversed()) {
            dot(frame, place.of(trial), trial.value(), trial);
        }
        return frame.figure(title);
    }

    private void dot(Frame frame, double x, double y, Trial trial) {
        frame.append("<circle class=\"dot %s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%s\"><title>%s</title></circle>"
                .formatted(
                        style(trial),
                        frame.left(x),
                        frame.top(y),
                        trial == measured.getFirst() ? "6" : "4",
                        tip(trial, y)));
    }

    private String tip(Trial trial, double value) {
        List<String> settings = new ArrayList<>();
        trial.values().forEach((key, text) -> settings.add(key + " " + text));
        return Html.escape("trial %d: %s %s%n%s"
                .formatted(trial.number(), story.metric(), Html.number(value), String.join("\n", settings)));
    }

    private String style(Trial trial) {
        int rank = measured.indexOf(trial);
        return rank == 0 ? "s1" : rank < MARKED ? "s0" : "s0 faint";
    }

    private String rungs() {
        List<Double> samples = measured.stream()
                .flatMap(trial -> trial.valueBySample().keySet().stream())
                .map(Long::doubleValue)
                .distinct()
                .toList();
        double low = samples.stream().mapToDouble(v -> v).min().orElse(1);
        double high = samples.stream().mapToDouble(v -> v).max().orElse(1);
        Axis powers = Axis.powers("rows seen", low, high);
        Axis x = new Axis(
                "rows seen",
                low * 0.9,
                high * 1.1,
                true,
                powers.ticks().stream()
                        .filter(tick -> tick >= low * 0.9 && tick <= high * 1.1)
                        .toList());
        Frame frame = new Frame(x, values());
        frame.axes(tick -> String.format(java.util.Locale.ROOT, "%,.0f", tick));
        for (Trial trial : measured.reversed()) {
            List<Point> points = new ArrayList<>();
            trial.valueBySample().forEach((rows, value) -> points.add(new Point(rows, value)));
            frame.path("line " + style(trial), points);
            points.forEach(point -> dot(frame, point.x(), point.y(), trial));
        }
        return frame.figure("Rungs: who was trained on");
    }

    private void ranking() {
        ranking.append("<section><h2>Trials</h2><div class=scroll><table><tr><th>rank<th>trial<th>")
                .append(Html.escape(story.metric()))
                .append("<th>on test");
        story.parameters().forEach(key -> ranking.append("<th>").append(Html.escape(key)));
        ranking.append("<th>rows seen<th>samples/s<th>");
        int rank = 1;
        for (Trial trial : story.trials()) {
            row(trial, rank++);
        }
        ranking.append("\n</table></div></section>\n");
    }

    private void row(Trial trial, int rank) {
        boolean best = !measured.isEmpty() && trial == measured.getFirst();
        ranking.append(best ? "\n<tr class=best>" : "\n<tr>")
                .append("<td>%s<td><a href=\"%s\">%d</a>"
                        .formatted(trial.error() == null ? rank : "", Html.escape(trial.link()), trial.number()))
                .append("<td>%s<td>%s".formatted(figure(trial.value()), figure(trial.test())));
        story.parameters().forEach(key -> ranking.append("<td>").append(Html.escape(trial.of(key))));
        long rows = trial.valueBySample().isEmpty()
                ? 0
                : trial.valueBySample().lastEntry().getKey();
        String outcome = trial.error() != null ? "failed: " + trial.error() : trial.finished() ? "" : "stopped early";
        ranking.append(
                "<td>%,d<td>%,.0f<td class=said>%s".formatted(rows, trial.samplesPerSecond(), Html.escape(outcome)));
    }

    private static String figure(double value) {
        return Double.isNaN(value) ? "" : String.format(java.util.Locale.ROOT, "%.5f", value);
    }
}
