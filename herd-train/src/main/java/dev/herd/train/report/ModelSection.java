package dev.herd.train.report;

import dev.herd.nn.graph.Cost;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// The part of a page that shows a model: its drawing, and a table of what its parts cost.
final class ModelSection {
    private static final int MOST_TABLES = 10;
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    private final ModelSheet sheet;
    private final StringBuilder page = new StringBuilder();

    private ModelSection(ModelSheet sheet) {
        this.sheet = sheet;
    }

    static String of(ModelSheet sheet) {
        return new ModelSection(sheet).write();
    }

    private String write() {
        page.append("<section><h2>Model</h2>\n")
                .append(GraphDrawing.inline(sheet))
                .append('\n');
        page.append("<p class=none>Per example. A box's bar is its share of all multiply-accumulates; a training step"
                + " takes 6 operations for each.</p>\n");
        page.append("<div class=scroll><table class=parts><tr><th>part<th>parameters<th>share<th>multiply-accumulates"
                + "<th>training FLOPs<th>activations<th>weights");
        List<ModelSheet.Table> tables = sheet.tables().stream()
                .sorted(Comparator.comparingLong(ModelSheet.Table::bytes).reversed())
                .toList();
        tables.stream().limit(MOST_TABLES).forEach(this::table);
        if (tables.size() > MOST_TABLES) {
            rest(tables.subList(MOST_TABLES, tables.size()));
        }
        sheet.cost().parts().forEach(part -> part(part.name(), part.counts()));
        Cost.Counts total = sheet.cost().total();
        row("total", sheet.parameters(), total, sheet.weightBytes(), "best");
        return page.append("\n</table></div></section>\n").toString();
    }

    private void table(ModelSheet.Table table) {
        String name = String.format(Locale.ROOT, "%s, %,d x %d", table.name(), table.rows(), table.width());
        weights(name, table.parameters(), table.bytes());
    }

    private void rest(List<ModelSheet.Table> tables) {
        weights(
                tables.size() + " smaller tables",
                tables.stream().mapToLong(ModelSheet.Table::parameters).sum(),
                tables.stream().mapToLong(ModelSheet.Table::bytes).sum());
    }

    private void weights(String name, long parameters, long bytes) {
        page.append(String.format(
                Locale.ROOT,
                "\n<tr><td>%s<td>%,d<td>%s<td><td><td><td>%s",
                Html.escape(name),
                parameters,
                share(parameters),
                bytes(bytes)));
    }

    private void part(String name, Cost.Counts counts) {
        row(name, counts.parameters(), counts, counts.weightBytes(), "");
    }

    private void row(String name, long parameters, Cost.Counts counts, long weightBytes, String style) {
        page.append(String.format(
                Locale.ROOT,
                "\n<tr%s><td>%s<td>%s<td>%s<td>%s<td>%s<td>%s<td>%s",
                style.isEmpty() ? "" : " class=" + style,
                Html.escape(name),
                number(parameters),
                share(parameters),
                number(counts.multiplyAccumulates()),
                number(counts.trainingFlops()),
                bytes(counts.activationBytes()),
                bytes(weightBytes)));
    }

    private static String number(long value) {
        return value == 0 ? "" : String.format(Locale.ROOT, "%,d", value);
    }

    private String share(long parameters) {
        if (parameters == 0) {
            return "";
        }
        return String.format(Locale.ROOT, "%.1f %%", 100.0 * parameters / Math.max(1, sheet.parameters()));
    }

    private static String bytes(long bytes) {
        if (bytes == 0) {
            return "";
        }
        double scaled = bytes;
        int unit = 0;
        while (scaled >= 1024 && unit < UNITS.length - 1) {
            scaled /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", scaled, UNITS[unit]);
    }
}
