package dev.herd.train.report;

import dev.herd.train.report.Series.Point;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// A plot of lines over a common x axis, as SVG.
final class LinePlot {
    private static final int FEW_POINTS = 60;

    private final String title;
    private final List<Series> series;
    private final Axis x;
    private final Axis y;
    private final Frame frame;

    private LinePlot(String title, List<Series> series, Axis x, Axis y) {
        this.title = title;
        this.series = series;
        this.x = x;
        this.y = y;
        this.frame = new Frame(x, y);
    }

    /// Axes that fit the data; y becomes logarithmic when asked for and all values are positive.
    static String fitted(String title, String xLabel, String yLabel, List<Series> lines, boolean logarithmic) {
        List<Series> series = lines.stream().map(Series::thinned).toList();
        DoubleSummaryStatistics xs = range(series, Point::x);
        DoubleSummaryStatistics ys = range(series, Point::y);
        if (xs.getCount() == 0) {
            return empty(title);
        }
        Axis x = Axis.within(xLabel, xs.getMin(), xs.getMax(), 6);
        Axis y = logarithmic && ys.getMin() > 0 && ys.getMax() > 3 * ys.getMin()
                ? Axis.powers(yLabel, ys.getMin(), ys.getMax())
                : Axis.around(yLabel, ys.getMin(), ys.getMax(), 5);
        return new LinePlot(title, series, x, y).draw(false);
    }

    /// Quality over compute: a logarithmic x axis.
    static String scaling(String title, String xLabel, String yLabel, List<Series> lines) {
        DoubleSummaryStatistics xs = range(lines, Point::x);
        DoubleSummaryStatistics ys = range(lines, Point::y);
        if (xs.getCount() == 0) {
            return empty(title);
        }
        Axis x = Axis.powers(xLabel, xs.getMin(), xs.getMax());
        return new LinePlot(title, lines, x, Axis.around(yLabel, ys.getMin(), ys.getMax(), 5)).draw(false);
    }

    /// A line of best points with other points, their names beside them: a logarithmic x axis.
    static String front(String title, String xLabel, String yLabel, Series line, List<Series> points) {
        List<Series> all = new ArrayList<>(points);
        all.addFirst(line);
        DoubleSummaryStatistics xs = range(all, Point::x);
        DoubleSummaryStatistics ys = range(all, Point::y);
        if (xs.getCount() == 0) {
            return empty(title);
        }
        Axis x = Axis.powers(xLabel, xs.getMin(), xs.getMax());
        Axis y = Axis.around(yLabel, ys.getMin(), ys.getMax(), 5);
        LinePlot plot = new LinePlot(title, List.of(line), x, y);
        plot.frame.axes(x::text);
        plot.draw(line, 0);
        for (Series point : points) {
            plot.draw(point, 1);
            point.points()
                    .forEach(at -> plot.frame.text(
                            "tick", plot.frame.left(at.x()) + 5, plot.frame.top(at.y()) - 4, point.name()));
        }
        return plot.frame.figure(title);
    }

    /// A square relation of two quantities of one range, with the diagonal on which they agree.
    static String agreement(String title, String xLabel, String yLabel, Series line) {
        DoubleSummaryStatistics all = range(List.of(line), Point::x);
        all.combine(range(List.of(line), Point::y));
        if (all.getCount() == 0) {
            return empty(title);
        }
        Axis x = Axis.around(xLabel, Math.min(0, all.getMin()), all.getMax(), 5);
        Axis y = new Axis(yLabel, x.low(), x.high(), false, x.ticks());
        return new LinePlot(title, List.of(line), x, y).draw(true);
    }

    private static DoubleSummaryStatistics range(List<Series> series, ToDoubleFunction<Point> of) {
        return series.stream()
                .flatMap(line -> line.points().stream())
                .mapToDouble(of)
                .summaryStatistics();
    }

    private static String empty(String title) {
        return "<figure><figcaption>" + Html.escape(title) + "</figcaption><p class=none>nothing measured</p></figure>";
    }

    private String draw(boolean diagonal) {
        frame.axes(x::text);
        if (diagonal) {
            frame.line("diagonal", frame.left(x.low()), frame.top(y.low()), frame.left(x.high()), frame.top(y.high()));
        }
        for (int i = 0; i < series.size(); i++) {
            draw(series.get(i), i);
        }
        legend();
        return frame.figure(title);
    }

    private void draw(Series line, int color) {
        frame.path("line s" + color, line.points());
        if (line.points().size() <= FEW_POINTS) {
            for (Point point : line.points()) {
                frame.append(
                        "<circle class=\"dot s%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"><title>%s: %s %.6g at %s %,.6g</title></circle>"
                                .formatted(
                                        color,
                                        frame.left(point.x()),
                                        frame.top(point.y()),
                                        Html.escape(line.name()),
                                        Html.escape(y.label()),
                                        point.y(),
                                        Html.escape(x.label()),
                                        point.x()));
            }
        }
    }

    private void legend() {
        if (series.size() < 2) {
            return;
        }
        double at = Frame.RIGHT_EDGE;
        for (int i = series.size() - 1; i >= 0; i--) {
            String name = series.get(i).name();
            frame.text("legend end s" + i, at, 16, name);
            at -= name.length() * 8 + 14;
            frame.append("<rect class=\"s%d\" x=\"%.1f\" y=\"7\" width=\"9\" height=\"9\" rx=\"2\"/>".formatted(i, at));
            at -= 14;
        }
    }
}
