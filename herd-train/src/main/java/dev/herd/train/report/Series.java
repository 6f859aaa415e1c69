package dev.herd.train.report;

import java.util.ArrayList;
import java.util.List;

/// One line of a plot.
///
/// @param name for the legend
/// @param points in ascending order of x; points that are not finite are left out
record Series(String name, List<Point> points) {
    private static final int MOST_POINTS = 400;

    Series {
        points = points.stream()
                .filter(point -> Double.isFinite(point.x) && Double.isFinite(point.y))
                .toList();
    }

    record Point(double x, double y) {}

    /// The same line with no more points than a plot can show: means of runs of neighbors.
    Series thinned() {
        if (points.size() <= MOST_POINTS) {
            return this;
        }
        List<Point> means = new ArrayList<>();
        for (int i = 0; i < MOST_POINTS; i++) {
            int from = (int) ((long) i * points.size() / MOST_POINTS);
            int to = (int) ((long) (i + 1) * points.size() / MOST_POINTS);
            List<Point> run = points.subList(from, to);
            means.add(new Point(
                    run.stream().mapToDouble(Point::x).average().orElseThrow(),
                    run.stream().mapToDouble(Point::y).average().orElseThrow()));
        }
        return new Series(name, means);
    }
}
