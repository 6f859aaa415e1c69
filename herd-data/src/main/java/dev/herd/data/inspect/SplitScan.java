package dev.herd.data.inspect;

import dev.herd.data.Batch;
import dev.herd.data.FeatureSchema;
import dev.herd.data.KeyedJaggedTensor;
import dev.herd.data.dataset.ClusterBy;
import dev.herd.data.inspect.Inspection.IdFigures;
import dev.herd.data.inspect.Inspection.NumberFigures;
import dev.herd.data.inspect.Inspection.Order;
import dev.herd.data.inspect.Inspection.SplitFigures;
import dev.herd.numerics.CounterRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Figures of one split while its batches pass by.
final class SplitScan {
    private final FeatureSchema schema;
    private final NumberScan[] labels;
    private final NumberScan[] dense;
    private final IdScan[] sparse;
    private final Optional<SessionScan> sessions;
    private final ClusterBy clusterBy;
    private long rows;
    private boolean byTime = true;
    private long latest = Long.MIN_VALUE;

    SplitScan(FeatureSchema schema, ClusterBy clusterBy, int batchSize) {
        this.clusterBy = clusterBy;
        this.schema = schema;
        labels = scans(schema.labels().size());
        dense = scans(schema.dense().size());
        sparse = schema.sparse().stream().map(f -> new IdScan(f.rows())).toArray(IdScan[]::new);
        sessions = schema.session() == null
                ? Optional.empty()
                : Optional.of(new SessionScan(schema.sparse().size(), batchSize));
    }

    private static NumberScan[] scans(int count) {
        NumberScan[] scans = new NumberScan[count];
        for (int i = 0; i < count; i++) {
            scans[i] = new NumberScan();
        }
        return scans;
    }

    void add(Batch batch) {
        int size = batch.size();
        for (long time : batch.timestamps()) {
            byTime &= time >= latest;
            latest = time;
        }
        for (int b = 0; b < size; b++) {
            for (int k = 0; k < labels.length; k++) {
                labels[k].add(batch.labels()[b * labels.length + k]);
            }
            for (int i = 0; i < dense.length; i++) {
                dense[i].add(batch.features().dense()[b * dense.length + i]);
            }
        }
        KeyedJaggedTensor ids = batch.features().expanded();
        long[][] hashes = new long[sparse.length][size];
        for (int f = 0; f < sparse.length; f++) {
            for (int b = 0; b < size; b++) {
                int from = ids.offsets()[f * size + b];
                hashes[f][b] = sparse[f].add(ids.values(), from, ids.length(f, b));
            }
        }
        sessions.ifPresent(scan -> scan.add(batch.sessions(), hashes));
        rows += size;
    }

    private Order order() {
        return switch (clusterBy) {
            case SESSION -> Order.SESSION;
            case NONE -> schema.timestamp() != null && byTime ? Order.TIME : Order.NONE;
        };
    }

    SplitFigures figures() {
        List<IdFigures> ids = new ArrayList<>();
        for (int f = 0; f < sparse.length; f++) {
            int feature = f;
            ids.add(sparse[f].figures(
                    schema.sparse().get(f).name(), rows, sessions.map(scan -> scan.repeated(feature))));
        }
        return new SplitFigures(
                rows,
                order(),
                figures(labels, schema.labels()),
                figures(dense, schema.dense().stream().map(d -> d.name()).toList()),
                ids,
                sessions.map(scan -> scan.figures(rows)));
    }

    private static List<NumberFigures> figures(NumberScan[] scans, List<String> names) {
        List<NumberFigures> figures = new ArrayList<>();
        for (int i = 0; i < scans.length; i++) {
            figures.add(scans[i].figures(names.get(i)));
        }
        return figures;
    }

    /// One label or dense input.
    private static final class NumberScan {
        private long count;
        private double mean;
        private double squares;
        private long zeros;
        private float minimum = Float.POSITIVE_INFINITY;
        private float maximum = Float.NEGATIVE_INFINITY;

        void add(float x) {
            count++;
            double delta = x - mean;
            mean += delta / count;
            squares += delta * (x - mean);
            zeros += x == 0 ? 1 : 0;
            minimum = Math.min(minimum, x);
            maximum = Math.max(maximum, x);
        }

        NumberFigures figures(String name) {
            double n = Math.max(1, count);
            return count == 0
                    ? new NumberFigures(name, 0, 0, 0, 0, 0)
                    : new NumberFigures(name, mean, Math.sqrt(squares / n), minimum, maximum, zeros / n);
        }
    }

    /// One id feature.
    private static final class IdScan {
        private static final long EXACT_ROWS = 1L << 28;

        private final long rows;
        private final long[] bits;
        private long ids;
        private long zeroIds;
        private long emptyRows;
        private int maximumLength;

        IdScan(long rows) {
            this.rows = rows;
            bits = new long[(int) (Math.min(rows, EXACT_ROWS) + 63 >>> 6)];
        }

        /// Returns a hash of the row's ids.
        long add(long[] values, int from, int length) {
            long hash = length;
            for (int i = from; i < from + length; i++) {
                long id = values[i];
                hash = CounterRandom.mix(hash ^ CounterRandom.mix(id + 1));
                long bit = rows <= EXACT_ROWS ? id : CounterRandom.mix(id) >>> 36;
                bits[(int) (bit >>> 6)] |= 1L << bit;
                zeroIds += id == 0 ? 1 : 0;
            }
            ids += length;
            emptyRows += length == 0 ? 1 : 0;
            maximumLength = Math.max(maximumLength, length);
            return hash;
        }

        IdFigures figures(String name, long seenRows, Optional<Double> repeated) {
            long set = 0;
            for (long word : bits) {
                set += Long.bitCount(word);
            }
            double places = EXACT_ROWS;
            long distinct = rows <= EXACT_ROWS ? set : Math.round(-places * Math.log1p(-set / places));
            double n = Math.max(1, seenRows);
            return new IdFigures(
                    name,
                    rows,
                    distinct,
                    ids == 0 ? 0 : (double) zeroIds / ids,
                    emptyRows / n,
                    ids / n,
                    maximumLength,
                    repeated);
        }
    }
}
