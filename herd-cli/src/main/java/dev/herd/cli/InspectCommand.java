package dev.herd.cli;

import dev.herd.cli.run.RunSummary;
import dev.herd.cli.terminal.Console;
import dev.herd.data.InputException;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.inspect.Inspection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

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

    @Spec
    private CommandSpec spec;

    @Nullable
    @Parameters(arity = "0..1", paramLabel = "FOLDER", description = "A dataset folder or a run folder.")
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
        if (folder == null) {
            throw new ParameterException(spec.commandLine(), "name a dataset folder or a run folder");
        }
        show(folder);
        return ExitCodes.DONE;
    }

    private void show(Path folder) {
        if (Files.isRegularFile(folder.resolve("dataset.yaml"))) {
            dataset(Dataset.open(folder));
        } else if (Files.isRegularFile(folder.resolve("config.yaml"))) {
            new RunSummaryPrinter(console).print(RunSummary.read(folder), json);
        } else {
            throw InputException.of(
                    folder, "holds neither a dataset (dataset.yaml) nor a run (config.yaml); name a folder that does");
        }
    }

    private void dataset(Dataset dataset) {
        Inspection inspection = Inspection.of(dataset, threads, console.display());
        if (json) {
            console.printJson(inspection);
        } else {
            new DatasetPrinter(console).print(inspection);
        }
    }
}
