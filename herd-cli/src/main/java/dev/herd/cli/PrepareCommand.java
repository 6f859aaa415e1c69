package dev.herd.cli;

import dev.herd.cli.terminal.Console;
import dev.herd.cli.terminal.Figures;
import dev.herd.data.InputException;
import dev.herd.data.config.Config;
import dev.herd.data.dataset.ClusterBy;
import dev.herd.data.prepare.Preparation;
import dev.herd.data.prepare.PreparationReport;
import dev.herd.data.prepare.PrepareConfig;
import dev.herd.data.prepare.Resources;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "prepare",
        description = {
            "Turns raw files (CSV, Criteo TSV, libsvm, JSON lines, Parquet) into a dataset folder: splits, transforms,",
            "vocabularies. The same transforms are applied to new files by `herd predict`."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = {
            "  ./herd prepare examples/tiny/prepare.yaml --out datasets/tiny",
            "  ./herd prepare examples/criteo/prepare.yaml --out datasets/criteo --set inputs.clicks.path=day_0.gz"
        })
final class PrepareCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "CONFIG", description = "What to make from which files (YAML); examples/ has several.")
    private Path config;

    @Option(
            names = {"-o", "--out", "--output"},
            paramLabel = "FOLDER",
            required = true,
            description = "The dataset folder to write; it must not exist.")
    private Path folder;

    @Mixin
    private Settings settings;

    @Nullable
    @Option(
            names = "--on-error",
            paramLabel = "POLICY",
            description = "What to do with a malformed row: fail, skip or report. Skipped rows are counted.")
    private String onError;

    @Option(names = "--keys", help = true, description = "List the keys with their defaults and what they do.")
    private boolean keys;

    @Option(names = "--threads", paramLabel = "N", description = "Threads; never changes the rows. Default: the cores.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Nullable
    @Option(
            names = "--cluster-by",
            paramLabel = "WHAT",
            description = "session: put the rows of a session together, by time. none (default): as they come.")
    private String clusterBy;

    @Nullable
    @Option(
            names = "--sample-sessions",
            paramLabel = "SHARE",
            description = "Take the rows of a share of the sessions only, such as 10%%; chosen by a hash.")
    private String sampleSessions;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            description =
                    "Memory the process should stay within, such as 2GiB (default): sorting takes a quarter; what does"
                            + " not fit goes to temporary files. Never changes the rows.")
    private String memory = "2GiB";

    @Nullable
    @Option(
            names = "--temp",
            paramLabel = "FOLDER",
            description = "Where temporary files go. Default: beside the dataset.")
    private Path temp;

    @Option(names = "--json", description = "Print the outcome as one JSON object.")
    private boolean json;

    PrepareCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (keys) {
            ModelsCommand.keys(Config.describe(PrepareConfig.defaults()))
                    .lines()
                    .forEach(console::print);
            return ExitCodes.DONE;
        }
        List<String> overrides = new ArrayList<>(settings.overrides());
        if (onError != null) {
            overrides.add("on_error=" + onError);
        }
        if (clusterBy != null) {
            overrides.add("cluster_by=" + clusterBy);
        }
        if (sampleSessions != null) {
            overrides.add("sample_sessions=" + Quantities.share("--sample-sessions", sampleSessions));
        }
        Resources resources =
                InputException.checked(() -> new Resources(threads, Quantities.bytes("--memory", memory), temp));
        PrepareConfig read = Config.read(config, overrides, PrepareConfig.defaults());
        if (read.clusterBy() == ClusterBy.SESSION && Runtime.getRuntime().maxMemory() > resources.memory() / 2) {
            console.say("The heap may grow to "
                    + Figures.bytes(Runtime.getRuntime().maxMemory()) + "; to keep the whole"
                    + " process within --memory, start with HERD_JAVA_OPTIONS=-Xmx" + (resources.memory() >> 21) + "m");
        }
        PreparationReport report =
                Preparation.run(read, folder, resources, console.display(), fault -> console.say("skipped: " + fault));
        if (json) {
            console.printJson(report);
        } else {
            print(report);
        }
        return ExitCodes.DONE;
    }

    private void print(PreparationReport report) {
        Splits.inOrder(report.rows())
                .forEach((split, rows) -> console.print(String.format(Locale.ROOT, "%-11s %,d rows", split, rows)));
        if (report.rowsNotSampled() > 0) {
            console.say(String.format(
                    Locale.ROOT, "%,d rows belong to sessions outside the sample.", report.rowsNotSampled()));
        }
        if (report.rowsSkipped() > 0) {
            console.say(String.format(
                    Locale.ROOT,
                    "%,d of %,d rows were skipped because something was wrong with them; the first:",
                    report.rowsSkipped(),
                    report.rowsRead()));
            report.firstFaults().forEach(fault -> console.say("  " + fault));
        }
        console.say("Read " + Figures.count(report.rowsRead()) + " rows. The dataset is " + folder
                + ". Look at it: ./herd inspect " + folder);
    }
}
