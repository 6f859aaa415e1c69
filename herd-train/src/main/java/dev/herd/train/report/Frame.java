package dev.herd.train.report;

import dev.herd.train.report.Series.Point;
import java.util.List;
import java.util.function.DoubleFunction;

/// The paper of a plot: an SVG with axes, and where a value lies on it.
final class Frame {
    static final double WIDTH = 540;
    static final double HEIGHT = 290;
    private static final double LEFT = 62;
    private static final double RIGHT = 16;
    private static final double TOP = 30;
    private static final double BOTTOM = 46;
    static final double RIGHT_EDGE = WIDTH - RIGHT;

    private final Axis x;
    private final Axis y;
    private final StringBuilder svg = new StringBuilder();

    Frame(Axis x, Axis y) {
        this.x = x;
        this.y = y;
    }

    /// @param tickOfX text of a tick of the x axis
    void axes(DoubleFunction<String> tickOfX) {
        for (double tick : y.ticks()) {
            line("grid", LEFT, top(tick), RIGHT_EDGE, top(tick));
            text("tick end", LEFT - 8, top(tick) + 4, y.text(tick));
        }
        for (double tick : x.ticks()) {
            line("grid", left(tick), TOP, left(tick), HEIGHT - BOTTOM);
            text("tick middle", left(tick), HEIGHT - BOTTOM + 18, tickOfX.apply(tick));
        }
        line("axis", LEFT, HEIGHT - BOTTOM, RIGHT_EDGE, HEIGHT - BOTTOM);
        line("axis", LEFT, TOP, LEFT, HEIGHT - BOTTOM);
        text("label middle", (LEFT + RIGHT_EDGE) / 2, HEIGHT - 8, x.label());
        text("label", 8, 16, y.label());
    }

    void append(String element) {
        svg.append(element);
    }

    void path(String style, List<Point> points) {
        StringBuilder path = new StringBuilder();
        for (Point point : points) {
            path.append(path.isEmpty() ? 'M' : 'L').append("%.1f %.1f".formatted(left(point.x()), top(point.y())));
        }
        svg.append("<path class=\"%s\" d=\"%s\"/>".formatted(style, path));
    }

    void line(String style, double x1, double y1, double x2, double y2) {
        svg.append("<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>"
                .formatted(style, x1, y1, x2, y2));
    }

    void text(String style, double at, double baseline, String text) {
        svg.append(
                "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>".formatted(style, at, baseline, Html.escape(text)));
    }

    double left(double value) {
        return LEFT + x.share(value) * (RIGHT_EDGE - LEFT);
    }

    double top(double value) {
        return HEIGHT - BOTTOM - y.share(value) * (HEIGHT - BOTTOM - TOP);
    }

    /// The finished figure.
    String figure(String title) {
        return "<figure><figcaption>%s</figcaption><svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"%s\">%s</svg></figure>"
                .formatted(Html.escape(title), WIDTH, HEIGHT, Html.escape(title), svg);
    }
}
