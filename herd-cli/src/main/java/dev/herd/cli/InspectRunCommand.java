package dev.herd.cli;

import dev.herd.cli.run.RunSummary;
import dev.herd.cli.terminal.Console;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "run",
        description = "Shows how far a run is and what it measured.",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = {"  # after the example of ./herd train --help", "  ./herd inspect run runs/clicks"})
final class InspectRunCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "RUN", description = "The folder of a run.")
    private Path run;

    @Option(names = "--json", description = "Print the same as one JSON object.")
    private boolean json;

    InspectRunCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        new RunSummaryPrinter(console).print(RunSummary.read(run), json);
        return ExitCodes.DONE;
    }
}
