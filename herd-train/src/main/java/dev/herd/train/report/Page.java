package dev.herd.train.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// One HTML page that needs nothing else: no script, no network, light and dark.
public final class Page {
    private final String title;
    private final StringBuilder body = new StringBuilder();

    private Page(String title) {
        this.title = title;
    }

    public static Page titled(String title) {
        return new Page(title);
    }

    /// A line of a plot.
    ///
    /// @param points x and y, in ascending order of x
    public record Line(String name, List<double[]> points) {
        public Line {
            points = List.copyOf(points);
        }
    }

    /// A plot over an x axis on which equal steps are equal ratios.
    public static String scalingPlot(String title, String xLabel, String yLabel, List<Line> lines) {
        List<Series> series = new ArrayList<>();
        for (Line line : lines) {
            series.add(new Series(
                    line.name(),
                    line.points().stream()
                            .map(point -> new Series.Point(point[0], point[1]))
                            .toList()));
        }
        return LinePlot.scaling(title, xLabel, yLabel, series);
    }

    /// A front of best points as a line, over an x axis on which equal steps are equal ratios, with other
    /// points in it by name.
    ///
    /// @param points x and y by name
    public static String frontPlot(
            String title, String xLabel, String yLabel, Line front, Map<String, double[]> points) {
        Series line = new Series(
                front.name(),
                front.points().stream()
                        .map(point -> new Series.Point(point[0], point[1]))
                        .toList());
        List<Series> named = new ArrayList<>();
        points.forEach((name, point) -> named.add(new Series(name, List.of(new Series.Point(point[0], point[1])))));
        return LinePlot.front(title, xLabel, yLabel, line, named);
    }

    /// Values shown large, by name.
    Page tiles(Map<String, String> tiles) {
        body.append("<section class=tiles>\n");
        tiles.forEach((name, value) -> body.append("<div><b>")
                .append(Html.escape(value))
                .append("</b><span>")
                .append(Html.escape(name))
                .append("</span></div>\n"));
        body.append("</section>\n");
        return this;
    }

    /// A plot over the whole width.
    Page wide(String plot) {
        return html("<section class=wide>" + plot + "</section>\n");
    }

    /// Ready HTML.
    Page html(CharSequence html) {
        body.append(html);
        return this;
    }

    /// Long text that is folded away under a heading.
    Page folded(String heading, String text) {
        return html("<details><summary>" + Html.escape(heading) + "</summary><pre>" + Html.escape(text)
                + "</pre></details>\n");
    }

    /// A paragraph.
    public Page text(String text) {
        body.append("<section><p>").append(Html.escape(text)).append("</p></section>\n");
        return this;
    }

    /// Plots side by side, as made by the plots' own methods.
    public Page plots(List<String> plots) {
        body.append("<section class=plots>\n").append(String.join("\n", plots)).append("\n</section>\n");
        return this;
    }

    /// A table under a heading; cells are text.
    public Page table(String heading, List<String> titles, List<List<String>> rows) {
        body.append("<section><h2>").append(Html.escape(heading)).append("</h2><div class=scroll><table><tr>");
        titles.forEach(name -> body.append("<th>").append(Html.escape(name)));
        for (List<String> row : rows) {
            body.append("\n<tr>");
            row.forEach(cell -> body.append("<td>").append(Html.escape(cell)));
        }
        body.append("\n</table></div></section>\n");
        return this;
    }

    /// Names and values under a heading.
    public Page facts(String heading, Map<String, String> facts) {
        body.append("<section><h2>").append(Html.escape(heading)).append("</h2><dl>\n");
        facts.forEach((name, value) -> body.append("<dt>")
                .append(Html.escape(name))
                .append("<dd>")
                .append(Html.escape(value))
                .append('\n'));
        body.append("</dl></section>\n");
        return this;
    }

    /// The page.
    public String html() {
        return "<!doctype html>\n<html lang=en><meta charset=utf-8>\n<title>Herd: " + Html.escape(title)
                + "</title>\n<meta name=viewport content=\"width=device-width\">\n<style>\n" + style()
                + "</style>\n<main>\n<header><h1>" + Html.escape(title) + "</h1></header>\n" + body
                + "</main>\n</html>\n";
    }

    /// A drawing or plot as a file of its own, with its colors and its paper.
    public static String svgFile(String drawing) {
        int from = drawing.indexOf("<svg");
        int open = drawing.indexOf('>', from) + 1;
        int end = drawing.indexOf("</svg>", open);
        return "<svg xmlns=\"http://www.w3.org/2000/svg\"" + drawing.substring(from + 4, open) + "<style>" + style()
                + "</style><rect class=\"paper\" width=\"100%\" height=\"100%\"/>" + drawing.substring(open, end)
                + "</svg>\n";
    }

    private static String style() {
        try (InputStream css = Objects.requireNonNull(Page.class.getResourceAsStream("report.css"))) {
            return new String(css.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("report.css is missing from the jar", e);
        }
    }
}
