package dev.herd.cli;

import dev.herd.data.Batch;
import dev.herd.data.InputException;
import dev.herd.data.Progress;
import dev.herd.data.config.Config;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.raw.FaultLog;
import dev.herd.data.raw.OnError;
import dev.herd.data.raw.RawInput;
import dev.herd.data.transform.FittedFeatures;
import dev.herd.data.transform.RawBatchReader;
import dev.herd.train.Predictor;
import dev.herd.train.TrainedModel;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/// Scores a raw file: the transforms of a prepared dataset, the model, one line of CSV a row. Columns: `line` (of the
/// row in
/// its file) and `<label>_score` for each label.
final class RawScoring {
    private static final int BATCH = 8192;

    private final TrainedModel model;
    private final Dataset dataset;
    private final int threads;
    private final Console console;

    RawScoring(TrainedModel model, Dataset dataset, int threads, Console console) {
        this.model = model;
        this.dataset = dataset;
        this.threads = threads;
        this.console = console;
    }

    /// A raw input from the command line; overrides give its format, for example `format=libsvm`.
    static RawInput input(Path file, List<String> overrides) {
        String path = "path: '" + file.toString().replace("'", "''") + "'";
        return Config.parse(path, "--input", overrides, RawInput.defaults());
    }

    /// Scores every row; returns their number. The file appears under its name when it is complete.
    long score(RawInput input, OnError onError, Path csv) {
        FittedFeatures features = dataset.features()
                .orElseThrow(
                        () -> InputException.of(
                                dataset.folder(),
                                "holds no transforms, so no raw file can be scored with it; it was not made by `herd prepare`"));
        FaultLog faults = new FaultLog(onError, fault -> console.say("skipped: " + fault));
        Path unfinished = csv.resolveSibling(csv.getFileName() + ".incomplete");
        long rows = 0;
        try (RawBatchReader reader = RawBatchReader.open(input, features, false, BATCH, threads, faults);
                BufferedWriter out = Files.newBufferedWriter(unfinished);
                Progress.Task task = console.display().start("predict", -1, "rows")) {
            out.write("line");
            for (String label : features.schema().labels()) {
                out.write("," + label + "_score");
            }
            out.newLine();
            for (Optional<Batch> next = reader.next(); next.isPresent(); next = reader.next()) {
                write(out, reader.lines(), Predictor.probabilities(model, next.get()));
                rows += next.get().size();
                task.advance(next.get().size());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            Files.move(unfinished, csv, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (faults.skipped() > 0) {
            console.say(String.format("%,d malformed rows were skipped", faults.skipped()));
        }
        return rows;
    }

    private static void write(BufferedWriter out, long[] lines, float[] probabilities) throws IOException {
        int tasks = lines.length == 0 ? 0 : probabilities.length / lines.length;
        for (int row = 0; row < lines.length; row++) {
            out.write(Long.toString(lines[row]));
            for (int task = 0; task < tasks; task++) {
                out.write(',');
                out.write(Float.toString(probabilities[row * tasks + task]));
            }
            out.newLine();
        }
    }
}
