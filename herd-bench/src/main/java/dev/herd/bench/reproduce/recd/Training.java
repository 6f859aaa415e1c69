package dev.herd.bench.reproduce.recd;

import dev.herd.bench.duel.Median;
import dev.herd.bench.reproduce.lab.Claim;
import dev.herd.bench.reproduce.lab.Expectation;
import dev.herd.bench.reproduce.lab.Findings;
import dev.herd.bench.reproduce.lab.Lab;
import dev.herd.bench.reproduce.lab.Turns;
import dev.herd.data.Batch;
import dev.herd.data.InverseKeyedJaggedTensor;
import dev.herd.data.config.Config;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.dataset.ReadOptions;
import dev.herd.data.dedup.DedupGroups;
import dev.herd.numerics.kernel.RowSelect;
import dev.herd.train.BatchTrainer;
import dev.herd.train.TrainConfig;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Steps of training on interleaved batches, on clustered ones with every row written out, and on clustered
/// ones with equal rows held once: lookups and updates of unique rows (O5), or of the lists that these are
/// windows of, and sequence modules on unique rows (O7). All ways train one model by turns.
final class Training {
    static final String PERCEPTRONS =
            "bottom: {hidden: [64], normalization: none}, top: {hidden: [128, 64], normalization: none}";

    private static final int ROUNDS = 5;
    private static final int WIDTH = 32;
    private static final double RATE = 1e-3;
    private static final int PARITY_STEPS = 8;

    /// The sums of lists meet in inner products: what repeats is lookups alone.
    private static final Model POOLED = new Model(
            "DLRM, lists summed in their tables (O5)", "{name: dlrm, embedding_dim: 32, " + PERCEPTRONS + "}", 4096, 8);

    /// A transformer for each list: what repeats is its arithmetic.
    private static final Model TRANSFORMER = new Model(
            "DLRM, a transformer for each list (O5 and O7)",
            "{name: dlrm, embedding_dim: 32, " + PERCEPTRONS + ", sequences: {kind: transformer, max_length: 50}}",
            2048,
            1);

    private Training() {}

    /// @param batch rows of a batch
    /// @param batches of a turn
    private record Model(String name, String config, int batch, int batches) {
        TrainConfig training(int threads, String... more) {
            List<String> keys = new ArrayList<>(List.of("model=" + config, "threads=" + threads));
            keys.addAll(List.of(more));
            return Config.parse(
                    "tables: {optimizer: {kind: exact_row_wise_adagrad}}", name, keys, TrainConfig.defaults());
        }
    }

    static void measure(Layouts layouts, DedupGroups groups, Lab lab, Findings.Notes notes) {
        List<List<String>> rows = new ArrayList<>();
        double[] pooled = measure(POOLED, layouts, List.of(groups.withoutWindows(), groups), lab, rows);
        double[] transformer = measure(TRANSFORMER, layouts, List.of(groups.withoutWindows()), lab, rows);
        notes.table(new Findings.Table(
                "Training", List.of("model", "batches", ">rows/s", ">ratio", ">of the rounds", "ms of a step"), rows));
        notes.claim(new Claim("training, pooled lists (O5)", null, pooled[2], "x seconds", Expectation.atLeast(2.48)));
        notes.claim(new Claim(
                "training, pooled lists, held as windows where they slide (O5, partial)",
                2.48,
                pooled[3],
                "x seconds",
                Expectation.atLeast(2.48)));
        notes.claim(new Claim(
                "training, transformers over lists (O5 and O7)",
                2.48,
                transformer[2],
                "x seconds",
                Expectation.atLeast(2.48)));
        expansion(read(layouts.once(), POOLED.batch(), 1, groups).getFirst(), pooledStep(rows), notes);
        parity(layouts, groups, lab, notes);
    }

    /// @param held the ways in which clustered batches are deduplicated
    /// @return how many times faster than interleaved the steps of each way are
    private static double[] measure(
            Model model, Layouts layouts, List<DedupGroups> held, Lab lab, List<List<String>> rows) {
        int size = model.batch();
        int count = model.batches();
        try (BatchTrainer trainer = BatchTrainer.create(
                model.training(lab.threads()), layouts.once().schema())) {
            List<Way> ways = new ArrayList<>();
            ways.add(new Way("interleaved", trainer, read(layouts.interleaved(), size, count, DedupGroups.NONE)));
            ways.add(new Way("clustered", trainer, read(layouts.once(), size, count, DedupGroups.NONE)));
            for (DedupGroups groups : held) {
                String name = "clustered, equal rows once" + (groups.windows().isEmpty() ? "" : ", as windows");
                ways.add(new Way(name, trainer, read(layouts.once(), size, count, groups)));
            }
            Turns turns = new Turns(ways.stream().map(Way::arm).toList(), ROUNDS);
            Turns.Result times = turns.run("train", lab.progress());
            for (int w = 0; w < ways.size(); w++) {
                Way way = ways.get(w);
                rows.add(List.of(
                        model.name(),
                        way.name,
                        Text.of("%.0f", way.rows() / times.seconds(w)),
                        Text.of("%.2f", times.ratio(w)),
                        times.spread(w),
                        way.parts()));
            }
            return IntStream.range(0, ways.size()).mapToDouble(times::ratio).toArray();
        }
    }

    /// Batches of one kind for a trainer.
    private static final class Way {
        private final String name;
        private final BatchTrainer trainer;
        private final List<Batch> batches;
        private Map<String, Double> milliseconds = Map.of();

        Way(String name, BatchTrainer trainer, List<Batch> batches) {
            this.name = name;
            this.trainer = trainer;
            this.batches = batches;
        }

        int rows() {
            return batches.stream().mapToInt(Batch::size).sum();
        }

        Turns.Arm arm() {
            return Turns.Arm.timed(name, () -> {
                batches.forEach(batch -> trainer.step(batch, RATE));
                milliseconds = trainer.milliseconds();
            });
        }

        /// Milliseconds of the parts of a step, in the last round.
        String parts() {
            return milliseconds.entrySet().stream()
                    .filter(part -> part.getValue() >= 0.5)
                    .map(part -> part.getKey() + Text.of(" %.0f", part.getValue()))
                    .collect(Collectors.joining(", "));
        }
    }

    private static double pooledStep(List<List<String>> rows) {
        return POOLED.batch() / Double.parseDouble(rows.get(2).get(2));
    }

    private static List<Batch> read(Dataset dataset, int size, int most, DedupGroups groups) {
        return Lab.batches(dataset, ReadOptions.inOrder(size, 1).withGroups(groups), most);
    }

    /// What writing pooled rows out to the batch takes of a step.
    private static void expansion(Batch batch, double step, Findings.Notes notes) {
        List<InverseKeyedJaggedTensor> groups = batch.features().groups();
        int places = groups.stream().mapToInt(group -> group.keys().size()).sum();
        int size = batch.size();
        double[] taken = new double[9];
        try (Arena arena = Arena.ofConfined()) {
            var unique = arena.allocate((long) size * WIDTH * Float.BYTES, 64);
            var out = arena.allocate((long) size * places * WIDTH * Float.BYTES, 64);
            for (int round = 0; round < taken.length; round++) {
                long start = System.nanoTime();
                int place = 0;
                for (InverseKeyedJaggedTensor group : groups) {
                    for (int f = 0; f < group.keys().size(); f++) {
                        RowSelect.expand(
                                new RowSelect.Place(unique, 0, WIDTH),
                                group.uniqueRows(),
                                group.inverseLookup(),
                                0,
                                size,
                                WIDTH,
                                new RowSelect.Place(out, (long) place++ * WIDTH, places * WIDTH));
                    }
                }
                taken[round] = (System.nanoTime() - start) * 1e-9;
            }
        }
        notes.condition(
                "expansion of pooled rows, on one thread, of a deduplicated step",
                Text.of("%.2f %%", 100 * Median.of(taken) / step));
    }

    /// The same batches with and without groups, from the same weights. How far losses may part is told by
    /// a run that differs in nothing but the order of its sums.
    private static void parity(Layouts layouts, DedupGroups groups, Lab lab, Findings.Notes notes) {
        List<Batch> grouped = read(layouts.once(), POOLED.batch(), PARITY_STEPS, groups);
        List<Batch> written = read(layouts.once(), POOLED.batch(), PARITY_STEPS, DedupGroups.NONE);
        double[] expected = losses(layouts, lab, written, 2);
        double[] deduplicated = losses(layouts, lab, grouped, 2);
        double[] reordered = losses(layouts, lab, written, 1);
        notes.claim(new Claim(
                "float32: relative difference of the first loss",
                null,
                Math.abs(deduplicated[0] / expected[0] - 1),
                "",
                Expectation.atMost(1e-6)));
        double rounding = largestDifference(reordered, expected);
        notes.claim(new Claim(
                "float32: largest relative difference of the loss over " + grouped.size() + " steps",
                null,
                largestDifference(deduplicated, expected),
                "",
                Expectation.atMost(10 * rounding)));
        notes.condition(
                "float32 rounding",
                Text.of("%.2g", rounding)
                        + " is the largest relative difference that two slices of a batch make over the"
                        + " same steps; ten times as much is admitted");
        Batch first = grouped.getFirst();
        Batch part = first.slice(0, Math.min(512, first.size()));
        Float64Parity exact = Float64Parity.of(part.features(), part.labels());
        notes.claim(new Claim(
                "float64: relative difference of the loss", null, exact.loss(), "", Expectation.atMost(1e-12)));
        notes.claim(new Claim(
                "float64: relative difference of the gradients",
                null,
                exact.gradient(),
                "",
                Expectation.atMost(1e-12)));
    }

    private static double[] losses(Layouts layouts, Lab lab, List<Batch> batches, int slices) {
        TrainConfig config = POOLED.training(lab.threads(), "slices=" + slices);
        try (BatchTrainer trainer = BatchTrainer.create(config, layouts.once().schema())) {
            return batches.stream()
                    .mapToDouble(batch -> trainer.step(batch, RATE))
                    .toArray();
        }
    }

    private static double largestDifference(double[] losses, double[] expected) {
        double largest = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(losses[i] / expected[i] - 1));
        }
        return largest;
    }
}
