package dev.herd.bench.reproduce.lab;

import java.util.Locale;

/// The range in which a measurement confirms a claim, ends included.
public record Expectation(double low, double high) {
    public Expectation {
        if (!(low <= high)) {
            throw new IllegalArgumentException("a range from " + low + " to " + high + " admits nothing");
        }
    }

    public static Expectation atLeast(double low) {
        return new Expectation(low, Double.POSITIVE_INFINITY);
    }

    public static Expectation atMost(double high) {
        return new Expectation(Double.NEGATIVE_INFINITY, high);
    }

    public boolean admits(double measured) {
        return measured >= low && measured <= high;
    }

    @Override
    public String toString() {
        if (low == Double.NEGATIVE_INFINITY) {
            return "at most " + text(high);
        }
        return high == Double.POSITIVE_INFINITY ? "at least " + text(low) : text(low) + " to " + text(high);
    }

    private static String text(double bound) {
        return String.format(Locale.ROOT, "%.4g", bound);
    }
}
