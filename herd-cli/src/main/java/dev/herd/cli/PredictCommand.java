package dev.herd.cli;

import dev.herd.data.dataset.Dataset;
import dev.herd.train.Predictor;
import dev.herd.train.TrainedModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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
        name = "predict",
        description = {
            "Writes a trained model's probabilities for every row of a raw file or of a dataset's split, as CSV.",
            "A raw file goes through the transforms of the dataset that the model was trained on; it needs no labels."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = {
            "  # after the example of ./herd train --help",
            "  ./herd predict runs/clicks --input datasets/clicks --split test --out scores.csv"
        })
final class PredictCommand implements Callable<Integer> {
    private final Console console;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "RUN", description = "The folder of a run, or a model folder copied from one.")
    private Path run;

    @Option(
            names = {"-i", "--input"},
            paramLabel = "FILE",
            required = true,
            description = "A raw file, or a dataset folder.")
    private Path input;

    @Option(
            names = {"-o", "--out", "--output"},
            paramLabel = "FILE",
            required = true,
            description = "The CSV file to write.")
    private Path out;

    @Option(names = "--split", description = "The split, when the input is a dataset. Default: ${DEFAULT-VALUE}.")
    private String split = "test";

    @Nullable
    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            description = "The dataset whose transforms a raw file goes through. Default: the one trained on.")
    private Path data;

    @Mixin
    private Settings settings;

    @Option(names = "--on-error", description = "What to do with a malformed row: fail, skip or report.")
    private dev.herd.data.raw.OnError onError = dev.herd.data.raw.OnError.FAIL;

    @Option(names = "--threads", paramLabel = "N", description = "Threads. Default: the cores.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--json", description = "Print the outcome as one JSON object.")
    private boolean json;

    PredictCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        long rows;
        try (TrainedModel model = TrainedModel.open(run, threads)) {
            if (Files.isDirectory(input)) {
                if (!settings.overrides().isEmpty()) {
                    throw new ParameterException(
                            spec.commandLine(), "--set describes a raw file; " + input + " is a dataset folder");
                }
                rows = Predictor.predict(model, Dataset.open(input), split, out, console.display());
            } else {
                Path transforms = data == null ? model.config().dataset() : data;
                rows = new RawScoring(model, Dataset.open(transforms), threads, console)
                        .score(RawScoring.input(input, settings.overrides()), onError, out);
            }
        }
        if (json) {
            console.printJson(Map.of("rows", rows, "file", out.toString()));
        } else {
            console.say(String.format("Scored %,d rows into %s", rows, out));
        }
        return ExitCodes.DONE;
    }
}
