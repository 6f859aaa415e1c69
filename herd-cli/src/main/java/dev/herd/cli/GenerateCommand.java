package dev.herd.cli;

import dev.herd.cli.terminal.Console;
import dev.herd.cli.terminal.Figures;
import dev.herd.data.config.Config;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.synthetic.SyntheticLog;
import dev.herd.data.synthetic.Truth;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "generate",
        description = {
            "Writes a synthetic click log as a dataset folder, whose best possible loss is known exactly.",
            "Any number of rows needs the same memory."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = "  ./herd generate datasets/clicks --set rows=200000")
final class GenerateCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "FOLDER", description = "The dataset folder to write; it must not exist.")
    private Path folder;

    @Nullable
    @Option(names = "--config", paramLabel = "FILE", description = "YAML with the log's keys (see --keys).")
    private Path config;

    @Mixin
    private Settings settings;

    @Option(names = "--keys", help = true, description = "List the keys with their defaults and what they do.")
    private boolean keys;

    @Option(names = "--threads", paramLabel = "N", description = "Threads; never changes the rows. Default: the cores.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--json", description = "Print what is known of the log as one JSON object.")
    private boolean json;

    GenerateCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        SyntheticLog.Config defaults = SyntheticLog.Config.defaults();
        if (keys) {
            ModelsCommand.keys(Config.describe(defaults)).lines().forEach(console::print);
            return ExitCodes.DONE;
        }
        SyntheticLog.Config chosen = config == null
                ? Config.parse("{}", "--set", settings.overrides(), defaults)
                : Config.read(config, settings.overrides(), defaults);
        Dataset dataset = SyntheticLog.write(chosen, folder, threads, console.display());
        Truth truth = Truth.read(folder).orElseThrow();
        if (json) {
            console.printJson(Map.of("folder", folder.toString(), "splits", truth.splits()));
        } else {
            print(dataset, truth);
        }
        return ExitCodes.DONE;
    }

    private void print(Dataset dataset, Truth truth) {
        truth.splits()
                .forEach((split, known) -> console.print(String.format(
                        java.util.Locale.ROOT,
                        "%-11s %8s rows  %4.1f %% clicks  best possible log loss %.5f  NE %.5f",
                        split,
                        Figures.count(dataset.rows(split)),
                        100 * known.labelRate(),
                        known.realizedLogLoss(),
                        known.realizedNe())));
        console.say("The dataset is " + folder + ". Look at it: ./herd inspect " + folder);
    }
}
