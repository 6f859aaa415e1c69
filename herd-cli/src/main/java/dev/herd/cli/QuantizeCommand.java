package dev.herd.cli;

import dev.herd.cli.terminal.Console;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "quantize",
        description = {
            "Holds the embedding tables of a trained model in fewer bits, tells for each table what that saves and what",
            "it costs in normalized entropy, measured, and writes the model to a new folder when you accept."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = {
            "  # after the example of ./herd train --help",
            "  ./herd quantize runs/clicks --tables mx9,mx6,mx4 --budget-ne 0.02%% --out runs/clicks-packed --yes"
        })
final class QuantizeCommand implements Callable<Integer> {
    private final Console console;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "RUN", description = "The folder of a finished run, or a model folder copied from one.")
    private Path run;

    @Mixin
    private TableQuantization tables = new TableQuantization();

    @Option(
            names = {"-o", "--out", "--output"},
            paramLabel = "FOLDER",
            required = true,
            description = "The folder to write.")
    private Path out;

    @Option(names = "--threads", paramLabel = "N", description = "Threads. Default: the cores.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--json", description = "Print the receipt as one JSON object.")
    private boolean json;

    QuantizeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (!tables.asked()) {
            throw new ParameterException(spec.commandLine(), "which format? Name it by --tables, for example mx6");
        }
        return tables.run(run, out, threads, json, console);
    }
}
