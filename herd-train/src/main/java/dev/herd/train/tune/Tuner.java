package dev.herd.train.tune;

import dev.herd.data.InputException;
import dev.herd.data.Progress;
import dev.herd.data.config.Config;
import dev.herd.data.config.Fragment;
import dev.herd.data.dataset.Dataset;
import dev.herd.train.TrainConfig;
import dev.herd.train.run.RunFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;

/// Searches for good settings of a training.
///
/// ```java
/// TuneConfig config = TuneConfig.read(Path.of("tune.yaml"), List.of());
/// TuneResult result = Tuner.search(config, Path.of("runs/tune"), Progress.SILENT, trial -> {});
/// ```
///
/// Every trial is an ordinary run in `trials/<number>-<values>` and equal, bit by bit, to the run that
/// [dev.herd.train.Trainer] makes of its configuration alone. Which trials there are depends on the search
/// and the space only; how many are trained at once changes no result. A trial that fails is recorded with
/// its error, and the search goes on. A search that was killed at any moment goes on with [#resume].
public final class Tuner {
    static final String CONFIG = "tune.yaml";
    static final String BEST = "best.yaml";
    static final String REPORT = "report.html";

    private Tuner() {}

    /// Starts a search in a new folder.
    ///
    /// @param listener hears of each trial that has reached a rung or failed, one at a time
    ///
    /// **Throws** [InputException] when a value of the space fits no training configuration, or the folder
    /// has a search.
    public static TuneResult search(
            TuneConfig config, Path folder, Progress progress, Consumer<TuneResult.Trial> listener) {
        if (Files.exists(folder.resolve(CONFIG))) {
            throw InputException.of(
                    folder, "holds a search already; go on with it by --resume, or name another folder with --out");
        }
        Space space = Space.of(config.base(), config.space());
        List<Suggestion> suggestions = Suggestions.of(config.search(), space);
        plan(config, folder, space, suggestions);
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(folder + ": cannot be made", e);
        }
        RunFolder.replace(folder.resolve(CONFIG), Config.write(config));
        return run(config, folder, space, suggestions, progress, listener);
    }

    /// Goes on with a search; a finished one is only summed up again.
    ///
    /// **Throws** [InputException] when the folder has none.
    public static TuneResult resume(Path folder, Progress progress, Consumer<TuneResult.Trial> listener) {
        Path stored = folder.resolve(CONFIG);
        if (!Files.isRegularFile(stored)) {
            throw InputException.of(folder, "is no folder of a search: it has no " + CONFIG);
        }
        TuneConfig config = TuneConfig.read(stored, List.of());
        Space space = Space.of(config.base(), config.space());
        return run(config, folder, space, Suggestions.of(config.search(), space), progress, listener);
    }

    private static TuneResult run(
            TuneConfig config,
            Path folder,
            Space space,
            List<Suggestion> suggestions,
            Progress progress,
            Consumer<TuneResult.Trial> listener) {
        Plan plan = plan(config, folder, space, suggestions);
        Search search = new Search(plan, config.keep(), listener);
        search.run(progress);
        TuneResult result = new TuneResult(
                folder,
                plan.base().evaluation().monitor(),
                String.valueOf(plan.base().evaluation().split()),
                plan.base().evaluation().lowerIsBetter(),
                plan.ladder().rungs(),
                search.ranked().stream().map(Trial::result).toList());
        result.best().ifPresent(best -> {
            Suggestion chosen = suggestions.get(best.number());
            RunFolder.replace(folder.resolve(BEST), best(plan.config(space, chosen.values()), result, best));
        });
        RunFolder.replace(
                folder.resolve(REPORT),
                SearchStory.page(result, suggestions, config, plan.base().evaluation()));
        return result;
    }

    /// All that is decided before the first trial.
    ///
    /// @param parallel trials at the same time
    record Plan(TrainConfig base, Ladder ladder, int parallel, List<Trial> trials, Map<Path, Long> rows) {
        /// The configuration of a trial, without its folder.
        TrainConfig config(Space space, SequencedMap<String, Fragment> values) {
            TrainConfig config = space.config(values);
            long every = ladder.evaluateEvery(config, rows.getOrDefault(config.dataset(), 0L));
            return every == config.evaluation().everySteps() ? config : config.withEvaluationEvery(every);
        }
    }

    private static Plan plan(TuneConfig config, Path folder, Space space, List<Suggestion> suggestions) {
        TrainConfig base = space.config(suggestions.getFirst().values());
        if (base.evaluation().split() == null) {
            throw config.base().error("evaluation.split is null, but a search needs a split to judge trials by");
        }
        boolean halving = config.search() instanceof TuneConfig.Search.SuccessiveHalving;
        for (String key : List.of("epochs", "evaluation.every_steps")) {
            Fragment written = config.space().get(key);
            if (halving && written != null) {
                throw written.error("space: '" + key + "' cannot be searched by successive halving, which decides it");
            }
        }
        Map<Path, Long> rows = new HashMap<>();
        for (Suggestion suggestion : suggestions) {
            rows.computeIfAbsent(
                    space.config(suggestion.values()).dataset(),
                    path -> Dataset.open(path).rows("train"));
        }
        Ladder ladder = Ladder.of(config.search(), base, rows.getOrDefault(base.dataset(), 0L));
        int cores = Runtime.getRuntime().availableProcessors();
        int wanted = config.parallel() > 0 ? config.parallel() : Math.max(1, cores / Math.max(1, base.threads()));
        int parallel = Math.min(wanted, suggestions.size());
        int threads = base.threads() > 0 ? base.threads() : Math.max(1, cores / parallel);
        Plan plan = new Plan(base, ladder, parallel, new ArrayList<>(), rows);
        for (Suggestion suggestion : suggestions) {
            Path run = folder.resolve("trials").resolve(suggestion.folder());
            TrainConfig own =
                    plan.config(space, suggestion.values()).withOutput(run).withThreads(threads);
            plan.trials().add(new Trial(suggestion, own, run, rows.getOrDefault(own.dataset(), 0L)));
        }
        return plan;
    }

    private static String best(TrainConfig config, TuneResult result, TuneResult.Trial best) {
        return "# Trial %d of a search: %s %s on %s. ./herd train %s%n%s"
                .formatted(
                        best.number(),
                        result.metric(),
                        best.value(),
                        result.split(),
                        result.folder().resolve(BEST),
                        Config.write(config));
    }
}
