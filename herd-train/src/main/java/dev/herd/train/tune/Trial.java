package dev.herd.train.tune;

import dev.herd.train.TrainConfig;
import dev.herd.train.checkpoint.CheckpointFolder;
import dev.herd.train.run.RunFolder;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// A trial of a search and what it has come to; one thread at a time changes it.
final class Trial {
    private final Suggestion suggestion;
    private final TrainConfig config;
    private final Path folder;
    private final long rows;
    private TrialRecord record;

    /// @param config with the trial's folder as its output
    /// @param rows of its training split
    Trial(Suggestion suggestion, TrainConfig config, Path folder, long rows) {
        this.suggestion = suggestion;
        this.config = config;
        this.folder = folder;
        this.rows = rows;
        this.record = TrialRecord.read(folder, suggestion);
    }

    int number() {
        return suggestion.number();
    }

    TrainConfig config() {
        return config;
    }

    Path folder() {
        return folder;
    }

    long rows() {
        return rows;
    }

    synchronized TrialRecord record() {
        return record;
    }

    synchronized void record(TrialRecord changed) {
        changed.write(folder);
        record = changed;
    }

    /// Whether nothing is left to train up to a rung.
    boolean past(int rung) {
        TrialRecord now = record();
        return now.failed() || now.rungs().size() > rung;
    }

    boolean finished() {
        List<TrialRecord.Leg> legs = record().rungs();
        return !legs.isEmpty() && legs.getLast().finished();
    }

    /// Deletes weights and checkpoints; what was measured stays.
    void prune() {
        CheckpointFolder.delete(RunFolder.checkpoints(folder));
        CheckpointFolder.delete(folder.resolve("model"));
    }

    TuneResult.Trial result() {
        TrialRecord now = record();
        boolean any = !now.rungs().isEmpty();
        return new TuneResult.Trial(
                number(),
                folder,
                now.values(),
                now.rungs().stream()
                        .map(leg -> new TuneResult.Measured(leg.samples(), leg.value()))
                        .toList(),
                any ? now.rungs().getLast().validation() : Map.of(),
                any ? now.rungs().getLast().test() : Map.of(),
                finished(),
                any ? now.rungs().getLast().samplesPerSecond() : 0,
                now.error());
    }

    /// The best first: those that came furthest, then the better value, then the earlier trial; failed
    /// ones last.
    static Comparator<Trial> ranking(boolean lowerIsBetter) {
        return Comparator.comparing((Trial trial) -> trial.record().failed())
                .thenComparing(trial -> -trial.record().rungs().size())
                .thenComparingDouble(trial -> {
                    List<TrialRecord.Leg> legs = trial.record().rungs();
                    double value = legs.isEmpty() ? Double.NaN : legs.getLast().value();
                    return lowerIsBetter ? value : -value;
                })
                .thenComparingInt(Trial::number);
    }
}
