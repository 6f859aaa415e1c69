package dev.herd.cli;

import dev.herd.cli.terminal.Console;
import dev.herd.data.InputException;
import dev.herd.data.config.Config;
import dev.herd.data.dataset.Dataset;
import dev.herd.models.zoo.ModelZoo;
import dev.herd.train.Presets;
import dev.herd.train.TrainConfig;
import dev.herd.train.report.ModelSheet;
import dev.herd.train.run.RunFolder;
import java.nio.file.Files;
import java.nio.file.Path;
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
        name = "model",
        description = "Shows what a model is made of and what each part costs: parameters, operations and bytes.",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = {
            "  # after the example of ./herd train --help",
            "  ./herd inspect model runs/clicks",
            "  ./herd inspect model examples/synthetic/train.yaml --set model=dlrm --svg dlrm.svg",
            "  ./herd inspect model wukong --dataset datasets/clicks --set model.layers=4"
        })
final class InspectModelCommand implements Callable<Integer> {
    private final Console console;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "MODEL", description = "A run folder, a training configuration, or a model's name.")
    private String model;

    @Nullable
    @Option(
            names = "--dataset",
            paramLabel = "FOLDER",
            description = "Whose columns the model reads. Default: the dataset of the run or configuration.")
    private Path dataset;

    @Mixin
    private Settings settings;

    @Nullable
    @Option(names = "--svg", paramLabel = "FILE", description = "Draw the network into this file.")
    private Path svg;

    @Option(names = "--json", description = "Print the same as one JSON object.")
    private boolean json;

    InspectModelCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        TrainConfig config = config();
        Path folder = dataset == null ? config.dataset() : dataset;
        ModelSheet sheet = ModelSheet.of(
                ModelZoo.configured(config.model()),
                Dataset.open(folder).schema(),
                config.tables().precision());
        ModelPrinter printer = new ModelPrinter(console);
        if (json) {
            printer.printJson(config.model().name(), folder, sheet);
        } else {
            printer.print(config.model().name(), folder, sheet);
        }
        if (svg != null) {
            new PageFile("Drawing", svg).write(sheet.svg(), console);
        }
        return ExitCodes.DONE;
    }

    private TrainConfig config() {
        Path path = Path.of(model);
        List<String> overrides = settings.overrides();
        if (Files.isDirectory(path)) {
            return Config.read(RunFolder.config(path), overrides, TrainConfig.defaults());
        }
        if (Files.isRegularFile(path)) {
            return Presets.read(path, overrides);
        }
        if (model.contains("/") || model.contains(".")) {
            throw InputException.of(path, "does not exist; name a run folder, a training configuration or a model");
        }
        String name = ModelZoo.named(model).name();
        if (dataset == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "a model by its name needs --dataset FOLDER, whose columns decide its tables and widths");
        }
        return Config.parse("model: {name: " + name + "}", name, overrides, TrainConfig.defaults());
    }
}
