package dev.herd.cli;

import dev.herd.cli.terminal.Console;
import dev.herd.cli.terminal.Figures;
import dev.herd.cli.terminal.TextTable;
import dev.herd.data.inspect.Inspection;
import dev.herd.data.inspect.Inspection.IdFigures;
import dev.herd.data.inspect.Inspection.NumberFigures;
import dev.herd.data.inspect.Inspection.SplitFigures;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Prints the figures of a dataset as tables: the splits, then the columns of the training split.
final class DatasetPrinter {
    private final Console console;

    DatasetPrinter(Console console) {
        this.console = console;
    }

    void print(Inspection inspection) {
        splits(inspection).lines().forEach(console::print);
        Map.Entry<String, SplitFigures> first =
                Splits.inOrder(inspection.splits()).entrySet().iterator().next();
        String shown = first.getKey();
        SplitFigures figures = first.getValue();
        if (!figures.dense().isEmpty()) {
            console.print("");
            numbers(shown, figures.dense()).lines().forEach(console::print);
        }
        if (!figures.sparse().isEmpty()) {
            console.print("");
            ids(shown, inspection, figures.sparse()).lines().forEach(console::print);
        }
        if (!inspection.provenance().isEmpty()) {
            console.print("");
            inspection.provenance().forEach((key, value) -> console.print(key + ": " + value));
        }
    }

    private static TextTable splits(Inspection inspection) {
        TextTable table = new TextTable(
                "split", ">rows", "labels (mean)", ">sessions", ">rows each", ">most", ">in a batch", "order");
        Splits.inOrder(inspection.splits()).forEach((split, figures) -> {
            String labels = String.join(
                    ", ",
                    figures.labels().stream()
                            .map(label -> label.name() + " " + format("%.4f", label.mean()))
                            .toList());
            table.row(
                    split,
                    format("%,d", figures.rows()),
                    labels,
                    figures.sessions().map(s -> format("%,d", s.sessions())).orElse("-"),
                    figures.sessions().map(s -> format("%.1f", s.meanRows())).orElse("-"),
                    figures.sessions().map(s -> format("%,d", s.maximumRows())).orElse("-"),
                    figures.sessions().map(s -> format("%.2f", s.perBatch())).orElse("-"),
                    order(figures.order()));
        });
        return table;
    }

    private static String order(Inspection.Order order) {
        return switch (order) {
            case SESSION -> "by session";
            case TIME -> "by time";
            case NONE -> "as it came";
        };
    }

    private static TextTable numbers(String split, List<NumberFigures> columns) {
        TextTable table =
                new TextTable("dense feature (" + split + ")", ">mean", ">deviation", ">least", ">most", ">zeros");
        for (NumberFigures column : columns) {
            table.row(
                    column.name(),
                    Figures.measure(column.mean()),
                    Figures.measure(column.deviation()),
                    Figures.measure(column.minimum()),
                    Figures.measure(column.maximum()),
                    percent(column.zeros()));
        }
        return table;
    }

    private static TextTable ids(String split, Inspection inspection, List<IdFigures> columns) {
        TextTable table = new TextTable(
                "id feature (" + split + ")",
                "kind",
                ">table rows",
                ">occur",
                ">id 0",
                ">empty",
                ">length",
                ">longest",
                ">as row before");
        for (int i = 0; i < columns.size(); i++) {
            IdFigures column = columns.get(i);
            var feature = inspection.schema().sparse().get(i);
            table.row(
                    column.name(),
                    feature.arity().name().toLowerCase(Locale.ROOT) + (feature.weighted() ? ", weighted" : ""),
                    format("%,d", column.rows()),
                    format("%,d", column.distinct()),
                    percent(column.zeroIds()),
                    percent(column.empty()),
                    format("%.2f", column.meanLength()),
                    format("%,d", column.maximumLength()),
                    column.repeated().map(DatasetPrinter::percent).orElse("-"));
        }
        return table;
    }

    private static String percent(double share) {
        return format("%.1f %%", 100 * share);
    }

    private static String format(String pattern, Object value) {
        return String.format(Locale.ROOT, pattern, value);
    }
}
