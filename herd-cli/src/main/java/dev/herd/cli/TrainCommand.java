package dev.herd.cli;

import dev.herd.cli.terminal.Console;
import dev.herd.data.InputException;
import dev.herd.data.config.Config;
import dev.herd.train.Presets;
import dev.herd.train.TrainConfig;
import dev.herd.train.TrainResult;
import dev.herd.train.Trainer;
import dev.herd.train.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "train",
        description = {
            "Trains a model from a configuration file and leaves a run folder with its weights, metrics and report.",
            "A run that was interrupted goes on with --resume and ends with the same weights, bit by bit."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = {
            "  ./herd generate datasets/clicks --set rows=200000",
            "  ./herd train examples/synthetic/train.yaml --out runs/clicks",
            "  ./herd train --resume runs/clicks",
            "  ./herd train examples/synthetic/train.yaml --from runs/clicks --set numerics=mx6 --set steps=100"
        })
final class TrainCommand implements Callable<Integer> {
    private final Console console;

    @Spec
    private CommandSpec spec;

    @Nullable
    @Parameters(
            arity = "0..1",
            paramLabel = "CONFIG",
            description = "The configuration (YAML); with --resume it may be the folder of a run instead.")
    private Path config;

    @Mixin
    private Settings settings;

    @Nullable
    @Option(
            names = {"-o", "--out", "--output"},
            paramLabel = "FOLDER",
            description = "Folder of the run. Default: runs/<model>-<time>.")
    private Path out;

    @Option(
            names = "--resume",
            description = "Go on with the run in the folder, if there is one, from its last checkpoint.")
    private boolean resume;

    @Nullable
    @Option(
            names = "--from",
            paramLabel = "RUN",
            description = "Start from the weights of a finished run of the same model; the optimizers begin anew.")
    private Path from;

    @Option(names = "--keys", description = "List the configuration keys with their defaults and what they do.")
    private boolean keys;

    @Option(names = "--json", description = "Print the result as one JSON object.")
    private boolean json;

    TrainCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (keys) {
            ModelsCommand.keys(Config.describe(TrainConfig.defaults())).lines().forEach(console::print);
            return ExitCodes.DONE;
        }
        Path folder = runFolder();
        TrainResult result;
        try (ResumeHint _ = ResumeHint.install(console, "train", folder)) {
            result = resume && isRun(folder) ? goOn(folder) : start(folder);
        }
        RunPrinter printer = new RunPrinter(console);
        if (json) {
            console.printJson(result);
        } else {
            printer.print(result);
        }
        return ExitCodes.DONE;
    }

    /// The folder of the run, decided here so that an interrupted run can be named.
    private Path runFolder() {
        if (out != null) {
            return out;
        }
        if (config == null) {
            throw new ParameterException(
                    spec.commandLine(), "name a configuration file, or --resume with a run's folder");
        }
        if (Files.isDirectory(config)) {
            if (!resume) {
                throw new ParameterException(
                        spec.commandLine(), config + " is a folder; give a YAML file, or --resume to go on with a run");
            }
            if (from != null) {
                throw new ParameterException(
                        spec.commandLine(), "--from starts a run; one that is resumed has its weights already");
            }
            return config;
        }
        TrainConfig read = Presets.read(config, overrides());
        Path named = read.output();
        return named != null ? named : RunFolder.unnamed(read.model().name());
    }

    private static boolean isRun(Path folder) {
        return Files.isRegularFile(folder.resolve("config.yaml"));
    }

    private TrainResult start(Path folder) {
        if (config == null || Files.isDirectory(config)) {
            throw InputException.of(folder, "holds no run to go on with; start one with a configuration file");
        }
        TrainConfig resolved = resolved(config, folder);
        console.say("Training " + resolved.model().name() + " on " + resolved.dataset() + " into " + folder);
        return Trainer.train(resolved, console.display());
    }

    private TrainResult goOn(Path folder) {
        if (config != null && !Files.isDirectory(config)) {
            requireSame(folder, Config.write(resolved(config, folder)));
        }
        console.say("Going on with " + folder);
        return Trainer.resume(folder, console.display());
    }

    private TrainConfig resolved(Path file, Path folder) {
        List<String> overrides = overrides();
        overrides.add("output=" + quoted(folder));
        return Presets.read(file, overrides);
    }

    /// The options that stand for keys.
    private List<String> overrides() {
        List<String> overrides = new ArrayList<>(settings.overrides());
        if (from != null) {
            overrides.add("from=" + quoted(from));
        }
        return overrides;
    }

    private static String quoted(Path path) {
        return "'" + path.toString().replace("'", "''") + "'";
    }

    /// A run goes on with the configuration that it was started with; another one would not give the same
    /// weights.
    private static void requireSame(Path folder, String wanted) {
        Path stored = folder.resolve("config.yaml");
        try {
            List<String> before = Files.readAllLines(stored);
            List<String> now = wanted.lines().toList();
            for (int line = 0; line < Math.max(before.size(), now.size()); line++) {
                String was = line < before.size() ? before.get(line).strip() : "(nothing)";
                String is = line < now.size() ? now.get(line).strip() : "(nothing)";
                if (!was.equals(is)) {
                    throw InputException.of(
                            stored,
                            "the run was started with `" + was + "`, now it is `" + is
                                    + "`; resume it without the change, or start a new run with another --out");
                }
            }
        } catch (IOException e) {
            throw new InputException(stored + ": cannot be read: " + e.getMessage(), e);
        }
    }
}
