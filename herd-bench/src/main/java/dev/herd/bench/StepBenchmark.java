package dev.herd.bench;

import dev.herd.bench.duel.Breakdown;
import dev.herd.bench.duel.Duel;
import dev.herd.bench.duel.Outcome;
import dev.herd.bench.duel.Rounds;
import dev.herd.bench.duel.Scoreboard;
import dev.herd.data.Progress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// A whole training step, forward, backward and all updates, against the same net in plain libtorch.
final class StepBenchmark {
    static final Rounds FULL = new Rounds(9, Duration.ofMillis(400), Duration.ofSeconds(2));
    static final Rounds QUICK = new Rounds(5, Duration.ofMillis(200), Duration.ofSeconds(1));

    private static final int[] THREADS = {1, 2};
    private static final String UNIT = "samples/s";

    private StepBenchmark() {}

    /// Runs every case whose name holds `only`.
    static void run(boolean quick, String only, Progress progress, Scoreboard board) {
        run(quick ? QUICK : FULL, only, THREADS, progress, board);
    }

    static void run(Rounds rounds, String only, int[] threadCounts, Progress progress, Scoreboard board) {
        StepCase[] cases = StepCase.values();
        try (Progress.Task task = progress.start("step", (long) cases.length * threadCounts.length, "cases")) {
            for (StepCase step : cases) {
                for (int threads : threadCounts) {
                    if (step.label().contains(only)) {
                        measure(step, threads, rounds, board);
                    }
                    task.advance(1);
                }
            }
        }
    }

    private static void measure(StepCase step, int threads, Rounds rounds, Scoreboard board) {
        try (StepSides sides = StepSides.create(step, threads)) {
            sides.verify();
            sides.chooseTorchThreads(threads);
            board.add(new Duel(step.label(), threads, UNIT, CriteoShape.BATCH, sides.herd(), sides.torch())
                    .fight(rounds));
            try (StepProducts products = StepProducts.create(step.graph(), CriteoShape.BATCH, threads)) {
                board.add(breakdown(step.label(), threads, rounds, sides, products));
            }
        }
    }

    /// The step against its own products: the ratio of the rates is the products' share of the time.
    private static Breakdown breakdown(
            String name, int threads, Rounds rounds, StepSides sides, StepProducts products) {
        Duel.Side whole = sides.herd();
        whole.enter();
        sides.herdMilliseconds();
        Outcome outcome = new Duel(name, threads, UNIT, CriteoShape.BATCH, whole::run, products::run).fight(rounds);
        Map<String, Double> parts = new LinkedHashMap<>(sides.herdMilliseconds());
        double sum = parts.values().stream().mapToDouble(Double::doubleValue).sum();
        parts.replaceAll((part, milliseconds) -> milliseconds / sum);
        return new Breakdown(name, threads, 1e3 * CriteoShape.BATCH / outcome.herdRate(), outcome.ratio(), parts);
    }
}
