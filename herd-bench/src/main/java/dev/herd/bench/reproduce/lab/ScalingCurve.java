package dev.herd.bench.reproduce.lab;

import dev.herd.train.report.Page;
import java.util.Comparator;
import java.util.List;

/// Quality over compute of one family of models, as the papers plot it: change of the log loss against a
/// baseline in percent, over training FLOPs per example.
///
/// @param points in ascending order of FLOPs
public record ScalingCurve(String name, List<Point> points) {
    public ScalingCurve {
        points =
                points.stream().sorted(Comparator.comparingDouble(Point::flops)).toList();
    }

    /// @param change mean over seeds, in percent; negative is better
    /// @param spread largest minus smallest over seeds, in percent
    public record Point(double flops, double change, double spread) {}

    /// Slope of the least-squares line through the points: percent for each time that compute grows by the
    /// factor.
    public double slopePer(double factor) {
        double meanX = points.stream()
                .mapToDouble(point -> Math.log(point.flops()))
                .average()
                .orElseThrow();
        double meanY = points.stream().mapToDouble(Point::change).average().orElseThrow();
        double covariance = 0;
        double variance = 0;
        for (Point point : points) {
            double x = Math.log(point.flops()) - meanX;
            covariance += x * (point.change() - meanY);
            variance += x * x;
        }
        return covariance / variance * Math.log(factor);
    }

    /// The curve in a plot, over millions of FLOPs.
    public Page.Line line() {
        return new Page.Line(
                name,
                points.stream()
                        .map(point -> new double[] {point.flops() / 1e6, point.change()})
                        .toList());
    }

    /// The smallest improvement from one point to the next, in percent; negative when some step made it
    /// worse.
    public double leastImprovement() {
        double least = Double.POSITIVE_INFINITY;
        for (int i = 1; i < points.size(); i++) {
            least = Math.min(least, points.get(i - 1).change() - points.get(i).change());
        }
        return least;
    }

    /// The compute at which the curve, straight between its points on a logarithmic axis, first reaches a
    /// change.
    ///
    /// @return infinity when it never does, the first point's compute when that is good enough already
    public double flopsToReach(double change) {
        if (points.getFirst().change() <= change) {
            return points.getFirst().flops();
        }
        for (int i = 1; i < points.size(); i++) {
            Point before = points.get(i - 1);
            Point after = points.get(i);
            if (after.change() <= change) {
                double share = (before.change() - change) / (before.change() - after.change());
                return before.flops() * Math.pow(after.flops() / before.flops(), share);
            }
        }
        return Double.POSITIVE_INFINITY;
    }

    /// Ratio of the largest to the smallest compute.
    public double range() {
        return points.getLast().flops() / points.getFirst().flops();
    }
}
