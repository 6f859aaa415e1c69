package dev.herd.bench.read;

import dev.herd.bench.duel.Duel;
import dev.herd.bench.duel.Outcome;
import dev.herd.bench.duel.Rounds;
import dev.herd.data.Folders;
import dev.herd.data.Progress;
import dev.herd.data.dataset.Dataset;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Rows per second from a Criteo file, parsed and hashed, and from a dataset folder, against the plain
/// Java reader, DuckDB, and a fixed goal.
public final class ReadBenchmark {
    /// What Herd wants to read on two cores, in rows per second.
    private static final double GOAL = 400_000;

    private static final int BATCH = 2048;
    private static final int BUCKETS = 100_000;
    private static final int[] THREADS = {1, 2};
    private static final String UNIT = "rows/s";

    private final int rows;
    private final Rounds rounds;
    private final String only;
    private final Consumer<Outcome> results;

    private ReadBenchmark(int rows, Rounds rounds, String only, Consumer<Outcome> results) {
        this.rows = rows;
        this.rounds = rounds;
        this.only = only;
        this.results = results;
    }

    /// Runs every case whose name holds `only`, on a file that it makes in a temporary folder.
    public static void run(boolean quick, String only, Progress progress, Consumer<Outcome> results) {
        Rounds rounds = new Rounds(quick ? 3 : 7, Duration.ofMillis(quick ? 200 : 1000), Duration.ofMillis(500));
        ReadBenchmark benchmark = new ReadBenchmark(quick ? 50_000 : 400_000, rounds, only, results);
        try (Progress.Task task = progress.start("read", THREADS.length, "thread counts")) {
            Path folder = Files.createTempDirectory("herd-bench");
            try {
                Path file = folder.resolve("criteo.tsv");
                CriteoFile.write(file, benchmark.rows);
                for (int threads : THREADS) {
                    benchmark.run(file, folder.resolve("dataset" + threads), threads);
                    task.advance(1);
                }
            } finally {
                Folders.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void run(Path file, Path folder, int threads) {
        HerdReader herd = new HerdReader(BATCH, BUCKETS, threads);
        PlainReader plain = new PlainReader(BATCH, BUCKETS);
        try (DuckReader duck = DuckReader.create(threads)) {
            LongSupplier ours = () -> herd.readCriteo(file);
            if (threads == 1) {
                duel("read/criteo/split", threads, ours, () -> plain.read(file));
            }
            duel("read/criteo/duckdb", threads, ours, () -> duck.readCriteo(file, BUCKETS))
                    .filter(outcome -> threads == 2)
                    .ifPresent(outcome -> results.accept(againstGoal(outcome)));
            if ("read/dataset/jdbc".contains(only)) {
                Dataset dataset = herd.prepare(file, folder);
                duel("read/dataset/jdbc", threads, () -> herd.readDataset(dataset), () -> duck.readParquet(folder));
            }
        }
    }

    private static Outcome againstGoal(Outcome outcome) {
        double[] goal = new double[outcome.herdRates().length];
        Arrays.fill(goal, GOAL);
        return new Outcome("read/criteo/goal-400k", outcome.threads(), UNIT, outcome.herdRates(), goal);
    }

    private Optional<Outcome> duel(String name, int threads, LongSupplier ours, LongSupplier theirs) {
        if (!name.contains(only)) {
            return Optional.empty();
        }
        Duel duel = new Duel(name, threads, UNIT, rows, () -> requireAll(name, ours), () -> requireAll(name, theirs));
        Outcome outcome = duel.fight(rounds);
        results.accept(outcome);
        return Optional.of(outcome);
    }

    private void requireAll(String name, LongSupplier reader) {
        long read = reader.getAsLong();
        if (read != rows) {
            throw new IllegalStateException(name + ": " + read + " rows were read of " + rows);
        }
    }
}
