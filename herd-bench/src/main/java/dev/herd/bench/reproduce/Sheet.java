package dev.herd.bench.reproduce;

import dev.herd.bench.reproduce.lab.Claim;
import dev.herd.bench.reproduce.lab.Experiment;
import dev.herd.bench.reproduce.lab.Findings;
import dev.herd.data.Folders;
import dev.herd.train.report.Page;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Writes findings down for people: an HTML report beside the runs, and a page of Markdown for the
/// documentation.
record Sheet(Experiment experiment, Findings findings) {
    static final List<String> TITLES = List.of("claim", ">paper", ">here", ">ratio", "unit", "holds when", "holds");

    /// @return the file
    Path writeReport(Path folder) {
        Page page = Page.titled("Reproduction: " + experiment.name())
                .text(experiment.paper() + ". " + experiment.about())
                .table("Claims", clean(TITLES), claims())
                .plots(findings.plots().stream().map(Sheet::drawn).toList());
        findings.tables().forEach(table -> page.table(table.caption(), clean(table.titles()), table.rows()));
        return Folders.write(
                folder.resolve("report.html"),
                page.facts("Conditions", findings.conditions()).html());
    }

    /// @return the file
    Path writePage(Path folder) {
        StringBuilder text = new StringBuilder("# " + experiment.name() + "\n\n");
        text.append(experiment.paper())
                .append(".\n\n")
                .append(experiment.about())
                .append("\n\n## Claims\n\n");
        table(text, TITLES, claims());
        for (Findings.Plot plot : findings.plots()) {
            String file = experiment.name() + "-" + plot.file() + ".svg";
            Folders.write(folder.resolve(file), Page.svgFile(drawn(plot)));
            text.append("\n![").append(plot.title()).append("](").append(file).append(")\n");
        }
        text.append("\n## Measurements\n");
        for (Findings.Table table : findings.tables()) {
            text.append("\n### ").append(table.caption()).append("\n\n");
            table(text, table.titles(), table.rows());
        }
        text.append("\n## Conditions\n\n");
        findings.conditions()
                .forEach((name, value) -> text.append("- ")
                        .append(name)
                        .append(": ")
                        .append(value)
                        .append('\n'));
        text.append("\nMade by `./herd reproduce ").append(experiment.name()).append(" --write`.\n");
        return Folders.write(folder.resolve(experiment.name() + ".md"), text.toString());
    }

    /// The claims as rows under [#TITLES].
    List<List<String>> claims() {
        List<List<String>> rows = new ArrayList<>();
        for (Claim claim : findings.claims()) {
            rows.add(List.of(
                    claim.name(),
                    figure(claim.published()),
                    figure(claim.measured()),
                    figure(claim.ratio()),
                    claim.unit(),
                    claim.expectation().toString(),
                    claim.holds() ? "yes" : "no"));
        }
        return rows;
    }

    private static String figure(@Nullable Double value) {
        return value == null ? "-" : String.format(Locale.ROOT, "%.4g", value);
    }

    private static String drawn(Findings.Plot plot) {
        return Page.scalingPlot(plot.title(), plot.xLabel(), plot.yLabel(), plot.lines());
    }

    private static void table(StringBuilder text, List<String> titles, List<List<String>> rows) {
        line(text, clean(titles));
        line(
                text,
                titles.stream()
                        .map(title -> title.startsWith(">") ? "--:" : "---")
                        .toList());
        rows.forEach(row -> line(text, row));
    }

    private static void line(StringBuilder text, List<String> cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    private static List<String> clean(List<String> titles) {
        return titles.stream()
                .map(title -> title.startsWith(">") ? title.substring(1) : title)
                .toList();
    }
}
