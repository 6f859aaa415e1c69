package dev.herd.data.transform;

/// Count, mean, spread and range of numbers seen so far.
///
/// **Errors**: Welford's update and Chan's merge, in double precision; the order of merging is the order of blocks.
public final class Moments {
    private long count;
    private double mean;
    private double squares;
    private double minimum = Double.POSITIVE_INFINITY;
    private double maximum = Double.NEGATIVE_INFINITY;

    void add(double x) {
        count++;
        double delta = x - mean;
        mean += delta / count;
        squares += delta * (x - mean);
        minimum = Math.min(minimum, x);
        maximum = Math.max(maximum, x);
    }

    void merge(Moments other) {
        if (other.count == 0) {
            return;
        }
        long total = count + other.count;
        double delta = other.mean - mean;
        squares += other.squares + delta * delta * ((double) count * other.count / total);
        mean += delta * other.count / total;
        count = total;
        minimum = Math.min(minimum, other.minimum);
        maximum = Math.max(maximum, other.maximum);
    }

    /// 0 when nothing was seen, like the other figures.
    double mean() {
        return mean;
    }

    /// The population's standard deviation.
    double deviation() {
        return count == 0 ? 0 : Math.sqrt(squares / count);
    }

    double minimum() {
        return count == 0 ? 0 : minimum;
    }

    double maximum() {
        return count == 0 ? 0 : maximum;
    }
}
