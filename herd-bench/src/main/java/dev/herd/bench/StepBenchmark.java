package dev.herd.bench;

import dev.herd.bench.duel.Duel;
import dev.herd.bench.duel.Outcome;
import dev.herd.bench.duel.Rounds;
import dev.herd.data.Progress;
import java.time.Duration;
import java.util.function.Consumer;

/// A whole training step, forward, backward and all updates, against the same net in plain libtorch.
final class StepBenchmark {
    static final Rounds FULL = new Rounds(9, Duration.ofMillis(400), Duration.ofSeconds(2));
    static final Rounds QUICK = new Rounds(5, Duration.ofMillis(200), Duration.ofSeconds(1));

    private static final int[] THREADS = {1, 2};

    private StepBenchmark() {}

    /// Runs every case whose name holds `only`.
    static void run(boolean quick, String only, Progress progress, Consumer<Outcome> results) {
        run(quick ? QUICK : FULL, only, THREADS, progress, results);
    }

    static void run(Rounds rounds, String only, int[] threadCounts, Progress progress, Consumer<Outcome> results) {
        StepCase[] cases = StepCase.values();
        try (Progress.Task task = progress.start("step", (long) cases.length * threadCounts.length, "cases")) {
            for (StepCase step : cases) {
                for (int threads : threadCounts) {
                    if (step.label().contains(only)) {
                        results.accept(measure(step, threads, rounds));
                    }
                    task.advance(1);
                }
            }
        }
    }

    private static Outcome measure(StepCase step, int threads, Rounds rounds) {
        try (StepSides sides = StepSides.create(step, threads)) {
            sides.verify();
            sides.chooseTorchThreads(threads);
            return new Duel(step.label(), threads, "samples/s", CriteoShape.BATCH, sides.herd(), sides.torch())
                    .fight(rounds);
        }
    }
}
