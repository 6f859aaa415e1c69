package dev.herd.train.report;

import dev.herd.data.inspect.Duplication;
import dev.herd.data.inspect.Duplication.FeatureFigures;
import dev.herd.data.inspect.Duplication.GroupFigures;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/// How often the features of a dataset repeat as one HTML page that needs nothing else, like [RunReport].
public final class DuplicationReport {
    private static final double WIDTH = 1120;
    private static final double ROW = 26;
    private static final double LEFT = 190;
    private static final double RIGHT = 150;

    private static final List<String> GROUP_TITLES =
            List.of("group", "factor", "distinct rows", "MB written out", "saved");

    private static final List<String> FEATURE_TITLES =
            List.of("feature", "ids a row", "unchanged", "predicted", "measured", "as windows", "MB", "saved");

    private final Duplication figures;
    private final List<FeatureFigures> features;

    private DuplicationReport(Duplication figures) {
        this.figures = figures;
        features = figures.features().stream()
                .sorted(Comparator.comparingDouble(FeatureFigures::measured).reversed())
                .toList();
    }

    /// The page.
    public static String html(String title, Duplication figures) {
        return new DuplicationReport(figures).write(title);
    }

    private String write(String title) {
        SequencedMap<String, String> tiles = new LinkedHashMap<>();
        tiles.put(
                "rows of a session in a batch",
                figures.sessionRows().map(rows -> text("%.2f", rows)).orElse("-"));
        tiles.put("rows measured", text("%,d", figures.rows()));
        tiles.put("rows of a batch", text("%,d", figures.batchSize()));
        tiles.put("saved by the groups", share(figures.saved(), figures.bytes()));
        return Page.titled(title)
                .tiles(tiles)
                .wide(bars())
                .table(
                        "Groups to deduplicate",
                        GROUP_TITLES,
                        figures.groups().stream().map(DuplicationReport::row).toList())
                .table(
                        "Features",
                        FEATURE_TITLES,
                        features.stream().map(DuplicationReport::row).toList())
                .html("<section><h2>How it was measured</h2><p>" + Html.escape(note()) + "</p></section>\n")
                .html();
    }

    private static List<String> row(GroupFigures group) {
        return List.of(
                String.join(", ", group.features()),
                text("%.2f", group.factor()),
                text("%.1f %%", 100 * group.uniqueRows()),
                text("%,.1f", group.bytes() / 1e6),
                share(group.saved(), group.bytes()));
    }

    private static List<String> row(FeatureFigures feature) {
        return List.of(
                feature.name(),
                text("%.2f", feature.meanLength()),
                text("%.1f %%", 100 * feature.unchanged()),
                feature.predicted().map(factor -> text("%.2f", factor)).orElse(""),
                text("%.2f", feature.measured()),
                text("%.2f", feature.windows()),
                text("%,.1f", feature.bytes() / 1e6),
                share(feature.saved(), feature.bytes()));
    }

    private String note() {
        return "Batches of " + figures.batchSize() + " rows of " + figures.split() + ", "
                + (figures.shuffled() ? "in the order of training" : "as they were written")
                + ". Measured: ids of all batches over ids of their distinct rows. Predicted: S / (1 + (S-1)(1-d)) for S"
                + " rows of a session in a batch and a share d of rows that repeat the row before in their session. As"
                + " windows: if rows that slide over the row before were windows of one list besides. A feature is"
                + " recommended from a factor of " + text("%.2f", figures.threshold()) + " on, a group from "
                + text("%.0f", figures.bytesPerRow()) + " bytes saved a row on.";
    }

    /// Measured factors as bars from 1 on, predicted ones as marks, the threshold as a line.
    private String bars() {
        double most = features.stream()
                .mapToDouble(f -> Math.max(f.measured(), f.predicted().orElse(1.0)))
                .max()
                .orElse(1);
        Axis axis = Axis.around("factor", 1, Math.max(most, figures.threshold()), 8);
        double height = 34 + ROW * features.size();
        String title = "Dedupe factor: bars measured, marks predicted, the line is the threshold";
        StringBuilder svg = new StringBuilder("<figure><figcaption>%s</figcaption>".formatted(title));
        svg.append("<svg class=\"broad\" viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"%s\">"
                .formatted(WIDTH, height, title));
        for (double tick : axis.ticks()) {
            line(svg, "grid", at(axis, tick), 4, height - 26);
            svg.append("<text class=\"tick middle\" x=\"%.1f\" y=\"%.1f\">%s</text>"
                    .formatted(at(axis, tick), height - 8, axis.text(tick)));
        }
        line(svg, "axis", at(axis, figures.threshold()), 4, height - 26);
        for (int i = 0; i < features.size(); i++) {
            bar(svg, axis, features.get(i), 6 + i * ROW);
        }
        return svg.append("</svg></figure>").toString();
    }

    private static void bar(StringBuilder svg, Axis axis, FeatureFigures feature, double top) {
        double one = at(axis, 1);
        double end = at(axis, feature.measured());
        svg.append("<text class=\"tick end\" x=\"%.0f\" y=\"%.1f\">%s</text>"
                .formatted(LEFT - 12, top + 12, Html.escape(feature.name())));
        svg.append("<rect class=\"s0\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"16\" rx=\"2\"/>"
                .formatted(one, top, Math.max(0.5, end - one)));
        double predicted = at(axis, feature.predicted().orElse(feature.measured()));
        feature.predicted().ifPresent(factor -> line(svg, "axis", at(axis, factor), top - 3, top + 19));
        svg.append("<text class=\"tick\" x=\"%.1f\" y=\"%.1f\">%s</text>"
                .formatted(Math.max(end, predicted) + 8, top + 12, text("%.2f", feature.measured())));
    }

    private static double at(Axis axis, double value) {
        return LEFT + axis.share(value) * (WIDTH - LEFT - RIGHT);
    }

    private static void line(StringBuilder svg, String style, double x, double y1, double y2) {
        svg.append(
                "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>".formatted(style, x, y1, x, y2));
    }

    private static String share(long part, long whole) {
        return text("%.1f %%", whole == 0 ? 0.0 : 100.0 * part / whole);
    }

    private static String text(String pattern, Object value) {
        return String.format(Locale.ROOT, pattern, value);
    }
}
