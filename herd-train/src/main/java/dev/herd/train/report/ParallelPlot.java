package dev.herd.train.report;

import java.util.List;
import java.util.Locale;

/// Trials as lines across one axis for each setting and one for the metric: what good trials have in
/// common.
final class ParallelPlot {
    private static final double WIDTH = 1120;
    private static final double HEIGHT = 330;
    private static final double TOP = 44;
    private static final double BOTTOM = 24;
    private static final double LEFT = 110;
    private static final double RIGHT = 100;

    private ParallelPlot() {}

    /// @param trials the best first; all with a value
    /// @param marked how many of the best stand out
    static String of(TuneReport.Story story, List<TuneReport.Trial> trials, int marked) {
        List<String> keys = story.parameters();
        List<ValueAxis> axes = keys.stream()
                .map(key -> ValueAxis.of(
                        key, trials.stream().map(trial -> trial.of(key)).toList()))
                .toList();
        double low = trials.stream().mapToDouble(TuneReport.Trial::value).min().orElse(0);
        double high = trials.stream().mapToDouble(TuneReport.Trial::value).max().orElse(1);
        Axis metric = Axis.around(story.metric(), low, high, 6);
        StringBuilder svg = new StringBuilder();
        for (int column = 0; column < axes.size(); column++) {
            ValueAxis axis = axes.get(column);
            axis(svg, column, axes.size(), axis.axis(), axis::text);
        }
        axis(svg, axes.size(), axes.size(), metric, metric::text);
        for (int rank = trials.size() - 1; rank >= 0; rank--) {
            TuneReport.Trial trial = trials.get(rank);
            StringBuilder path = new StringBuilder();
            for (int column = 0; column < axes.size(); column++) {
                point(path, column, axes.size(), axes.get(column).share(trial.of(keys.get(column))));
            }
            point(path, axes.size(), axes.size(), metric.share(trial.value()));
            String style = rank == 0 ? "line s1 strong" : rank < marked ? "line s0" : "line s0 faint";
            svg.append("<path class=\"%s\" d=\"%s\"><title>trial %d: %s</title></path>"
                    .formatted(style, path, trial.number(), Html.number(trial.value())));
        }
        String title = "Settings and " + story.metric() + (story.lowerIsBetter() ? " (lower is better)" : "");
        return "<figure><figcaption>%s</figcaption><svg class=\"broad\" viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"%s\">%s</svg></figure>"
                .formatted(Html.escape(title), WIDTH, HEIGHT, Html.escape(title), svg);
    }

    private static double left(int column, int last) {
        return LEFT + column * (WIDTH - LEFT - RIGHT) / Math.max(1, last);
    }

    private static double top(double share) {
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
    }

    private static void point(StringBuilder path, int column, int last, double share) {
        path.append(path.isEmpty() ? 'M' : 'L')
                .append(String.format(Locale.ROOT, "%.1f %.1f", left(column, last), top(share)));
    }

    private static void axis(
            StringBuilder svg, int column, int last, Axis axis, java.util.function.DoubleFunction<String> text) {
        double x = left(column, last);
        svg.append("<line class=axis x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>".formatted(x, TOP, x, top(0)));
        svg.append(
                "<text class=\"legend middle\" x=\"%.1f\" y=\"20\">%s</text>".formatted(x, Html.escape(axis.label())));
        boolean right = column == last;
        for (double tick : axis.ticks()) {
            double y = top(axis.share(tick));
            svg.append("<text class=\"tick%s\" x=\"%.1f\" y=\"%.1f\">%s</text>"
                    .formatted(right ? "" : " end", x + (right ? 9 : -9), y + 4, Html.escape(text.apply(tick))));
            svg.append(
                    "<line class=axis x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>".formatted(x - 4, y, x + 4, y));
        }
    }
}
