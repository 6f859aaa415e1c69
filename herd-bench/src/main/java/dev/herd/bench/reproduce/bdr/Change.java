package dev.herd.bench.reproduce.bdr;

import java.util.Arrays;
import java.util.Locale;

/// A change in percent over seeds.
///
/// @param spread standard deviation over seeds; NaN of one
record Change(double mean, double spread) {
    static Change of(double... changes) {
        double mean = Arrays.stream(changes).average().orElseThrow();
        double squares = Arrays.stream(changes)
                .map(change -> (change - mean) * (change - mean))
                .sum();
        return new Change(mean, changes.length < 2 ? Double.NaN : Math.sqrt(squares / (changes.length - 1)));
    }

    String text() {
        return String.format(Locale.ROOT, "%+.4f", mean);
    }

    String spreadText() {
        return String.format(Locale.ROOT, "%.4f", spread);
    }
}
