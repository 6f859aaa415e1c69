package dev.herd.bench;

import dev.herd.bench.duel.Duel;
import dev.herd.bench.duel.Outcome;
import dev.herd.bench.duel.Rounds;
import dev.herd.data.Features;
import dev.herd.data.InverseKeyedJaggedTensor;
import dev.herd.data.KeyedJaggedTensor;
import dev.herd.data.Progress;
import dev.herd.embedding.EmbeddingBagCollection;
import dev.herd.embedding.EmbeddingBagConfig;
import dev.herd.embedding.EmbeddingOptimizer;
import dev.herd.embedding.RowInit;
import dev.herd.numerics.CounterRandom;
import dev.herd.numerics.WorkerPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/// Batches of sessions whose equal rows are held once, against the same batches written out: the lookup
/// with its expansion, and lookup with backward and update. The rows come from sessions of 16.5 rows in
/// the mean, and a list of 20 ids stays what it was with probability d.
///
/// **Paper**: RecD (arXiv 2211.05239), optimization O5.
final class DedupeBenchmark {
    private static final double MEAN_SESSION = 16.5;
    private static final double[] UNCHANGED = {0.5, 0.8, 0.95};
    private static final int[] THREADS = {1, 2};
    private static final String FEATURE = "list";
    private static final int LENGTH = 20;
    private static final int WIDTH = 64;
    private static final int BATCHES = 8;
    private static final long SEED = 11;

    private DedupeBenchmark() {}

    static void run(boolean quick, String only, Progress progress, Consumer<Outcome> results) {
        Rounds rounds = quick ? EmbeddingBenchmark.QUICK : EmbeddingBenchmark.FULL;
        run(rounds, 1_000_000, 4096, only, progress, results);
    }

    /// @param rows of the table
    /// @param size of a batch
    static void run(Rounds rounds, long rows, int size, String only, Progress progress, Consumer<Outcome> results) {
        try (Progress.Task task = progress.start("dedupe", (long) UNCHANGED.length * THREADS.length, "cases")) {
            for (double unchanged : UNCHANGED) {
                List<Features> once = batches(rows, size, unchanged);
                double factor = once.stream()
                        .mapToDouble(batch -> batch.groups().getFirst().dedupeFactor())
                        .average()
                        .orElseThrow();
                String name = String.format(Locale.ROOT, "d%.2f/factor%.2f", unchanged, factor);
                for (int threads : THREADS) {
                    try (Sides sides = new Sides(rows, size, once, threads)) {
                        sides.fight(name, threads, rounds, only, results);
                    }
                    task.advance(1);
                }
            }
        }
    }

    /// Lists that stay, or change as a whole, row by row of a session.
    private static List<Features> batches(long rows, int size, double unchanged) {
        List<Features> made = new ArrayList<>();
        for (int batch = 0; batch < BATCHES; batch++) {
            long[] values = new long[size * LENGTH];
            int[] offsets = new int[size + 1];
            for (int b = 0; b < size; b++) {
                boolean sameSession = b > 0 && CounterRandom.uniform(SEED, batch, 2L * b) < 1 - 1 / MEAN_SESSION;
                boolean stays = sameSession && CounterRandom.uniform(SEED, batch, 2L * b + 1) < unchanged;
                for (int i = 0; i < LENGTH; i++) {
                    int at = b * LENGTH + i;
                    values[at] = stays ? values[at - LENGTH] : CounterRandom.below(SEED + 1, batch, at, rows);
                }
                offsets[b + 1] = (b + 1) * LENGTH;
            }
            KeyedJaggedTensor written = KeyedJaggedTensor.of(List.of(FEATURE), size, values, offsets);
            InverseKeyedJaggedTensor group = InverseKeyedJaggedTensor.deduplicate(written, List.of(FEATURE));
            KeyedJaggedTensor rest = KeyedJaggedTensor.of(List.of(), size, new long[0], new int[] {0});
            made.add(new Features(size, new float[0], rest, List.of(group)));
        }
        return made;
    }

    /// One table, read by turns through unique rows and through all.
    private static final class Sides implements AutoCloseable {
        private final Arena arena = Arena.ofShared();
        private final WorkerPool pool;
        private final EmbeddingBagCollection tables;
        private final List<Features> once;
        private final List<Features> written;
        private final MemorySegment gradient;
        private int at;

        Sides(long rows, int size, List<Features> once, int threads) {
            this.once = once;
            this.written = once.stream().map(Features::withoutGroups).toList();
            this.pool = WorkerPool.create(threads);
            this.tables = EmbeddingBagCollection.create(
                    List.of(EmbeddingBagConfig.of(FEATURE, rows, WIDTH, List.of(FEATURE))
                            .withInit(RowInit.uniform(-0.1, 0.1))),
                    EmbeddingOptimizer.rowWiseAdagrad(),
                    SEED,
                    pool);
            this.gradient = arena.allocate((long) size * WIDTH * Float.BYTES, 64);
            for (long i = 0; i < (long) size * WIDTH; i++) {
                gradient.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) CounterRandom.gaussian(SEED, 3, i));
            }
        }

        void fight(String name, int threads, Rounds rounds, String only, Consumer<Outcome> results) {
            verify();
            double size = once.getFirst().size();
            duel("lookup/" + name, threads, size, this::lookup, rounds, only, results);
            duel("train/" + name, threads, size, this::train, rounds, only, results);
        }

        private void duel(
                String name,
                int threads,
                double size,
                Consumer<List<Features>> work,
                Rounds rounds,
                String only,
                Consumer<Outcome> results) {
            if (name.contains(only)) {
                Duel duel =
                        new Duel(name, threads, "rows/s", size, () -> work.accept(once), () -> work.accept(written));
                results.accept(duel.fight(rounds));
            }
        }

        private void verify() {
            float[] values = tables.lookup(once.getFirst()).values().toArray(ValueLayout.JAVA_FLOAT);
            float[] expected = tables.lookup(written.getFirst()).values().toArray(ValueLayout.JAVA_FLOAT);
            if (!java.util.Arrays.equals(values, expected)) {
                throw new IllegalStateException("unique rows and rows written out are not looked up alike");
            }
        }

        private void lookup(List<Features> batches) {
            at = (at + 1) % batches.size();
            tables.lookup(batches.get(at));
        }

        private void train(List<Features> batches) {
            lookup(batches);
            tables.pooledGradient().copyFrom(gradient);
            tables.backward();
            tables.update(0.01, 1);
        }

        @Override
        public void close() {
            tables.close();
            pool.close();
            arena.close();
        }
    }
}
