package dev.herd.cli;

import dev.herd.cli.terminal.Console;
import dev.herd.cli.terminal.Figures;
import dev.herd.cli.terminal.TextTable;
import dev.herd.data.InputException;
import dev.herd.data.dataset.Dataset;
import dev.herd.train.TrainedModel;
import dev.herd.train.ledger.Ledger;
import dev.herd.train.ledger.LedgerPage;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "run",
        description = {
            "Prices each feature of a trained model: table rows, bytes with optimizer state, share of lookup time,",
            "and the normalized entropy lost when its values are shuffled. Writes ledger.html beside the run."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = {"  # after the example of ./herd train --help", "  ./herd inspect run runs/clicks --rows 20000"})
final class InspectRunCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "RUN", description = "The folder of a finished run.")
    private Path run;

    @Nullable
    @Option(names = "--data", paramLabel = "FOLDER", description = "The dataset. Default: the one it was trained on.")
    private Path data;

    @Option(names = "--split", description = "The split to measure on. Default: ${DEFAULT-VALUE}.")
    private String split = "validation";

    @Option(names = "--rows", paramLabel = "N", description = "Rows to measure at most. Default: ${DEFAULT-VALUE}.")
    private int rows = 50_000;

    @Option(names = "--repeats", paramLabel = "N", description = "Shuffles of each feature. Default: ${DEFAULT-VALUE}.")
    private int repeats = 3;

    @Option(names = "--seed", description = "Decides rows and shuffles. Default: ${DEFAULT-VALUE}.")
    private long seed = 1;

    @Option(names = "--threads", paramLabel = "N", description = "Threads. Default: the cores.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--json", description = "Print the ledger as one JSON object.")
    private boolean json;

    InspectRunCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Ledger.Effort effort = InputException.checked(() -> new Ledger.Effort(rows, repeats, seed));
        try (TrainedModel model = TrainedModel.open(run, threads)) {
            Dataset dataset = Dataset.open(data == null ? model.config().dataset() : data);
            Ledger ledger = Ledger.measure(model, dataset, split, effort, console.display());
            Path page = run.resolve("ledger.html");
            LedgerPage.write(ledger, "Features of " + model.config().model().name() + " in " + run.getFileName(), page);
            if (json) {
                console.printJson(ledger);
            } else {
                print(ledger);
            }
            console.say("Report: " + page);
        }
        return ExitCodes.DONE;
    }

    private void print(Ledger ledger) {
        TextTable table = new TextTable(
                "feature", "kind", ">NE lost", ">+-", ">% of NE", ">rows", ">bytes", ">NE lost a MB", ">lookup");
        for (Ledger.Feature feature : ledger.features()) {
            boolean none = feature.tables().isEmpty();
            table.row(
                    feature.name(),
                    feature.kind(),
                    text("%.5f", feature.lost()),
                    text("%.5f", feature.standardError()),
                    text("%.2f", 100 * feature.lost() / ledger.entropy()),
                    none ? "-" : Figures.count(feature.tableRows()),
                    none ? "-" : Figures.bytes(feature.bytes()),
                    none ? "-" : text("%.4g", feature.lostPerMegabyte()),
                    none ? "-" : text("%.1f %%", 100 * feature.lookupShare()));
        }
        table.lines().forEach(console::print);
        console.say(text("NE %.5f", ledger.entropy()) + " on " + Figures.count(ledger.rows()) + " rows of "
                + ledger.split() + "; +- is one standard error. Features that tell the same thing share their worth.");
    }

    private static String text(String pattern, Object value) {
        return String.format(Locale.ROOT, pattern, value);
    }
}
