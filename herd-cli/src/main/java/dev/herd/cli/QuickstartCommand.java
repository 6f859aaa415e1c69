package dev.herd.cli;

import dev.herd.cli.quickstart.Race;
import dev.herd.cli.terminal.Console;
import dev.herd.data.config.Config;
import dev.herd.data.synthetic.SyntheticLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "quickstart",
        description = {
            "Generates a synthetic click log whose best possible loss is known, trains LR, FM, DCNv2 and Wukong on it,",
            "and shows how close each of them comes. Takes two to three minutes on two cores."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = "  ./herd quickstart")
final class QuickstartCommand implements Callable<Integer> {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");
    private static final Path USUAL = Path.of("runs", "quickstart");

    private final Console console;

    @Nullable
    @Option(
            names = {"-o", "--out", "--output"},
            paramLabel = "FOLDER",
            description = "Folder for the log, the runs and the report. Default: runs/quickstart, with the time behind"
                    + " its name from the second time on.")
    private Path out;

    @Mixin
    private Settings settings;

    @Option(names = "--threads", paramLabel = "N", description = "Threads. Default: the cores.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--json", description = "Print the comparison as one JSON object.")
    private boolean json;

    QuickstartCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        SyntheticLog.Config log = Config.parse("{}", "--set", settings.overrides(), SyntheticLog.Config.defaults());
        Race.Outcome outcome = new Race(console, folder(), threads).run(log, !json);
        if (json) {
            console.printJson(outcome);
        }
        return ExitCodes.DONE;
    }

    private Path folder() {
        if (out != null) {
            return out;
        }
        return Files.exists(USUAL)
                ? USUAL.resolveSibling("quickstart-"
                        + LocalDateTime.now(ZoneId.systemDefault()).format(TIME))
                : USUAL;
    }
}
