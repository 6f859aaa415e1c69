package dev.herd.data.cluster;

import dev.herd.data.Batch;
import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.Arity;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.data.KeyedJaggedTensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;

/// Rows as records of bytes.
///
/// **Shapes**: a record starts with its length in bytes, a multiple of 8, and the number of its split (32
/// bits each), then session and time (64 bits each); labels and dense inputs as floats; for each id feature
/// the number of ids unless it is always one, the ids in 32 bits or, from 2^31 rows on, 64, and the weights
/// of a weighted feature.
final class RowRecord {
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    static final int HEADER = 24;

    final List<SparseFeature> features;
    final int labels;
    final int dense;
    final boolean timed;

    RowRecord(FeatureSchema schema) {
        features = schema.sparse();
        labels = schema.labels().size();
        dense = schema.dense().size();
        timed = schema.timestamp() != null;
    }

    static boolean single(SparseFeature feature) {
        return feature.arity() == Arity.SINGLE && !feature.weighted();
    }

    static boolean wide(SparseFeature feature) {
        return feature.rows() > 1L << 31;
    }

    static int bytes(MemorySegment from, long at) {
        return from.get(INT, at);
    }

    static int split(MemorySegment from, long at) {
        return from.get(INT, at + 4);
    }

    static long session(MemorySegment from, long at) {
        return from.get(LONG, at + 8);
    }

    static long time(MemorySegment from, long at) {
        return from.get(LONG, at + 16);
    }

    /// Bytes of a row's record.
    int size(Batch batch, int row) {
        KeyedJaggedTensor sparse = batch.features().sparse();
        long bytes = HEADER + 4L * (labels + dense);
        for (int f = 0; f < features.size(); f++) {
            SparseFeature feature = features.get(f);
            long each = (wide(feature) ? 8 : 4) + (feature.weighted() ? 4 : 0);
            bytes += (single(feature) ? 0 : 4) + each * sparse.length(f, row);
        }
        return Math.toIntExact(bytes + 7 & ~7L);
    }

    /// Writes a row of `bytes` bytes.
    void write(Batch batch, int row, int split, int bytes, MemorySegment to, long start) {
        to.set(INT, start, bytes);
        to.set(INT, start + 4, split);
        to.set(LONG, start + 8, batch.sessions()[row]);
        to.set(LONG, start + 16, timed ? batch.timestamps()[row] : 0);
        long at = start + HEADER;
        MemorySegment.copy(batch.labels(), row * labels, to, FLOAT, at, labels);
        at += 4L * labels;
        MemorySegment.copy(batch.features().dense(), row * dense, to, FLOAT, at, dense);
        at += 4L * dense;
        KeyedJaggedTensor sparse = batch.features().sparse();
        for (int f = 0; f < features.size(); f++) {
            at = write(sparse, f, row, to, at);
        }
    }

    private long write(KeyedJaggedTensor sparse, int f, int row, MemorySegment to, long start) {
        SparseFeature feature = features.get(f);
        int from = sparse.offsets()[f * sparse.stride() + row];
        int length = sparse.length(f, row);
        long at = start;
        if (!single(feature)) {
            to.set(INT, at, length);
            at += 4;
        }
        long[] ids = sparse.values();
        if (wide(feature)) {
            MemorySegment.copy(ids, from, to, LONG, at, length);
            at += 8L * length;
        } else {
            for (int i = 0; i < length; i++, at += 4) {
                to.set(INT, at, (int) ids[from + i]);
            }
        }
        if (feature.weighted()) {
            float[] weights = Objects.requireNonNull(sparse.weights(), "weights of a weighted feature");
            MemorySegment.copy(weights, from, to, FLOAT, at, length);
            at += 4L * length;
        }
        return at;
    }
}
