package dev.herd.data.inspect;

import dev.herd.data.Batch;
import dev.herd.data.DistinctRows;
import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.data.InverseKeyedJaggedTensor;
import dev.herd.data.KeyedJaggedTensor;
import dev.herd.data.WindowedJaggedTensor;
import dev.herd.data.dedup.DedupGroups;
import dev.herd.data.dedup.Deduplication;
import dev.herd.data.inspect.Duplication.FeatureFigures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// Counts how often each feature repeats while batches pass by.
///
/// Memory: a bit per row and feature.
final class DuplicationScan {
    /// Share of the rows that repeat in one of two features which must repeat in both for these to share a
    /// group.
    static final double TOGETHER = 0.95;

    private final boolean sessions;
    private final List<Feature> features;
    private long rows;
    private long sessionsOfBatches;
    private long following;

    DuplicationScan(FeatureSchema schema) {
        sessions = schema.session() != null;
        features = schema.sparse().stream().map(Feature::new).toList();
    }

    private static final class Feature {
        final SparseFeature of;
        /// Rows, counted over all batches, that repeat the row before them in their session.
        final BitSet repeats = new BitSet();
        long ids;
        long uniqueIds;
        long windowIds;
        long bytes;
        long saved;

        Feature(SparseFeature of) {
            this.of = of;
        }

        /// Bytes of a row's ids on average, weights included.
        double idBytes(long rows) {
            return (of.weighted() ? 12.0 : 8.0) * ids / rows;
        }
    }

    void add(Batch batch) {
        int[] before = before(batch);
        following += Arrays.stream(before).filter(row -> row >= 0).count();
        KeyedJaggedTensor all = batch.features().expanded();
        for (Feature feature : features) {
            KeyedJaggedTensor own = all.select(List.of(feature.of.name()));
            if (!feature.of.weighted()) {
                own = KeyedJaggedTensor.of(own.keys(), own.stride(), own.values(), own.offsets());
            }
            InverseKeyedJaggedTensor distinct = InverseKeyedJaggedTensor.deduplicate(own, own.keys());
            feature.ids += own.values().length;
            feature.uniqueIds += distinct.unique().values().length;
            feature.windowIds += WindowedJaggedTensor.of(distinct.unique().jagged(feature.of.name()))
                    .values()
                    .length;
            feature.bytes += own.bytes();
            feature.saved += own.bytes() - distinct.bytes();
            int[] numbers = distinct.inverseLookup();
            for (int b = 0; b < before.length; b++) {
                if (before[b] >= 0 && numbers[b] == numbers[before[b]]) {
                    feature.repeats.set(Math.toIntExact(rows + b));
                }
            }
        }
        rows += batch.size();
    }

    /// For each row the one before it in its session, or -1; without sessions, simply the one before it.
    private int[] before(Batch batch) {
        int[] before = new int[batch.size()];
        if (!sessions) {
            Arrays.setAll(before, b -> b - 1);
            return before;
        }
        DistinctRows distinct = DistinctRows.of(new SessionRows(batch.sessions()));
        sessionsOfBatches += distinct.distinct();
        int[] last = new int[distinct.distinct()];
        Arrays.fill(last, -1);
        for (int b = 0; b < before.length; b++) {
            int session = distinct.numbers()[b];
            before[b] = last[session];
            last[session] = b;
        }
        return before;
    }

    private record SessionRows(long[] sessions) implements DistinctRows.Rows {
        @Override
        public int count() {
            return sessions.length;
        }

        @Override
        public long hash(int row) {
            return sessions[row];
        }

        @Override
        public boolean same(int row, int other) {
            return sessions[row] == sessions[other];
        }
    }

    long rows() {
        return rows;
    }

    long bytes() {
        return features.stream().mapToLong(feature -> feature.bytes).sum();
    }

    Optional<Double> sessionRows() {
        return sessions && sessionsOfBatches > 0 ? Optional.of((double) rows / sessionsOfBatches) : Optional.empty();
    }

    static double factor(long ids, long unique) {
        return unique == 0 ? 1 : (double) ids / unique;
    }

    List<FeatureFigures> figures() {
        List<FeatureFigures> figures = new ArrayList<>();
        for (Feature feature : features) {
            double unchanged = following == 0 ? 0 : (double) feature.repeats.cardinality() / following;
            figures.add(new FeatureFigures(
                    feature.of.name(),
                    rows == 0 ? 0 : (double) feature.ids / rows,
                    unchanged,
                    sessionRows().map(s -> Duplication.predicted(s, unchanged)),
                    factor(feature.ids, feature.uniqueIds),
                    factor(feature.ids, feature.windowIds),
                    feature.bytes,
                    feature.saved));
        }
        return figures;
    }

    /// Groups of the features that reach the threshold, joined while that makes batches smaller; those
    /// that save enough, and those with a feature that slides.
    DedupGroups chosen(Deduplication.Auto effort) {
        List<Cluster> clusters = new ArrayList<>();
        List<String> windows = new ArrayList<>();
        for (Feature feature : features) {
            boolean slides = factor(feature.uniqueIds, feature.windowIds) >= effort.threshold();
            if (slides) {
                windows.add(feature.of.name());
            }
            boolean repeats = factor(feature.ids, feature.uniqueIds) >= effort.threshold() && feature.saved > 0;
            if (slides || repeats) {
                clusters.add(new Cluster(List.of(feature.of.name()), feature.repeats, feature.idBytes(rows)));
            }
        }
        while (join(clusters)) {}
        clusters.removeIf(cluster ->
                cluster.saved(rows) < effort.bytesPerRow() * rows && Collections.disjoint(cluster.features, windows));
        return DedupGroups.of(clusters.stream().map(Cluster::features).toList(), windows);
    }

    /// Features that share a map.
    ///
    /// @param repeats rows that repeat in all of them
    /// @param idBytes of a row on average
    private record Cluster(List<String> features, BitSet repeats, double idBytes) {
        /// Whether the features change together: nearly all rows that repeat in one repeat in the other.
        boolean together(Cluster joined) {
            return joined.repeats.cardinality() >= TOGETHER * repeats.cardinality();
        }

        double saved(long rows) {
            return (idBytes + 4.0 * features.size()) * rows - bytes(rows);
        }

        double bytes(long rows) {
            return (rows - repeats.cardinality()) * (idBytes + 4.0 * features.size()) + 4.0 * rows;
        }

        Cluster with(Cluster other) {
            List<String> both = new ArrayList<>(features);
            both.addAll(other.features);
            BitSet common = (BitSet) repeats.clone();
            common.and(other.repeats);
            return new Cluster(both, common, idBytes + other.idBytes);
        }
    }

    /// Joins the two clusters that save most by it; false when none do.
    private boolean join(List<Cluster> clusters) {
        double most = 0;
        int first = 0;
        int second = 0;
        for (int a = 0; a < clusters.size(); a++) {
            for (int b = a + 1; b < clusters.size(); b++) {
                Cluster left = clusters.get(a);
                Cluster right = clusters.get(b);
                Cluster joined = left.with(right);
                double saves = left.bytes(rows) + right.bytes(rows) - joined.bytes(rows);
                if (saves > most && left.together(joined) && right.together(joined)) {
                    most = saves;
                    first = a;
                    second = b;
                }
            }
        }
        if (second == 0) {
            return false;
        }
        clusters.set(first, clusters.get(first).with(clusters.remove(second)));
        return true;
    }
}
