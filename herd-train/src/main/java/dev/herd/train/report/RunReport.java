package dev.herd.train.report;

import dev.herd.train.report.RunStory.Evaluation;
import dev.herd.train.report.RunStory.Progress;
import dev.herd.train.report.Series.Point;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/// Turns a [RunStory] into one HTML page that needs nothing else: no script, no network, light and dark.
public final class RunReport {
    private final RunStory story;
    private final StringBuilder evaluations = new StringBuilder();

    private RunReport(RunStory story) {
        this.story = story;
    }

    /// The page.
    public static String html(RunStory story) {
        return new RunReport(story).write();
    }

    private String write() {
        evaluations();
        return Page.titled(story.title())
                .tiles(story.summary())
                .plots(plots())
                .html(evaluations)
                .html(ModelSection.of(story.model()))
                .facts("Run", story.facts())
                .folded("Configuration", story.config())
                .html();
    }

    private List<String> plots() {
        List<String> plots = new ArrayList<>();
        List<Series> losses = new ArrayList<>();
        losses.add(progress("training", Progress::loss));
        losses.addAll(metric("logloss"));
        plots.add(LinePlot.fitted("Loss", "step", "log loss", losses, false));
        plots.add(LinePlot.fitted("AUC", "step", "AUC", metric("auc"), false));
        plots.add(LinePlot.fitted("Normalized entropy", "step", "NE (lower is better)", entropy(), false));
        plots.add(LinePlot.agreement(
                "Calibration",
                "predicted probability",
                "observed share of positives",
                new Series(
                        "rows",
                        story.reliability().stream()
                                .map(bin -> new Point(bin.predicted(), bin.observed()))
                                .toList())));
        plots.add(LinePlot.fitted(
                "Learning rate", "step", "learning rate", List.of(progress("rate", Progress::learningRate)), true));
        Series norm = progress("norm", Progress::gradientNorm);
        if (!norm.points().isEmpty()) {
            plots.add(LinePlot.fitted("Gradient norm", "step", "global norm", List.of(norm), true));
        }
        plots.add(LinePlot.fitted(
                "Throughput", "step", "samples/s", List.of(progress("samples/s", Progress::rowsPerSecond)), false));
        plots.add(BarPlot.of("Where a step's time goes", "ms", story.stepMilliseconds()));
        return plots;
    }

    private Series progress(String name, ToDoubleFunction<Progress> of) {
        return new Series(
                name,
                story.progress().stream()
                        .map(entry -> new Point(entry.step(), of.applyAsDouble(entry)))
                        .toList());
    }

    private List<Series> metric(String metric) {
        Set<String> names = new LinkedHashSet<>();
        story.evaluations()
                .forEach(entry -> entry.metrics().keySet().stream()
                        .filter(name -> name.equals(metric) || name.endsWith("/" + metric))
                        .forEach(name -> names.add(entry.split() + label(name))));
        return names.stream().map(name -> line(name, metric)).toList();
    }

    private static String label(String metric) {
        int slash = metric.lastIndexOf('/');
        return slash < 0 ? "" : " " + metric.substring(0, slash);
    }

    private Series line(String name, String metric) {
        List<Point> points = new ArrayList<>();
        for (Evaluation entry : story.evaluations()) {
            entry.metrics().forEach((key, value) -> {
                boolean same = key.equals(metric) || key.endsWith("/" + metric);
                if (same && name.equals(entry.split() + label(key))) {
                    points.add(new Point(entry.step(), value));
                }
            });
        }
        return new Series(name, points);
    }

    private List<Series> entropy() {
        List<Series> lines = new ArrayList<>(metric("ne"));
        if (story.bestEntropy().isPresent() && !lines.isEmpty()) {
            double best = story.bestEntropy().getAsDouble();
            List<Point> points = lines.getFirst().points();
            if (!points.isEmpty()) {
                lines.add(new Series(
                        "best possible",
                        List.of(
                                new Point(points.getFirst().x(), best),
                                new Point(points.getLast().x(), best))));
            }
        }
        return lines;
    }

    private void evaluations() {
        if (story.evaluations().isEmpty()) {
            return;
        }
        Set<String> names = new LinkedHashSet<>();
        story.evaluations().forEach(entry -> names.addAll(entry.metrics().keySet()));
        evaluations.append("<section><h2>Evaluations</h2><div class=scroll><table><tr><th>step<th>epoch<th>split");
        names.forEach(name -> evaluations.append("<th>").append(Html.escape(name)));
        for (Evaluation entry : story.evaluations()) {
            evaluations
                    .append(entry.best() ? "\n<tr class=best>" : "\n<tr>")
                    .append("<td>%,d<td>%d<td>%s".formatted(entry.step(), entry.epoch(), Html.escape(entry.split())));
            for (String name : names) {
                Double value = entry.metrics().get(name);
                evaluations.append("<td>").append(value == null ? "" : "%.5f".formatted(value));
            }
        }
        evaluations.append("\n</table></div></section>\n");
    }
}
