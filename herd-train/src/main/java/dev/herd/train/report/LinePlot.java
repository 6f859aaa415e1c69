package dev.herd.train.report;

import dev.herd.train.report.Series.Point;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// A plot of lines over a common x axis, as SVG.
final class LinePlot {
    private static final double WIDTH = 540;
    private static final double HEIGHT = 290;
    private static final double LEFT = 62;
    private static final double RIGHT = 16;
    private static final double TOP = 30;
    private static final double BOTTOM = 46;
    private static final int FEW_POINTS = 60;

    private final String title;
    private final List<Series> series;
    private final Axis x;
    private final Axis y;
    private final StringBuilder svg = new StringBuilder();

    private LinePlot(String title, List<Series> series, Axis x, Axis y) {
        this.title = title;
        this.series = series;
        this.x = x;
        this.y = y;
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
        svg.append("<figure><figcaption>").append(Html.escape(title)).append("</figcaption>");
        svg.append("<svg viewBox=\"0 0 %.0f %.0f\" role=img aria-label=\"%s\">"
                .formatted(WIDTH, HEIGHT, Html.escape(title)));
        axes();
        if (diagonal) {
            line("diagonal", left(x.low()), top(y.low()), left(x.high()), top(y.high()));
        }
        for (int i = 0; i < series.size(); i++) {
            draw(series.get(i), i);
        }
        legend();
        return svg.append("</svg></figure>").toString();
    }

    private void axes() {
        for (double tick : y.ticks()) {
            line("grid", LEFT, top(tick), WIDTH - RIGHT, top(tick));
            text("tick end", LEFT - 8, top(tick) + 4, y.text(tick));
        }
        for (double tick : x.ticks()) {
            line("grid", left(tick), TOP, left(tick), HEIGHT - BOTTOM);
            text("tick middle", left(tick), HEIGHT - BOTTOM + 18, x.text(tick));
        }
        line("axis", LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM);
        line("axis", LEFT, TOP, LEFT, HEIGHT - BOTTOM);
        text("label middle", (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, x.label());
        text("label", 8, 16, y.label());
    }

    private void draw(Series line, int color) {
        StringBuilder path = new StringBuilder();
        for (Point point : line.points()) {
            path.append(path.isEmpty() ? 'M' : 'L').append("%.1f %.1f".formatted(left(point.x()), top(point.y())));
        }
        svg.append("<path class=\"line s%d\" d=\"%s\"/>".formatted(color, path));
        if (line.points().size() <= FEW_POINTS) {
            for (Point point : line.points()) {
                svg.append(
                        "<circle class=\"dot s%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"><title>%s: %s %.6g at %s %,.6g</title></circle>"
                                .formatted(
                                        color,
                                        left(point.x()),
                                        top(point.y()),
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
        double at = WIDTH - RIGHT;
        for (int i = series.size() - 1; i >= 0; i--) {
            String name = series.get(i).name();
            text("legend end s" + i, at, 16, name);
            at -= name.length() * 8 + 14;
            svg.append("<rect class=\"s%d\" x=\"%.1f\" y=\"7\" width=\"9\" height=\"9\" rx=\"2\"/>".formatted(i, at));
            at -= 14;
        }
    }

    private void line(String style, double x1, double y1, double x2, double y2) {
        svg.append("<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>"
                .formatted(style, x1, y1, x2, y2));
    }

    private void text(String style, double at, double baseline, String text) {
        svg.append(
                "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>".formatted(style, at, baseline, Html.escape(text)));
    }

    private double left(double value) {
        return LEFT + x.share(value) * (WIDTH - RIGHT - LEFT);
    }

    private double top(double value) {
        return HEIGHT - BOTTOM - y.share(value) * (HEIGHT - BOTTOM - TOP);
    }
}
