package dev.herd.cli;

import dev.herd.cli.run.RunSummary;
import dev.herd.cli.terminal.Console;
import dev.herd.data.InputException;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.inspect.Duplication;
import dev.herd.data.inspect.Inspection;
import dev.herd.llama.weights.WeightFile;
import dev.herd.llama.weights.WeightSheet;
import dev.herd.train.report.DuplicationReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "inspect",
        description = {
            "Shows what a folder or file holds: a dataset (schema, splits, statistics), a run (progress, metrics), or",
            "a Llama model, a .gguf file or a folder with safetensors files (shape, tensors, memory needed)."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = {
            "  # after the example of ./herd train --help",
            "  ./herd inspect datasets/clicks",
            "  ./herd inspect datasets/clicks --duplication",
            "  ./herd inspect runs/clicks"
        })
final class InspectCommand implements Callable<Integer> {
    private final Console console;

    @Spec
    private CommandSpec spec;

    @Nullable
    @Parameters(arity = "0..1", paramLabel = "PATH", description = "A dataset, a run or a Llama model.")
    private Path path;

    @Option(names = "--json", description = "Print the same as one JSON object.")
    private boolean json;

    @Option(names = "--tensors", description = "List the tensors of a Llama model.")
    private boolean tensors;

    @Option(names = "--threads", paramLabel = "N", description = "Threads. Default: the cores.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Nullable
    @ArgGroup(exclusive = false, heading = "%nHow often features repeat within batches, and what to deduplicate:%n")
    private DuplicationOptions duplication;

    InspectCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (path == null) {
            throw new ParameterException(spec.commandLine(), "name a dataset folder, a run folder or a Llama model");
        }
        show(path);
        return ExitCodes.DONE;
    }

    private void show(Path path) {
        if (Files.isRegularFile(path.resolve("dataset.yaml"))) {
            dataset(Dataset.open(path));
        } else if (duplication != null) {
            throw InputException.of(
                    path, "holds no dataset (dataset.yaml), and --duplication looks at nothing else; name a dataset");
        } else if (Files.isRegularFile(path.resolve("config.yaml"))) {
            new RunSummaryPrinter(console).print(RunSummary.read(path), json);
        } else if (Files.isRegularFile(path) || Files.isRegularFile(path.resolve("config.json"))) {
            weights(path);
        } else {
            throw InputException.of(
                    path,
                    "holds neither a dataset (dataset.yaml) nor a run (config.yaml) nor a Llama model (config.json, or a "
                            + ".gguf file); name a folder that does");
        }
    }

    private void weights(Path path) {
        try (WeightFile file = WeightFile.open(path)) {
            WeightSheet sheet = WeightSheet.of(file);
            if (json) {
                console.printJson(sheet);
            } else {
                new WeightPrinter(console).print(sheet, tensors);
            }
        }
    }

    private void dataset(Dataset dataset) {
        if (duplication != null) {
            Duplication report = duplication.measure(dataset, threads, console.display());
            if (json) {
                console.printJson(report);
            } else {
                new DuplicationPrinter(console).print(report);
            }
            String title = "What repeats in " + dataset.folder().getFileName();
            duplication
                    .html()
                    .ifPresent(
                            file -> new PageFile("Report", file).write(DuplicationReport.html(title, report), console));
            return;
        }
        Inspection inspection = Inspection.of(dataset, threads, console.display());
        if (json) {
            console.printJson(inspection);
        } else {
            new DatasetPrinter(console).print(inspection);
        }
    }
}
