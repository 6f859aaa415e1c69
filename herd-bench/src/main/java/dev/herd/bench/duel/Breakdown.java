package dev.herd.bench.duel;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// Where the time of a training step goes.
///
/// **Units**: milliseconds; shares of the step's time between 0 and 1.
///
/// @param stepMillis median of the rounds
/// @param products share of the step that its matrix products alone take, median of the rounds
/// @param parts shares of the trainer's own parts by name, in order, which add up to 1
public record Breakdown(String name, int threads, double stepMillis, double products, Map<String, Double> parts) {
    public Breakdown {
        if (!(stepMillis > 0) || !(products > 0)) {
            throw new IllegalArgumentException("a step and its products take time, got " + stepMillis
                    + " ms and a share of " + products + " in " + name);
        }
        parts = new LinkedHashMap<>(parts);
    }

    /// Share of the step outside its matrix products.
    public double outside() {
        return 1 - products;
    }

    /// One JSON object on one line.
    public String json() {
        String shares = parts.entrySet().stream()
                .map(part -> String.format(Locale.ROOT, "\"%s\":%.4f", part.getKey(), part.getValue()))
                .collect(Collectors.joining(","));
        return String.format(
                Locale.ROOT,
                "{\"case\":\"%s\",\"threads\":%d,\"step_ms\":%.3f,\"products_ms\":%.3f,\"outside_products\":%.4f,"
                        + "\"parts\":{%s}}",
                name,
                threads,
                stepMillis,
                stepMillis * products,
                outside(),
                shares);
    }

    /// For people, largest parts first.
    public String text() {
        String shares = parts.entrySet().stream()
                .filter(part -> part.getValue() >= 0.005)
                .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                .map(part -> String.format(Locale.ROOT, "%s %.0f%%", part.getKey(), 100 * part.getValue()))
                .collect(Collectors.joining(", "));
        return String.format(
                Locale.ROOT,
                "  step %.1f ms, its matrix products alone %.1f ms, %.0f%% outside them; parts: %s",
                stepMillis,
                stepMillis * products,
                100 * outside(),
                shares);
    }
}
