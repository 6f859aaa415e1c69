package dev.herd.train;

import dev.herd.data.Progress;
import dev.herd.data.config.Config;
import dev.herd.data.dataset.Dataset;
import dev.herd.train.checkpoint.CheckpointFolder;
import dev.herd.train.run.RunFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Trains a ranking model.
///
/// ```java
/// TrainConfig config = Presets.read(Path.of("train.yaml"), List.of("seed=2"));
/// TrainResult result = Trainer.train(config, Progress.SILENT);
/// ```
///
/// The same configuration and dataset give the same weights, bit by bit, also when the run is killed at
/// any moment and taken up again with [#resume].
public final class Trainer {

    private static final long TO_THE_END = Long.MAX_VALUE;

    private Trainer() {}

    /// Starts a run in a new folder.
    ///
    /// **Throws** [dev.herd.data.InputException] when configuration and dataset do not fit, or the
    /// folder has a run.
    public static TrainResult train(TrainConfig config, Progress progress) {
        return train(config, TO_THE_END, progress);
    }

    /// Starts a run and pauses it after a step: a checkpoint is saved and the run left unfinished, so that
    /// [#resume] takes it to the very end that it would have had without the pause. A run that ends before
    /// that step is finished.
    public static TrainResult train(TrainConfig config, long pauseAfter, Progress progress) {
        Path output = config.output();
        Path folder = output != null ? output : RunFolder.unnamed(config.model().name());
        TrainConfig resolved = config.withOutput(folder);
        Dataset dataset = Dataset.open(resolved.dataset());
        Optional<StartingWeights> start = StartingWeights.of(resolved, dataset.schema());
        try (RunFolder run = RunFolder.create(folder, Config.write(resolved));
                TrainingRun training = TrainingRun.create(resolved, dataset, run, progress)) {
            start.ifPresent(training::begin);
            return training.run(pauseAfter);
        }
    }

    /// Goes on with a run from its last checkpoint; a finished run is only summed up again.
    ///
    /// **Throws** [dev.herd.data.InputException] when the folder has no run, or naming the file of a
    /// checkpoint that is damaged.
    public static TrainResult resume(Path folder, Progress progress) {
        return resume(folder, TO_THE_END, progress);
    }

    /// Goes on with a run and pauses it after a step, as [#train(TrainConfig, long, Progress)] does.
    public static TrainResult resume(Path folder, long pauseAfter, Progress progress) {
        TrainConfig config = Config.read(RunFolder.config(folder), List.of(), TrainConfig.defaults())
                .withOutput(folder);
        Dataset dataset = Dataset.open(config.dataset());
        CheckpointFolder checkpoints = CheckpointFolder.open(
                RunFolder.checkpoints(folder), config.checkpoints().keep());
        long step = checkpoints.steps().isEmpty() ? 0 : checkpoints.steps().getLast();
        try (RunFolder run = RunFolder.resume(folder, step);
                TrainingRun training = TrainingRun.create(config, dataset, run, progress)) {
            checkpoints
                    .latest()
                    .ifPresentOrElse(
                            training::restore,
                            () -> StartingWeights.of(config, dataset.schema()).ifPresent(training::begin));
            return training.run(pauseAfter);
        }
    }
}
