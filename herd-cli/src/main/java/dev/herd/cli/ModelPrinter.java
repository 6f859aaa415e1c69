package dev.herd.cli;

import dev.herd.cli.terminal.Console;
import dev.herd.cli.terminal.Figures;
import dev.herd.cli.terminal.TextTable;
import dev.herd.nn.graph.Cost;
import dev.herd.train.report.ModelSheet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// Prints what a model is made of and what its parts cost.
final class ModelPrinter {
    private static final int MOST_TABLES = 20;

    private final Console console;

    ModelPrinter(Console console) {
        this.console = console;
    }

    /// A model as printed for machines.
    private record Sheet(String model, String dataset, List<TableRow> tables, List<PartRow> parts, Total total) {}

    private record TableRow(String name, long rows, int width, long parameters, long weightBytes) {}

    private record PartRow(
            String name,
            long parameters,
            long multiplyAccumulates,
            long hadamards,
            long trainingFlops,
            long activationBytes,
            long weightBytes) {
        static PartRow of(Cost.Part part) {
            Cost.Counts counts = part.counts();
            return new PartRow(
                    part.name(),
                    counts.parameters(),
                    counts.multiplyAccumulates(),
                    counts.hadamards(),
                    counts.trainingFlops(),
                    counts.activationBytes(),
                    counts.weightBytes());
        }
    }

    private record Total(
            long parameters,
            long denseParameters,
            long multiplyAccumulates,
            long forwardFlops,
            long trainingFlops,
            long activationBytes,
            long weightBytes) {}

    void printJson(String model, Path dataset, ModelSheet sheet) {
        Cost.Counts total = sheet.cost().total();
        console.printJson(new Sheet(
                model,
                dataset.toString(),
                sheet.tables().stream()
                        .map(table -> new TableRow(
                                table.name(), table.rows(), table.width(), table.parameters(), table.bytes()))
                        .toList(),
                sheet.cost().parts().stream().map(PartRow::of).toList(),
                new Total(
                        sheet.parameters(),
                        total.parameters(),
                        total.multiplyAccumulates(),
                        total.forwardFlops(),
                        total.trainingFlops(),
                        total.activationBytes(),
                        sheet.weightBytes())));
    }

    void print(String model, Path dataset, ModelSheet sheet) {
        console.print(model + " on " + dataset + ", counted per example");
        console.print("");
        TextTable lines = new TextTable(
                "part", "", ">parameters", ">share", ">MACs", ">training FLOPs", ">activations", ">weights");
        tables(sheet, lines);
        for (Cost.Part part : sheet.cost().parts()) {
            Cost.Counts counts = part.counts();
            row(lines, part.name(), counts.parameters(), sheet, counts, counts.weightBytes());
        }
        row(lines, "total", sheet.parameters(), sheet, sheet.cost().total(), sheet.weightBytes());
        lines.lines().forEach(console::print);
    }

    private static void tables(ModelSheet sheet, TextTable lines) {
        List<ModelSheet.Table> largest = new ArrayList<>(sheet.tables());
        largest.sort(Comparator.comparingLong(ModelSheet.Table::bytes).reversed());
        List<ModelSheet.Table> shown = largest.subList(0, Math.min(MOST_TABLES, largest.size()));
        for (ModelSheet.Table table : shown) {
            String size = String.format(Locale.ROOT, "%,d x %d", table.rows(), table.width());
            weights(lines, table.name(), size, table.parameters(), table.bytes(), sheet);
        }
        List<ModelSheet.Table> rest = largest.subList(shown.size(), largest.size());
        if (!rest.isEmpty()) {
            long parameters =
                    rest.stream().mapToLong(ModelSheet.Table::parameters).sum();
            long bytes = rest.stream().mapToLong(ModelSheet.Table::bytes).sum();
            weights(lines, rest.size() + " smaller tables", "", parameters, bytes, sheet);
        }
    }

    private static void weights(
            TextTable lines, String name, String size, long parameters, long bytes, ModelSheet sheet) {
        lines.row(
                name,
                size,
                String.format(Locale.ROOT, "%,d", parameters),
                share(parameters, sheet),
                "",
                "",
                "",
                Figures.bytes(bytes));
    }

    private static void row(
            TextTable lines, String name, long parameters, ModelSheet sheet, Cost.Counts counts, long weightBytes) {
        lines.row(
                name,
                "",
                number(parameters),
                parameters == 0 ? "" : share(parameters, sheet),
                number(counts.multiplyAccumulates()),
                number(counts.trainingFlops()),
                counts.activationBytes() == 0 ? "" : Figures.bytes(counts.activationBytes()),
                weightBytes == 0 ? "" : Figures.bytes(weightBytes));
    }

    private static String number(long value) {
        return value == 0 ? "" : String.format(Locale.ROOT, "%,d", value);
    }

    private static String share(long parameters, ModelSheet sheet) {
        return String.format(Locale.ROOT, "%.1f %%", 100.0 * parameters / sheet.parameters());
    }
}
