package dev.herd.cli;

import dev.herd.cli.terminal.Console;
import dev.herd.data.InputException;
import dev.herd.data.config.Config;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.raw.FaultLog;
import dev.herd.data.raw.OnError;
import dev.herd.data.raw.RawInput;
import dev.herd.data.transform.FittedFeatures;
import dev.herd.train.Predictor;
import dev.herd.train.TrainConfig;
import dev.herd.train.TrainedModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
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
            "Writes a trained model's probabilities for every row of a raw file or of a dataset's split.",
            "A raw file goes through the transforms of the dataset that the model was trained on; --set gives its format, for",
            "example --set format=libsvm (default: CSV with a header)."
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
            description = "The file to write: Parquet when its name ends in .parquet, else CSV.")
    private Path out;

    @Option(names = "--split", description = "The split, when the input is a dataset. Default: ${DEFAULT-VALUE}.")
    private String split = "test";

    @Nullable
    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            description = "The dataset whose transforms a raw file goes through. Default: the one trained on.")
    private Path data;

    @Nullable
    @Option(
            names = "--deduplicate",
            paramLabel = "CHOICE",
            description = {
                "How batches hold rows that repeat: none, auto, or {kind: groups, groups: [[a, b], [c]]}.",
                "Scores are the same up to rounding. Default: as in training."
            })
    private String deduplicate;

    @Mixin
    private Settings settings;

    @Option(names = "--labelled", description = "The raw file has the labels too: write them beside the scores.")
    private boolean labelled;

    @Option(names = "--on-error", description = "What to do with a malformed row: fail, skip or report.")
    private OnError onError = OnError.FAIL;

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
        try (TrainedModel model = open()) {
            rows = Files.isDirectory(input) ? scoreSplit(model) : scoreRaw(model);
        }
        if (json) {
            console.printJson(Map.of("rows", rows, "file", out.toString()));
        } else {
            console.say(String.format(Locale.ROOT, "Scored %,d rows into %s", rows, out));
        }
        return ExitCodes.DONE;
    }

    private TrainedModel open() {
        if (deduplicate == null) {
            return TrainedModel.open(run, threads);
        }
        String given = "deduplicate: " + deduplicate;
        TrainConfig laid = Config.parse(given, "--deduplicate", List.of(), TrainConfig.defaults());
        return TrainedModel.open(run, threads, laid.deduplicate());
    }

    private long scoreSplit(TrainedModel model) {
        if (!settings.overrides().isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "--set describes a raw file; " + input + " is a dataset folder");
        }
        return Predictor.predict(model, Dataset.open(input), split, out, console.display());
    }

    private long scoreRaw(TrainedModel model) {
        Dataset dataset = Dataset.open(data == null ? model.config().dataset() : data);
        FittedFeatures features = dataset.features()
                .orElseThrow(
                        () -> InputException.of(
                                dataset.folder(),
                                "holds no transforms, so no raw file can be scored with it; it was not made by `herd prepare`"));
        String path = "path: '" + input.toString().replace("'", "''") + "'";
        RawInput raw = Config.parse(path, "--set", settings.overrides(), RawInput.defaults());
        FaultLog faults = new FaultLog(onError, fault -> console.say("skipped: " + fault));
        long rows = Predictor.predictRaw(model, features, raw, labelled, faults, out, console.display());
        if (faults.skipped() > 0) {
            console.say(String.format(
                    Locale.ROOT,
                    "%,d malformed rows were skipped, the first: %s",
                    faults.skipped(),
                    faults.first().getFirst()));
        }
        return rows;
    }
}
