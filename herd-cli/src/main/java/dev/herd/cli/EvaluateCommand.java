package dev.herd.cli;

import dev.herd.cli.terminal.Console;
import dev.herd.data.config.Config;
import dev.herd.data.dataset.Dataset;
import dev.herd.nn.Numerics;
import dev.herd.train.Predictor;
import dev.herd.train.TrainConfig;
import dev.herd.train.TrainedModel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "evaluate",
        description =
                "Measures a trained model on a split of a dataset: AUC, log loss, normalized entropy, calibration.",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = {
            "  # after the example of ./herd train --help",
            "  ./herd evaluate runs/clicks --split test",
            "  ./herd evaluate runs/clicks --numerics \"{weights: mx4, activations: mx6}\""
        })
final class EvaluateCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "RUN", description = "The folder of a run, or a model folder copied from one.")
    private Path run;

    @Nullable
    @Option(names = "--data", paramLabel = "FOLDER", description = "The dataset. Default: the one it was trained on.")
    private Path data;

    @Option(names = "--split", description = "The split to measure on. Default: ${DEFAULT-VALUE}.")
    private String split = "test";

    @Nullable
    @Option(
            names = "--numerics",
            paramLabel = "FORMATS",
            description = {
                "Number formats of the network's matrix products, as the key numerics of a run's configuration takes them."
                        + " Default: those that it was trained with."
            })
    private String numerics;

    @Option(names = "--threads", paramLabel = "N", description = "Threads. Default: the cores.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--json", description = "Print the metrics as one JSON object.")
    private boolean json;

    EvaluateCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        try (TrainedModel model = open()) {
            Dataset dataset = Dataset.open(data == null ? model.config().dataset() : data);
            Map<String, Double> metrics = Predictor.evaluate(model, dataset, split, console.display());
            if (json) {
                Map<String, Object> result = new LinkedHashMap<>();
                result.put("run", run.toString());
                result.put("split", split);
                result.put("rows", dataset.rows(split));
                result.put("numerics", model.config().numerics().toString());
                result.putAll(metrics);
                console.printJson(result);
            } else {
                new RunPrinter(console).metrics(Map.of(split, metrics));
            }
        }
        return ExitCodes.DONE;
    }

    private TrainedModel open() {
        return numerics == null ? TrainedModel.open(run, threads) : TrainedModel.open(run, threads, formats(numerics));
    }

    private static Numerics formats(String text) {
        return Config.parse("numerics: " + text, "--numerics", List.of(), TrainConfig.defaults())
                .numerics();
    }
}
