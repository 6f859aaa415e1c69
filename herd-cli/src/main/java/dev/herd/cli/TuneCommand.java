package dev.herd.cli;

import dev.herd.cli.terminal.Console;
import dev.herd.cli.terminal.Figures;
import dev.herd.cli.terminal.TextTable;
import dev.herd.data.config.Config;
import dev.herd.train.run.RunFolder;
import dev.herd.train.tune.TuneConfig;
import dev.herd.train.tune.TuneResult;
import dev.herd.train.tune.Tuner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "tune",
        description = {
            "Searches for good settings: trains many runs over a space of configurations and ranks them.",
            "A search that was interrupted goes on with --resume."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = {
            "  ./herd generate datasets/clicks --set rows=200000",
            "  ./herd tune examples/synthetic/tune.yaml --out runs/tune",
            "  ./herd train runs/tune/best.yaml --out runs/best"
        })
final class TuneCommand implements Callable<Integer> {
    private static final int SHOWN = 20;

    private final Console console;

    @Spec
    private CommandSpec spec;

    @Nullable
    @Parameters(
            arity = "0..1",
            paramLabel = "SPACE",
            description = "The search (YAML); with --resume the folder of a search instead.")
    private Path space;

    @Mixin
    private Settings settings;

    @Nullable
    @Option(
            names = {"-o", "--out", "--output"},
            paramLabel = "FOLDER",
            description = "Folder of the search. Default: runs/tune-<time>.")
    private Path out;

    @Option(names = "--resume", description = "Go on with the search in the folder.")
    private boolean resume;

    @Option(names = "--keys", description = "List the keys of a search with their defaults and what they do.")
    private boolean keys;

    @Option(names = "--json", description = "Print the result, all trials included, as one JSON object.")
    private boolean json;

    TuneCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (keys) {
            ModelsCommand.keys(Config.describe(TuneConfig.defaults())).lines().forEach(console::print);
            return ExitCodes.DONE;
        }
        if (space == null) {
            throw new ParameterException(
                    spec.commandLine(), "name the file of a search, or --resume with the folder of one");
        }
        TuneResult result = resume ? goOn(space) : start(space);
        if (json) {
            console.printJson(described(result));
        } else {
            print(result);
        }
        return result.best().isPresent() ? ExitCodes.DONE : ExitCodes.FAILED;
    }

    private TuneResult start(Path file) {
        if (Files.isDirectory(file)) {
            throw new ParameterException(
                    spec.commandLine(), file + " is a folder; give a YAML file, or --resume to go on with a search");
        }
        TuneConfig config = TuneConfig.read(file, settings.overrides());
        Path folder = folder(config);
        try (ResumeHint _ = ResumeHint.install(console, "tune", folder)) {
            console.say("Searching in " + folder);
            return Tuner.search(config, folder, console.display(), this::tell);
        }
    }

    private Path folder(TuneConfig config) {
        if (out != null) {
            return out;
        }
        Path named = config.output();
        return named != null ? named : RunFolder.unnamed("tune");
    }

    private TuneResult goOn(Path folder) {
        if (!Files.isDirectory(folder) || !settings.overrides().isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--resume takes the folder of a search and nothing to set: a search goes on as it was started");
        }
        try (ResumeHint _ = ResumeHint.install(console, "tune", folder)) {
            console.say("Going on with " + folder);
            return Tuner.resume(folder, console.display(), this::tell);
        }
    }

    private void tell(TuneResult.Trial trial) {
        String outcome = trial.error() != null
                ? "failed: " + trial.error()
                : String.format(
                        Locale.ROOT,
                        "%.5f after %s rows",
                        trial.value(),
                        Figures.count(trial.measured().getLast().samples()));
        console.say("trial " + trial.number() + ": " + outcome + " (" + values(trial) + ")");
    }

    private static String values(TuneResult.Trial trial) {
        return trial.values().entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(", "));
    }

    private void print(TuneResult result) {
        List<String> titles = new ArrayList<>(List.of(">rank", ">trial", ">" + result.metric(), ">rows seen"));
        if (!result.trials().isEmpty()) {
            result.trials().getFirst().values().keySet().forEach(key -> titles.add(">" + key));
        }
        titles.add("");
        TextTable table = new TextTable(titles.toArray(String[]::new));
        int rank = 0;
        for (TuneResult.Trial trial : result.trials().stream().limit(SHOWN).toList()) {
            rank++;
            List<String> row = new ArrayList<>();
            row.add(trial.error() == null ? Integer.toString(rank) : "-");
            row.add(Integer.toString(trial.number()));
            row.add(Double.isNaN(trial.value()) ? "-" : String.format(Locale.ROOT, "%.5f", trial.value()));
            row.add(
                    trial.measured().isEmpty()
                            ? "-"
                            : Figures.count(trial.measured().getLast().samples()));
            trial.values().values().forEach(value -> row.add(String.valueOf(value)));
            row.add(trial.error() != null ? "failed" : trial.finished() ? "" : "stopped early");
            table.row(row.toArray(String[]::new));
        }
        table.lines().forEach(console::print);
        int more = result.trials().size() - SHOWN;
        if (more > 0) {
            console.say(more + " more trials in the report.");
        }
        console.say("Report: " + result.folder().resolve("report.html"));
        result.best()
                .ifPresentOrElse(
                        best -> console.say("Train the best: ./herd train "
                                + result.folder().resolve("best.yaml") + "   Its run: " + best.folder()),
                        () -> console.say("No trial succeeded. The first failure: "
                                + result.trials().getFirst().error()));
    }

    private static Map<String, Object> described(TuneResult result) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("folder", result.folder());
        all.put("metric", result.metric());
        all.put("split", result.split());
        all.put("lower_is_better", result.lowerIsBetter());
        all.put("rungs", result.rungs());
        all.put("best", result.best().map(TuneResult.Trial::number).orElse(null));
        all.put("trials", result.trials());
        return all;
    }
}
