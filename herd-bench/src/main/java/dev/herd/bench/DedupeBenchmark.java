package dev.herd.bench;

import dev.herd.bench.duel.Duel;
import dev.herd.bench.duel.Outcome;
import dev.herd.bench.duel.Rounds;
import dev.herd.data.Features;
import dev.herd.data.InverseKeyedJaggedTensor;
import dev.herd.data.KeyedJaggedTensor;
import dev.herd.data.Progress;
import dev.herd.data.WindowedJaggedTensor;
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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/// Batches of whole sessions whose equal rows are held once, against the same rows written out: in order of
/// time, as a trainer without deduplication reads them, and session by session. The lookup with its
/// expansion, and lookup with backward and update.
///
/// The rows are those of sessions of 16.5 rows in the mean, mixed in time. A list stays what it was in the
/// row before with probability d, and else is drawn anew, or slides: it loses its oldest id and gains one.
/// Lists that slide are held as windows, against equal rows held once besides.
///
/// **Paper**: RecD (arXiv 2211.05239), optimization O5 and partial deduplication.
final class DedupeBenchmark {
    private static final double MEAN_SESSION = 16.5;
    private static final List<Change> CHANGES = List.of(
            new Change(0.5, false),
            new Change(0.8, false),
            new Change(0.95, false),
            new Change(0, true),
            new Change(0.8, true));
    private static final int[] LENGTHS = {20, 110};
    private static final int[] THREADS = {1, 2};
    private static final String FEATURE = "list";
    private static final int WIDTH = 64;
    private static final int BATCHES = 8;
    private static final long SEED = 11;

    private DedupeBenchmark() {}

    /// How lists change from row to row of a session.
    ///
    /// @param unchanged d, probability that a list stays
    /// @param slides whether it moves on by one id, or else is drawn anew
    private record Change(double unchanged, boolean slides) {}

    /// What is done with a batch.
    private enum Work {
        /// lookup and expansion
        LOOKUP,
        /// and backward and update
        TRAIN
    }

    static void run(boolean quick, String only, Progress progress, Consumer<Outcome> results) {
        Rounds rounds = quick ? EmbeddingBenchmark.QUICK : EmbeddingBenchmark.FULL;
        run(rounds, new Shape(1_000_000, 20_000, 4096), only, progress, results);
    }

    /// @param ids rows of the table
    /// @param sessions that are mixed in time
    /// @param size of a batch
    record Shape(long ids, int sessions, int size) {}

    static void run(Rounds rounds, Shape shape, String only, Progress progress, Consumer<Outcome> results) {
        int cases = LENGTHS.length * CHANGES.size() * THREADS.length;
        try (Progress.Task task = progress.start("dedupe", cases, "cases")) {
            for (int length : LENGTHS) {
                for (Change change : CHANGES) {
                    Orders orders = Orders.of(shape, length, change);
                    for (int threads : THREADS) {
                        try (Sides sides = new Sides(shape, orders, threads)) {
                            sides.fight(orders.name(), threads, rounds, only, results);
                        }
                        task.advance(1);
                    }
                }
            }
        }
    }

    /// The first batches of a log in both orders.
    ///
    /// @param held session by session, equal rows held once, and as windows where they slide
    /// @param interleaved in order of time, written out
    private record Orders(String name, List<Features> held, List<Features> interleaved) {
        static Orders of(Shape shape, int length, Change change) {
            int[] states = states(shape.sessions(), length, change);
            List<String> sliding = change.slides() ? List.of(FEATURE) : List.of();
            List<Features> written = batches(shape, length, change, states);
            List<Features> held = written.stream()
                    .map(batch -> batch.grouped(List.of(List.of(FEATURE))).withWindows(sliding))
                    .toList();
            String name = String.format(
                    Locale.ROOT,
                    "l%d/d%.2f/%sfactor%.2f",
                    length,
                    change.unchanged(),
                    change.slides() ? "slide/" : "",
                    (double) written.stream().mapToLong(Orders::ids).sum()
                            / held.stream().mapToLong(Orders::ids).sum());
            return new Orders(name, held, batches(shape, length, change, shuffled(states)));
        }

        /// Ids that a lookup of the batch fetches.
        private static long ids(Features batch) {
            if (batch.groups().isEmpty()) {
                return batch.sparse().values().length;
            }
            InverseKeyedJaggedTensor group = batch.groups().getFirst();
            WindowedJaggedTensor windows = group.windows(FEATURE);
            return windows == null ? group.unique().values().length : windows.values().length;
        }

        List<Features> clustered() {
            return held.stream().map(Features::withoutGroups).toList();
        }

        /// What the list of every row is, row by row of a session: equal numbers stand for equal lists, and
        /// the next for the next list.
        private static int[] states(int sessions, int length, Change change) {
            int[] states = new int[(int) (sessions * MEAN_SESSION)];
            for (int row = 1; row < states.length; row++) {
                boolean sameSession = CounterRandom.uniform(SEED, 1, row) < 1 - 1 / MEAN_SESSION;
                boolean stays = sameSession && CounterRandom.uniform(SEED, 2, row) < change.unchanged();
                int step = sameSession || !change.slides() ? 1 : length;
                states[row] = states[row - 1] + (stays ? 0 : step);
            }
            return states;
        }

        /// The rows of all sessions mixed. Those of a session need not stay in their order: what a batch
        /// repeats does not depend on it.
        private static int[] shuffled(int[] states) {
            int[] mixed = states.clone();
            for (int row = mixed.length - 1; row > 0; row--) {
                int other = (int) CounterRandom.below(SEED, 3, row, row + 1L);
                int state = mixed[row];
                mixed[row] = mixed[other];
                mixed[other] = state;
            }
            return mixed;
        }

        private static List<Features> batches(Shape shape, int length, Change change, int[] states) {
            List<Features> made = new ArrayList<>();
            int size = shape.size();
            for (int batch = 0; batch < Math.min(BATCHES, states.length / size); batch++) {
                long[] values = new long[size * length];
                int[] offsets = new int[size + 1];
                for (int b = 0; b < size; b++) {
                    long first = states[batch * size + b] * (change.slides() ? 1L : length);
                    for (int i = 0; i < length; i++) {
                        values[b * length + i] = CounterRandom.below(SEED, 4, first + i, shape.ids());
                    }
                    offsets[b + 1] = (b + 1) * length;
                }
                made.add(new Features(
                        size, new float[0], KeyedJaggedTensor.of(List.of(FEATURE), size, values, offsets)));
            }
            return made;
        }
    }

    /// One table, read by turns through unique rows and through all, in the same order and in that of time.
    private static final class Sides implements AutoCloseable {
        private final Arena arena = Arena.ofShared();
        private final WorkerPool pool;
        private final EmbeddingBagCollection tables;
        private final List<Features> held;
        private final List<Features> once;
        private final List<Features> clustered;
        private final List<Features> interleaved;
        private final MemorySegment gradient;
        private int at;

        Sides(Shape shape, Orders orders, int threads) {
            this.held = orders.held();
            this.clustered = orders.clustered();
            this.once = clustered.stream()
                    .map(batch -> batch.grouped(List.of(List.of(FEATURE))))
                    .toList();
            this.interleaved = orders.interleaved();
            this.pool = WorkerPool.create(threads);
            this.tables = EmbeddingBagCollection.create(
                    List.of(EmbeddingBagConfig.of(FEATURE, shape.ids(), WIDTH, List.of(FEATURE))
                            .withInit(RowInit.uniform(-0.1, 0.1))),
                    EmbeddingOptimizer.rowWiseAdagrad(),
                    SEED,
                    pool);
            int size = shape.size();
            this.gradient = arena.allocate((long) size * WIDTH * Float.BYTES, 64);
            for (long i = 0; i < (long) size * WIDTH; i++) {
                gradient.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) CounterRandom.gaussian(SEED, 3, i));
            }
        }

        void fight(String name, int threads, Rounds rounds, String only, Consumer<Outcome> results) {
            verify();
            for (Work work : Work.values()) {
                String start = work.name().toLowerCase(Locale.ROOT) + "/" + name;
                duel(start + "/interleaved", threads, work, interleaved, rounds, only, results);
                duel(start + "/clustered", threads, work, clustered, rounds, only, results);
                if (held.getFirst().groups().getFirst().windows(FEATURE) != null) {
                    duel(start + "/once", threads, work, once, rounds, only, results);
                }
            }
        }

        private void duel(
                String name,
                int threads,
                Work work,
                List<Features> other,
                Rounds rounds,
                String only,
                Consumer<Outcome> results) {
            if (name.contains(only)) {
                double rows = held.getFirst().size();
                Duel duel = new Duel(name, threads, "rows/s", rows, () -> run(work, held), () -> run(work, other));
                results.accept(duel.fight(rounds));
            }
        }

        /// Unique rows give the same bits as rows written out, windows the same sums up to rounding.
        private void verify() {
            float[] expected = lookup(clustered);
            if (!Arrays.equals(lookup(once), expected)) {
                throw new IllegalStateException("unique rows and rows written out are not looked up alike");
            }
            float[] sums = lookup(held);
            for (int i = 0; i < sums.length; i++) {
                if (Math.abs(sums[i] - expected[i]) > 1e-5f) {
                    throw new IllegalStateException(
                            "number " + i + " of the pooled rows is " + expected[i] + ", and from windows " + sums[i]);
                }
            }
        }

        private float[] lookup(List<Features> batches) {
            return tables.lookup(batches.getFirst()).values().toArray(ValueLayout.JAVA_FLOAT);
        }

        private void run(Work work, List<Features> batches) {
            at = (at + 1) % batches.size();
            tables.lookup(batches.get(at));
            if (work == Work.TRAIN) {
                tables.pooledGradient().copyFrom(gradient);
                tables.backward();
                tables.update(0.01, 1);
            }
        }

        @Override
        public void close() {
            tables.close();
            pool.close();
            arena.close();
        }
    }
}
