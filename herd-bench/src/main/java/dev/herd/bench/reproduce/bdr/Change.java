package dev.herd.bench.reproduce.bdr;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

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

    /// How values differ from those of the same seed that they are compared with.
    static Change between(List<Double> bases, List<Double> others) {
        return of(IntStream.range(0, bases.size())
                .mapToDouble(i -> 100 * (others.get(i) - bases.get(i)) / bases.get(i))
                .toArray());
    }

    /// How values of several seeds differ from their mean.
    static Change amongSeeds(List<Double> values) {
        return between(Collections.nCopies(values.size(), mean(values)), values);
    }

    static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    String text() {
        return String.format(Locale.ROOT, "%+.4f", mean);
    }

    String spreadText() {
        return String.format(Locale.ROOT, "%.4f", spread);
    }
}
