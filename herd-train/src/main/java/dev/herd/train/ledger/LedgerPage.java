package dev.herd.train.ledger;

import dev.herd.train.ledger.Ledger.Feature;
import dev.herd.train.report.LedgerReport;
import dev.herd.train.run.RunFolder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/// Writes a ledger as an HTML page.
public final class LedgerPage {
    private LedgerPage() {}

    /// @param title usually the model and the run
    public static void write(Ledger ledger, String title, Path file) {
        SequencedMap<String, String> tiles = new LinkedHashMap<>();
        tiles.put("NE on " + ledger.split(), text("%.4f", ledger.entropy()));
        tiles.put("rows measured", text("%,d", ledger.rows()));
        tiles.put("features", Integer.toString(ledger.features().size()));
        long bytes = ledger.tables().stream()
                .mapToLong(table -> table.weightBytes() + table.stateBytes())
                .sum();
        tiles.put("tables and optimizer state, MB", text("%,.1f", bytes / 1e6));
        RunFolder.replace(
                file,
                LedgerReport.html(new LedgerReport.Story(
                        title,
                        tiles,
                        ledger.features().stream()
                                .map(feature ->
                                        new LedgerReport.Bar(feature.name(), feature.lost(), feature.standardError()))
                                .toList(),
                        List.of(features(ledger), tables(ledger)),
                        note(ledger))));
    }

    private static String note(Ledger ledger) {
        return "Each feature's values changed places among " + text("%,d", ledger.rows()) + " rows of "
                + ledger.split() + ", " + ledger.repeats() + " times, and the rows were scored again. The whiskers are"
                + " two standard errors, from the differences row by row. Features that tell the same thing share their"
                + " worth: each alone seems to be worth little. A shared table counts in full for each of its features."
                + " Lookup times are medians of rounds in which all tables take turns.";
    }

    private static LedgerReport.Table features(Ledger ledger) {
        List<String> titles = List.of(
                "feature",
                "kind",
                "NE lost",
                "% of NE",
                "standard error",
                "spread",
                "table rows",
                "MB",
                "NE lost a MB",
                "share of lookup");
        return new LedgerReport.Table(
                "Features",
                titles,
                ledger.features().stream().map(f -> row(f, ledger.entropy())).toList());
    }

    private static List<String> row(Feature feature, double entropy) {
        boolean none = feature.tables().isEmpty();
        return List.of(
                feature.name(),
                feature.kind(),
                text("%.5f", feature.lost()),
                text("%.2f", 100 * feature.lost() / entropy),
                text("%.5f", feature.standardError()),
                text("%.5f", feature.spread()),
                none ? "" : text("%,d", feature.tableRows()),
                none ? "" : text("%,.3f", feature.bytes() / 1e6),
                none ? "" : text("%.4g", feature.lostPerMegabyte()),
                none ? "" : text("%.1f %%", 100 * feature.lookupShare()));
    }

    private static LedgerReport.Table tables(Ledger ledger) {
        return new LedgerReport.Table(
                "Tables",
                List.of(
                        "table",
                        "features",
                        "rows",
                        "width",
                        "weights, MB",
                        "optimizer, MB",
                        "ns a row",
                        "share of lookup"),
                ledger.tables().stream()
                        .map(table -> List.of(
                                table.name(),
                                String.join(", ", table.features()),
                                text("%,d", table.rows()),
                                Integer.toString(table.dim()),
                                text("%,.3f", table.weightBytes() / 1e6),
                                text("%,.3f", table.stateBytes() / 1e6),
                                text("%.1f", table.nanosPerRow()),
                                text("%.1f %%", 100 * table.lookupShare())))
                        .toList());
    }

    private static String text(String pattern, Object value) {
        return String.format(Locale.ROOT, pattern, value);
    }
}
