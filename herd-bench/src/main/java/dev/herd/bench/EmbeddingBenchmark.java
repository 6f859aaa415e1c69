package dev.herd.bench;

import dev.herd.bench.duel.Duel;
import dev.herd.bench.duel.Outcome;
import dev.herd.bench.duel.Rounds;
import dev.herd.data.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Herd's embedding tables against libtorch's `embedding_bag`: the lookup alone, and lookup with backward and update.
final class EmbeddingBenchmark {
    static final Rounds FULL = new Rounds(9, Duration.ofMillis(60), Duration.ofMillis(200));
    static final Rounds QUICK = new Rounds(5, Duration.ofMillis(40), Duration.ofMillis(150));
    private static final int[] THREADS = {1, 2};

    private EmbeddingBenchmark() {}

    /// Runs every case whose name holds `only`.
    static void run(boolean quick, String only, Progress progress, Consumer<Outcome> results) {
        run(quick, only, quick ? QUICK : FULL, THREADS, progress, results);
    }

    static void run(
            boolean quick,
            String only,
            Rounds rounds,
            int[] threadCounts,
            Progress progress,
            Consumer<Outcome> results) {
        List<BagShape> shapes = shapes(quick);
        try (Progress.Task task =
                progress.start("embedding", (long) shapes.size() * threadCounts.length * 2, "cases")) {
            for (BagShape shape : shapes) {
                for (int threads : threadCounts) {
                    run(shape, threads, rounds, only, results);
                    task.advance(2);
                }
            }
        }
    }

    private static List<BagShape> shapes(boolean quick) {
        List<BagShape> shapes = new ArrayList<>();
        for (boolean large : new boolean[] {false, true}) {
            for (IdDistribution distribution : IdDistribution.values()) {
                for (int width : quick ? new int[] {64} : new int[] {16, 64, 128}) {
                    for (int pooling : new int[] {1, 20}) {
                        shapes.add(new BagShape(distribution, width, pooling, large));
                    }
                }
            }
        }
        return shapes;
    }

    private static void run(BagShape shape, int threads, Rounds rounds, String only, Consumer<Outcome> results) {
        String lookup = "lookup/" + shape.name();
        String train = "train/" + shape.name();
        if (!lookup.contains(only) && !train.contains(only)) {
            return;
        }
        try (BagSides sides = BagSides.create(shape, threads)) {
            sides.verify();
            double ids = shape.idsPerBatch();
            if (lookup.contains(only)) {
                Duel duel = new Duel(lookup, threads, "ids/s", ids, sides::herdLookup, sides::torchLookup);
                results.accept(duel.fight(rounds));
            }
            if (train.contains(only)) {
                Duel duel = new Duel(train, threads, "ids/s", ids, sides::herdTrain, sides::torchTrain);
                results.accept(duel.fight(rounds));
            }
        }
    }
}
