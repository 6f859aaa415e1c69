package dev.herd.cli;

import dev.herd.cli.run.RunSummary;
import dev.herd.cli.terminal.Console;
import dev.herd.cli.terminal.Figures;
import dev.herd.cli.terminal.TextTable;
import dev.herd.data.InputException;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.inspect.Inspection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
        name = "inspect",
        description = "Shows what a folder holds: a dataset (schema, splits, statistics) or a run (progress, metrics).",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = {
            "  # after the example of ./herd train --help",
            "  ./herd inspect datasets/clicks",
            "  ./herd inspect runs/clicks"
        })
final class InspectCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "FOLDER", description = "A dataset folder or a run folder.")
    private Path folder;

    @Option(names = "--json", description = "Print the same as one JSON object.")
    private boolean json;

    @Option(names = "--threads", paramLabel = "N", description = "Threads. Default: the cores.")
    private int threads = Runtime.getRuntime().availableProcessors();

    InspectCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (Files.isRegularFile(folder.resolve("dataset.yaml"))) {
            dataset(Dataset.open(folder));
        } else if (Files.isRegularFile(folder.resolve("config.yaml"))) {
            run(RunSummary.read(folder));
        } else {
            throw InputException.of(
                    folder, "holds neither a dataset (dataset.yaml) nor a run (config.yaml); name a folder that does");
        }
        return ExitCodes.DONE;
    }

    private void dataset(Dataset dataset) {
        Inspection inspection = Inspection.of(dataset, threads, console.display());
        if (json) {
            console.printJson(inspection);
        } else {
            new DatasetPrinter(console).print(inspection);
        }
    }

    private void run(RunSummary run) {
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
