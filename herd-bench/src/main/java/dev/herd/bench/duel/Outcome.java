package dev.herd.bench.duel;

import java.util.Arrays;
import java.util.Locale;

/// The rates of both sides of a [Duel], round by round.
///
/// **Units**: rates in `unit`; a ratio is Herd's rate over the other's, so above 1 Herd is faster.
public record Outcome(String name, int threads, String unit, double[] herdRates, double[] otherRates) {
    public Outcome {
        if (herdRates.length == 0 || herdRates.length != otherRates.length) {
            throw new IllegalArgumentException("both sides need the same number of rounds, at least one, got "
                    + herdRates.length + " and " + otherRates.length);
        }
    }

    /// Median of the rounds' ratios.
    public double ratio() {
        return Median.of(ratios());
    }

    public double ratioMin() {
        return Arrays.stream(ratios()).min().orElseThrow();
    }

    public double ratioMax() {
        return Arrays.stream(ratios()).max().orElseThrow();
    }

    /// Median of Herd's rates.
    public double herdRate() {
        return Median.of(herdRates);
    }

    /// Median of the other side's rates.
    public double otherRate() {
        return Median.of(otherRates);
    }

    /// One JSON object on one line.
    public String json() {
        return String.format(
                Locale.ROOT,
                "{\"case\":\"%s\",\"threads\":%d,\"ratio\":%.4f,\"ratio_min\":%.4f,\"ratio_max\":%.4f,\"unit\":\"%s\"}",
                name,
                threads,
                ratio(),
                ratioMin(),
                ratioMax(),
                unit);
    }

    private double[] ratios() {
        double[] ratios = new double[herdRates.length];
        for (int round = 0; round < ratios.length; round++) {
            ratios[round] = herdRates[round] / otherRates[round];
        }
        return ratios;
    }
}
