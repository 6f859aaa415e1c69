package dev.herd.cli;

import dev.herd.cli.run.RunSummary;
import dev.herd.cli.terminal.Console;
import dev.herd.cli.terminal.Figures;
import dev.herd.cli.terminal.TextTable;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// Prints how far a run is and what it measured.
final class RunSummaryPrinter {
    private final Console console;

    RunSummaryPrinter(Console console) {
        this.console = console;
    }

    void print(RunSummary run, boolean json) {
        if (json) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("folder", run.folder().toString());
            all.put("model", run.config().model().name());
            all.put("dataset", run.config().dataset().toString());
            all.put("finished", run.finished());
            all.put("result", run.finished() ? run.result() : Map.of());
            all.put("evaluations", run.evaluations());
            console.printJson(all);
            return;
        }
        console.print(run.config().model().name() + " on " + run.config().dataset() + ", "
                + (run.finished() ? "finished" : "not finished"));
        if (!run.progress().isEmpty()) {
            JsonNode last = run.progress().getLast();
            console.print(String.format(
                    Locale.ROOT,
                    "step %,d, epoch %d, loss %s, %s samples/s",
                    last.path("step").asLong(),
                    last.path("epoch").asLong(),
                    Figures.measure(last.path("loss").asDouble()),
                    Figures.count(last.path("samples_per_s").asDouble())));
        }
        console.print("");
        evaluations(run).lines().forEach(console::print);
        console.say(
                run.finished()
                        ? "Report: " + run.folder().resolve("report.html")
                        : "Go on with it: ./herd train --resume " + run.folder());
    }

    private static TextTable evaluations(RunSummary run) {
        TextTable table = new TextTable(">step", ">epoch", "split", ">auc", ">logloss", ">ne", ">calibration", "");
        for (JsonNode entry : run.evaluations()) {
            table.row(
                    entry.path("step").asString(),
                    entry.path("epoch").asString(),
                    entry.path("split").asString(),
                    figure(entry.path("auc")),
                    figure(entry.path("logloss")),
                    figure(entry.path("ne")),
                    figure(entry.path("calibration")),
                    entry.path("best").asBoolean() ? "best" : "");
        }
        return table;
    }

    private static String figure(JsonNode value) {
        return value.isNumber() ? String.format(Locale.ROOT, "%.5f", value.asDouble()) : "-";
    }
}
