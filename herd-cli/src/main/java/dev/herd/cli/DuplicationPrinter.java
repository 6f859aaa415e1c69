package dev.herd.cli;

import dev.herd.cli.terminal.Console;
import dev.herd.cli.terminal.Figures;
import dev.herd.cli.terminal.TextTable;
import dev.herd.data.inspect.Duplication;
import dev.herd.data.inspect.Duplication.FeatureFigures;
import dev.herd.data.inspect.Duplication.GroupFigures;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// Prints how often features repeat, the most first, with a bar for each factor, and the groups to
/// deduplicate.
final class DuplicationPrinter {
    private static final int BAR = 20;

    private final Console console;

    DuplicationPrinter(Console console) {
        this.console = console;
    }

    void print(Duplication report) {
        features(report).lines().forEach(console::print);
        console.print("");
        if (report.groups().isEmpty()) {
            console.print("No features reach a factor of " + format("%.2f", report.threshold()) + " and save "
                    + format("%.0f", report.bytesPerRow()) + " bytes a row: nothing to deduplicate in batches of "
                    + report.batchSize() + " rows.");
        } else {
            groups(report).lines().forEach(console::print);
            console.print("");
            String windows = report.windows().isEmpty() ? "" : ", windows: " + report.windows();
            console.print("deduplicate: {kind: groups, groups: " + yaml(report.groups()) + windows + "}");
        }
        console.say(summary(report));
    }

    private static TextTable features(Duplication report) {
        double most = report.features().stream()
                .mapToDouble(FeatureFigures::measured)
                .max()
                .orElse(1);
        TextTable table = new TextTable(
                "id feature",
                ">length",
                ">unchanged",
                ">predicted",
                ">measured",
                "",
                ">as windows",
                ">bytes",
                ">saved");
        report.features().stream()
                .sorted(Comparator.comparingDouble(FeatureFigures::measured).reversed())
                .forEach(feature -> table.row(
                        feature.name(),
                        format("%.2f", feature.meanLength()),
                        format("%.1f %%", 100 * feature.unchanged()),
                        feature.predicted()
                                .map(factor -> format("%.2f", factor))
                                .orElse("-"),
                        format("%.2f", feature.measured()),
                        bar(feature.measured(), most, report.threshold()),
                        format("%.2f", feature.windows()),
                        Figures.bytes(feature.bytes()),
                        share(feature.saved(), feature.bytes())));
        return table;
    }

    /// A bar from factor 1 on; what lies below the threshold is drawn lighter.
    private static String bar(double factor, double most, double threshold) {
        long length = most <= 1 ? 0 : Math.round((factor - 1) / (most - 1) * BAR);
        return (factor >= threshold ? "#" : "-").repeat((int) length);
    }

    private static TextTable groups(Duplication report) {
        TextTable table = new TextTable("group to deduplicate", ">factor", ">unique rows", ">bytes", ">saved");
        for (GroupFigures group : report.groups()) {
            table.row(
                    String.join(", ", group.features()),
                    format("%.2f", group.factor()),
                    format("%.1f %%", 100 * group.uniqueRows()),
                    Figures.bytes(group.bytes()),
                    share(group.saved(), group.bytes()));
        }
        return table;
    }

    private static String summary(Duplication report) {
        String sessions = report.sessionRows()
                .map(rows -> format("%.2f rows of a session in a batch", rows))
                .orElse("no session column, so nothing to predict from");
        return format("%,d rows of ", report.rows()) + report.split() + ", "
                + (report.shuffled() ? "in the order of training" : "as they were written") + ", batches of "
                + report.batchSize() + ": " + sessions + ". The groups save "
                + share(report.saved(), report.bytes()) + " of the id features' " + Figures.bytes(report.bytes())
                + ". A feature is recommended from a factor of " + format("%.2f", report.threshold())
                + " on, a group from " + format("%.0f", report.bytesPerRow()) + " bytes saved a row on.";
    }

    private static String yaml(List<GroupFigures> groups) {
        return groups.stream().map(GroupFigures::features).toList().toString();
    }

    private static String share(long part, long whole) {
        return format("%.1f %%", whole == 0 ? 0.0 : 100.0 * part / whole);
    }

    private static String format(String pattern, Object value) {
        return String.format(Locale.ROOT, pattern, value);
    }
}
