package dev.herd.train.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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
                + "</title>\n<meta name=viewport content=\"width=device-width\">\n<style>\n" + RunReport.style()
                + "</style>\n<main>\n<header><h1>" + Html.escape(title) + "</h1></header>\n" + body
                + "</main>\n</html>\n";
    }

    /// A plot as a file of its own, with its colors.
    public static String svgFile(String plot) {
        int from = plot.indexOf("<svg");
        int to = plot.indexOf("</svg>", from);
        int open = plot.indexOf('>', from);
        return "<svg xmlns=\"http://www.w3.org/2000/svg\"" + plot.substring(from + 4, open + 1) + "<style>"
                + RunReport.style() + "</style>" + plot.substring(open + 1, to) + "</svg>\n";
    }
}
