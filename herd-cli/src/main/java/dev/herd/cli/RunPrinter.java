package dev.herd.cli;

import dev.herd.cli.terminal.Console;
import dev.herd.cli.terminal.Figures;
import dev.herd.cli.terminal.TextTable;
import dev.herd.train.TrainResult;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Prints what a run came to.
final class RunPrinter {
    private final Console console;

    RunPrinter(Console console) {
        this.console = console;
    }

    void print(TrainResult result) {
        metrics(Map.of("validation", result.validation(), "test", result.test()));
        console.say(String.format(
                Locale.ROOT,
                "%,d steps, weights of step %,d, %s samples/s",
                result.steps(),
                result.bestStep(),
                Figures.count(result.samplesPerSecond())));
        console.say("Run: " + result.folder() + "   Report: " + result.folder().resolve("report.html"));
    }

    /// Metrics as one table, a column for each split that has any.
    void metrics(Map<String, Map<String, Double>> bySplit) {
        Map<String, Map<String, Double>> splits = Splits.inOrder(bySplit);
        splits.values().removeIf(Map::isEmpty);
        if (splits.isEmpty()) {
            return;
        }
        Set<String> names = new LinkedHashSet<>();
        splits.values().forEach(metrics -> names.addAll(metrics.keySet()));
        TextTable table = new TextTable(row("metric", splits.keySet().stream().map(split -> ">" + split)));
        for (String name : names) {
            table.row(row(name, splits.values().stream().map(metrics -> figure(metrics.get(name)))));
        }
        table.lines().forEach(console::print);
    }

    private static String[] row(String first, Stream<String> others) {
        return Stream.concat(Stream.of(first), others).toArray(String[]::new);
    }

    private static String figure(@Nullable Double value) {
        return value == null ? "-" : String.format(Locale.ROOT, "%.5f", value);
    }
}
