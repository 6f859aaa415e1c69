package dev.herd.data.transform;

import dev.herd.data.raw.RawBlock;
import dev.herd.numerics.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/// Learns a pipeline's open parameters from the training rows: vocabularies, means and spreads, quantiles.
///
/// Blocks are observed on any thread; what they hold is merged in their order, so that the result does not depend on
/// threads. Rows that cannot be encoded are left out, as they are when the pipeline is applied.
public final class PipelineFitter {
    private final FeaturePipeline open;
    private final RowEncoder encoder;
    private final Observed total;

    private PipelineFitter(FeaturePipeline open, List<String> columns) {
        this.open = open;
        encoder = RowEncoder.fitting(open, columns);
        total = new Observed(open);
    }

    public static PipelineFitter create(FeaturePipeline open, List<String> columns) {
        return new PipelineFitter(open, columns);
    }

    /// What some blocks hold.
    public static final class Observed {
        private final Moments[] moments;
        private final SortedMap<String, TokenCounts> tokens = new TreeMap<>();
        private final QuantileSample[] samples;

        Observed(FeaturePipeline open) {
            moments = open.dense().stream().map(c -> new Moments()).toArray(Moments[]::new);
            samples = open.sparse().stream().map(c -> new QuantileSample()).toArray(QuantileSample[]::new);
            for (SparseColumn column : open.sparse()) {
                String name = column.vocabulary();
                if (name != null) {
                    tokens.computeIfAbsent(name, key -> new TokenCounts());
                }
            }
        }
    }

    /// Counts the wanted rows of a block.
    public Observed observe(RawBlock block, IntPredicate wanted) {
        Observed seen = new Observed(open);
        Cell cell = new Cell();
        RowBuffer check = new RowBuffer(open, 1);
        for (int r = 0; r < block.rows(); r++) {
            if (!wanted.test(r)) {
                continue;
            }
            boolean sound = encoder.encode(block, r, cell, check) == null;
            check.dropRow();
            if (sound) {
                observe(block, r, cell, seen);
            }
        }
        return seen;
    }

    private void observe(RawBlock block, int row, Cell cell, Observed seen) {
        try {
            for (int i = 0; i < seen.moments.length; i++) {
                if (open.dense().get(i).isOpen()) {
                    encoder.observe(i, block, row, seen.moments[i]);
                }
            }
            for (int f = 0; f < open.sparse().size(); f++) {
                observe(f, block, row, cell, seen);
            }
        } catch (CellFault e) {
            throw new IllegalStateException("a checked row failed: " + e.getMessage(), e);
        }
    }

    private void observe(int f, RawBlock block, int row, Cell cell, Observed seen) throws CellFault {
        SparseColumn column = open.sparse().get(f);
        switch (column.ids()) {
            case IdRule.Vocabulary rule -> {
                TokenCounts tokens = Objects.requireNonNull(seen.tokens.get(column.vocabulary()));
                encoder.sparse(f).values(block, row, cell, (value, missing) -> {
                    if (!missing || column.whenMissing() == MissingId.OWN_VALUE) {
                        tokens.add(value.bytes, value.start, value.end, 1);
                    }
                });
            }
            case IdRule.Quantiles rule -> {
                if (rule.boundaries().isEmpty()) {
                    long place = CounterRandom.bits(block.seed(), f, block.lines()[row]);
                    encoder.sparse(f).values(block, row, cell, (value, missing) -> {
                        if (!missing) {
                            seen.samples[f].add(place, Numbers.decimal(value.bytes, value.start, value.end));
                        }
                    });
                }
            }
            case IdRule.Hash rule -> {}
            case IdRule.Given rule -> {}
        }
    }

    /// Adds what a block held; called in the order of the blocks.
    public void merge(Observed block) {
        for (int i = 0; i < total.moments.length; i++) {
            total.moments[i].merge(block.moments[i]);
        }
        block.tokens.forEach(
                (name, tokens) -> Objects.requireNonNull(total.tokens.get(name)).merge(tokens));
        for (int f = 0; f < total.samples.length; f++) {
            total.samples[f].merge(block.samples[f]);
        }
    }

    public FittedFeatures finish() {
        List<DenseColumn> dense = new ArrayList<>();
        for (int i = 0; i < open.dense().size(); i++) {
            dense.add(open.dense().get(i).fitted(total.moments[i]));
        }
        List<SparseColumn> sparse = new ArrayList<>();
        SortedMap<String, Vocabulary> vocabularies = new TreeMap<>();
        for (int f = 0; f < open.sparse().size(); f++) {
            SparseColumn column = open.sparse().get(f);
            if (column.ids() instanceof IdRule.Quantiles rule
                    && rule.boundaries().isEmpty()) {
                column = column.withIds(
                        new IdRule.Quantiles(rule.buckets(), Optional.of(total.samples[f].boundaries(rule.buckets()))));
            }
            if (column.ids() instanceof IdRule.Vocabulary rule) {
                String name = Objects.requireNonNull(column.vocabulary());
                TokenCounts tokens = Objects.requireNonNull(total.tokens.get(name));
                vocabularies.computeIfAbsent(
                        name, key -> new Vocabulary(tokens.ranked(rule.minCount(), rule.maxSize())));
            }
            sparse.add(column);
        }
        FeaturePipeline fitted =
                new FeaturePipeline(open.labels(), dense, sparse, open.session(), open.timestamp(), open.item());
        return new FittedFeatures(fitted, vocabularies);
    }

    /// A uniform sample of numbers, by the smallest random places; all of them up to [#SIZE].
    static final class QuantileSample {
        static final int SIZE = 100_000;
        private List<double[]> entries = new ArrayList<>();

        void add(long place, double value) {
            entries.add(new double[] {place >>> 11, value});
            if (entries.size() >= 2 * SIZE) {
                prune();
            }
        }

        void merge(QuantileSample other) {
            entries.addAll(other.entries);
            if (entries.size() >= 2 * SIZE) {
                prune();
            }
        }

        private void prune() {
            entries.sort(
                    java.util.Comparator.<double[]>comparingDouble(e -> e[0]).thenComparingDouble(e -> e[1]));
            entries = new ArrayList<>(entries.subList(0, Math.min(SIZE, entries.size())));
        }

        /// The distinct quantiles 1/n to (n-1)/n.
        List<Double> boundaries(int buckets) {
            prune();
            double[] values = entries.stream().mapToDouble(e -> e[1]).sorted().toArray();
            if (values.length == 0) {
                return List.of();
            }
            double[] cuts = new double[buckets - 1];
            for (int i = 1; i < buckets; i++) {
                cuts[i - 1] = values[(int) ((long) i * values.length / buckets)];
            }
            return Arrays.stream(cuts).distinct().boxed().toList();
        }
    }
}
