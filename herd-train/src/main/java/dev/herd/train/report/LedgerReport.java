package dev.herd.train.report;

import java.util.List;
import java.util.SequencedMap;

/// What features cost and are worth as one HTML page that needs nothing else, like [RunReport].
public final class LedgerReport {
    private static final double WIDTH = 1120;
    private static final double ROW = 26;
    private static final double LEFT = 190;
    private static final double RIGHT = 150;

    private final Story story;

    private LedgerReport(Story story) {
        this.story = story;
    }

    /// All that the page tells.
    ///
    /// @param tiles shown large: name and value
    /// @param bars what each feature is worth, the most first
    /// @param tables tables of text with a heading each
    /// @param note how it was measured
    public record Story(
            String title, SequencedMap<String, String> tiles, List<Bar> bars, List<Table> tables, String note) {
        public Story {
            bars = List.copyOf(bars);
            tables = List.copyOf(tables);
        }
    }

    /// A value with its standard error.
    public record Bar(String name, double value, double error) {}

    /// @param rows cells, as many as titles
    public record Table(String heading, List<String> titles, List<List<String>> rows) {
        public Table {
            titles = List.copyOf(titles);
            rows = List.copyOf(rows);
        }
    }

    /// The page.
    public static String html(Story story) {
        return new LedgerReport(story).write();
    }

    private String write() {
        Page page = Page.titled(story.title()).tiles(story.tiles()).wide(bars());
        story.tables().forEach(table -> page.table(table.heading(), table.titles(), table.rows()));
        return page.html("<section><h2>How it was measured</h2><p>" + Html.escape(story.note()) + "</p></section>\n")
                .html();
    }

    /// Bars from zero, to either side, with two standard errors as whiskers.
    private String bars() {
        double low = story.bars().stream()
                .mapToDouble(bar -> bar.value() - 2 * bar.error())
                .min()
                .orElse(0);
        double high = story.bars().stream()
                .mapToDouble(bar -> bar.value() + 2 * bar.error())
                .max()
                .orElse(1);
        Axis axis = Axis.around("NE", Math.min(0, low), Math.max(high, 1e-9), 8);
        double height = 34 + ROW * story.bars().size();
        String title = "Normalized entropy lost when the feature is shuffled";
        StringBuilder svg = new StringBuilder("<figure><figcaption>%s</figcaption>".formatted(title));
        svg.append("<svg class=\"broad\" viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"%s\">"
                .formatted(WIDTH, height, title));
        for (double tick : axis.ticks()) {
            line(svg, tick == 0 ? "axis" : "grid", at(axis, tick), 4, at(axis, tick), height - 26);
            svg.append("<text class=\"tick middle\" x=\"%.1f\" y=\"%.1f\">%s</text>"
                    .formatted(at(axis, tick), height - 8, axis.text(tick)));
        }
        for (int i = 0; i < story.bars().size(); i++) {
            bar(svg, axis, story.bars().get(i), 6 + i * ROW);
        }
        return svg.append("</svg></figure>").toString();
    }

    private static void bar(StringBuilder svg, Axis axis, Bar bar, double top) {
        double zero = at(axis, 0);
        double end = at(axis, bar.value());
        double middle = top + 8;
        svg.append("<text class=\"tick end\" x=\"%.0f\" y=\"%.1f\">%s</text>"
                .formatted(LEFT - 12, top + 12, Html.escape(bar.name())));
        svg.append("<rect class=\"s0\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"16\" rx=\"2\"/>"
                .formatted(Math.min(zero, end), top, Math.max(0.5, Math.abs(end - zero))));
        double from = at(axis, bar.value() - 2 * bar.error());
        double to = at(axis, bar.value() + 2 * bar.error());
        line(svg, "axis", from, middle, to, middle);
        svg.append("<text class=\"tick\" x=\"%.1f\" y=\"%.1f\">%s</text>"
                .formatted(Math.max(Math.max(end, to), zero) + 8, top + 12, Html.number(bar.value())));
    }

    private static double at(Axis axis, double value) {
        return LEFT + axis.share(value) * (WIDTH - LEFT - RIGHT);
    }

    private static void line(StringBuilder svg, String style, double x1, double y1, double x2, double y2) {
        svg.append("<line class=%s x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>".formatted(style, x1, y1, x2, y2));
    }
}
