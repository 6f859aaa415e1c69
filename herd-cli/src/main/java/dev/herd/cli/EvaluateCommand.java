package dev.herd.cli;

import dev.herd.cli.terminal.Console;
import dev.herd.data.dataset.Dataset;
import dev.herd.train.Predictor;
import dev.herd.train.TrainedModel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
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
        footer = {"  # after the example of ./herd train --help", "  ./herd evaluate runs/clicks --split test"})
final class EvaluateCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "RUN", description = "The folder of a run, or a model folder copied from one.")
    private Path run;

    @Nullable
    @Option(names = "--data", paramLabel = "FOLDER", description = "The dataset. Default: the one it was trained on.")
    private Path data;

    @Option(names = "--split", description = "The split to measure on. Default: ${DEFAULT-VALUE}.")
    private String split = "test";

    @Option(names = "--threads", paramLabel = "N", description = "Threads. Default: the cores.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--json", description = "Print the metrics as one JSON object.")
    private boolean json;

    EvaluateCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        try (TrainedModel model = TrainedModel.open(run, threads)) {
            Dataset dataset = Dataset.open(data == null ? model.config().dataset() : data);
            Map<String, Double> metrics = Predictor.evaluate(model, dataset, split, console.display());
            if (json) {
                Map<String, Object> result = new LinkedHashMap<>();
                result.put("run", run.toString());
                result.put("split", split);
                result.put("rows", dataset.rows(split));
                result.putAll(metrics);
                console.printJson(result);
            } else {
                new RunPrinter(console).metrics(Map.of(split, metrics));
            }
        }
        return ExitCodes.DONE;
    }
}
