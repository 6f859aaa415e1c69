package dev.herd.train.tune;

import dev.herd.data.Progress;
import dev.herd.train.TrainResult;
import dev.herd.train.Trainer;
import dev.herd.train.tune.TuneConfig.Keep;
import dev.herd.train.tune.Tuner.Plan;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Trains the trials of a plan, rung by rung. What is done next follows from the trials' records alone, so
/// that a search that was killed goes on where it was.
final class Search {
    private final Plan plan;
    private final Keep keep;
    private final Consumer<TuneResult.Trial> listener;
    private final Comparator<Trial> ranking;
    private final Object turn = new Object();

    Search(Plan plan, Keep keep, Consumer<TuneResult.Trial> listener) {
        this.plan = plan;
        this.keep = keep;
        this.listener = listener;
        this.ranking = Trial.ranking(plan.base().evaluation().lowerIsBetter());
    }

    /// All trials, the best first.
    List<Trial> ranked() {
        return plan.trials().stream().sorted(ranking).toList();
    }

    /// Trains all that is left to train.
    void run(Progress progress) {
        long samples = 0;
        for (int rung = 0; rung < plan.ladder().rungs(); rung++) {
            samples += plan.ladder().trials(rung, plan.trials().size())
                    * legSamples(plan.trials().getFirst(), rung);
        }
        String what = "tune " + plan.trials().size() + " trials";
        try (SearchProgress search = new SearchProgress(progress, what, samples);
                ExecutorService workers = Executors.newFixedThreadPool(
                        plan.parallel(),
                        Thread.ofPlatform().daemon().name("herd-trial-", 0).factory())) {
            List<Trial> candidates = plan.trials();
            for (int rung = 0; rung < plan.ladder().rungs(); rung++) {
                train(candidates, rung, search, workers);
                candidates = promoted(candidates, rung);
                prune(candidates);
            }
        }
    }

    private long legSamples(Trial trial, int rung) {
        return samples(trial, rung) - samples(trial, rung - 1);
    }

    private long samples(Trial trial, int rung) {
        return rung < 0 ? 0 : plan.ladder().samples(rung, trial.config(), trial.rows());
    }

    /// Those that go on after a rung: nobody after the last one.
    private List<Trial> promoted(List<Trial> candidates, int rung) {
        if (rung == plan.ladder().rungs() - 1) {
            return List.of();
        }
        return candidates.stream()
                .filter(trial -> !trial.record().failed())
                .sorted(ranking)
                .limit(plan.ladder().trials(rung + 1, plan.trials().size()))
                .sorted(Comparator.comparingInt(Trial::number))
                .toList();
    }

    private void train(List<Trial> candidates, int rung, SearchProgress search, ExecutorService workers) {
        List<Future<?>> running = new ArrayList<>();
        for (Trial trial : candidates) {
            running.add(workers.submit(() -> {
                try (SearchProgress.Leg leg = search.leg(samples(trial, rung - 1), samples(trial, rung))) {
                    boolean left = !trial.past(rung);
                    if (left) {
                        leg(trial, rung, leg);
                    }
                    settle(rung, candidates, search);
                    if (left) {
                        tell(trial);
                    }
                } catch (Throwable fault) {
                    search.cancel();
                    throw fault;
                }
            }));
        }
        await(running);
    }

    /// Waits for all, and then throws what made the search end, if anything did.
    private static void await(List<Future<?>> running) {
        @Nullable Throwable first = null;
        for (Future<?> one : running) {
            try {
                one.get();
            } catch (ExecutionException e) {
                if (first == null || first instanceof CancellationException) {
                    first = e.getCause();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancellationException("interrupted");
            }
        }
        switch (first) {
            case null -> {}
            case RuntimeException fault -> throw fault;
            case Error fault -> throw fault;
            default -> throw new IllegalStateException(first);
        }
    }

    /* What fails one trial need not fail another: a diverged loss, a table that does not fit, a model that refuses the
     * dataset. A full disk or a library that cannot be loaded would fail them all, so it ends the search, which can be
     * resumed once it is mended. */
    private void leg(Trial trial, int rung, Progress progress) {
        try {
            long pause = plan.ladder().steps(rung, trial.config(), trial.rows());
            TrainResult result = Files.exists(trial.folder().resolve("config.yaml"))
                    ? Trainer.resume(trial.folder(), pause, progress)
                    : Trainer.train(trial.config(), pause, progress);
            trial.record(trial.record().with(leg(trial, rung, result)));
        } catch (CancellationException | UncheckedIOException fault) {
            throw fault;
        } catch (RuntimeException | OutOfMemoryError fault) {
            trial.record(trial.record().withError(message(fault)));
            trial.prune();
        }
    }

    private TrialRecord.Leg leg(Trial trial, int rung, TrainResult result) {
        double value = trial.config().evaluation().monitored(result.validation());
        return new TrialRecord.Leg(
                value,
                result.steps(),
                result.bestStep(),
                samples(trial, rung),
                result.validation(),
                result.test(),
                result.samplesPerSecond(),
                Files.exists(result.folder().resolve("result.json")));
    }

    private static String message(Throwable fault) {
        String what = String.valueOf(fault.getMessage());
        return fault instanceof OutOfMemoryError ? "out of memory: " + what : what;
    }

    private void tell(Trial trial) {
        synchronized (turn) {
            listener.accept(trial.result());
        }
    }

    /// Shows where the search stands after a trial, and frees disk.
    private void settle(int rung, List<Trial> candidates, SearchProgress search) {
        synchronized (turn) {
            List<Trial> measured = candidates.stream()
                    .filter(each -> each.past(rung) && !each.record().failed())
                    .sorted(ranking)
                    .toList();
            long failed = plan.trials().stream()
                    .filter(each -> each.record().failed())
                    .count();
            if (!measured.isEmpty()) {
                search.note(
                        "best " + plan.base().evaluation().monitor(),
                        measured.getFirst().result().value());
                search.note("of trial", measured.getFirst().number());
            }
            if (failed > 0) {
                search.note("failed", failed);
            }
            if (rung == plan.ladder().rungs() - 1) {
                prune(candidates.stream().filter(each -> !each.past(rung)).toList());
            }
        }
    }

    /// Frees the disk of trials that do not go on.
    private void prune(List<Trial> goOn) {
        if (keep == Keep.ALL) {
            return;
        }
        List<Trial> done = ranked().stream()
                .filter(trial ->
                        !goOn.contains(trial) && !trial.record().rungs().isEmpty())
                .toList();
        done.stream().skip(keep == Keep.BEST ? 1 : 0).forEach(Trial::prune);
    }
}
