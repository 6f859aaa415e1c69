package dev.herd.numerics.kernel;

import static dev.herd.numerics.kernel.VectorSums.BYTES;
import static dev.herd.numerics.kernel.VectorSums.FLOATS;
import static dev.herd.numerics.kernel.VectorSums.LANES;
import static dev.herd.numerics.kernel.VectorSums.ORDER;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// [ScalarPairwiseDots] with the Vector API: the dimensions of one vector lie across lanes.
final class VectorPairwiseDots implements PairwiseDots.Kernel {
    @Override
    public void forward(MemorySegment vectors, long groups, int n, int dim, MemorySegment pairs) {
        long row = dim * 4L;
        VectorMask<Float> rest = FLOATS.indexInRange(dim - dim % LANES, dim);
        long out = 0;
        for (long group = 0; group < groups; group++) {
            long first = group * n * row;
            for (int i = 1; i < n; i++) {
                for (int j = 0; j < i; j++) {
                    pairs.set(JAVA_FLOAT, out, dot(vectors, first + i * row, first + j * row, dim, rest));
                    out += 4;
                }
            }
        }
    }

    private static float dot(MemorySegment vectors, long a, long b, int dim, VectorMask<Float> rest) {
        FloatVector sum = FloatVector.zero(FLOATS);
        int d = 0;
        for (; d + LANES <= dim; d += LANES) {
            sum = load(vectors, a + d * 4L).fma(load(vectors, b + d * 4L), sum);
        }
        if (d < dim) {
            FloatVector left = FloatVector.fromMemorySegment(FLOATS, vectors, a + d * 4L, ORDER, rest);
            FloatVector right = FloatVector.fromMemorySegment(FLOATS, vectors, b + d * 4L, ORDER, rest);
            sum = left.fma(right, sum);
        }
        return VectorSums.fold(sum);
    }

    @Override
    public void backward(
            MemorySegment vectors, MemorySegment gradient, long groups, int n, int dim, MemorySegment out) {
        float[] factors = new float[n * n];
        for (long group = 0; group < groups; group++) {
            spread(gradient, group * PairwiseDots.count(n) * 4, n, factors);
            long first = group * n * dim * 4;
            int d = 0;
            for (; d + 4 * LANES <= dim; d += 4 * LANES) {
                for (int i = 0; i < n; i++) {
                    four(vectors, first + d * 4L, factors, i, n, dim, out);
                }
            }
            for (; d < dim; d += LANES) {
                VectorMask<Float> lanes = FLOATS.indexInRange(d, dim);
                for (int i = 0; i < n; i++) {
                    one(vectors, first + d * 4L, factors, i, n, dim, lanes, out);
                }
            }
        }
    }

    /// The gradient of a group's pairs as a symmetric matrix with a zero diagonal.
    private static void spread(MemorySegment gradient, long at, int n, float[] factors) {
        for (int i = 1; i < n; i++) {
            for (int j = 0; j < i; j++) {
                float factor = gradient.get(JAVA_FLOAT, at);
                factors[i * n + j] = factor;
                factors[j * n + i] = factor;
                at += 4;
            }
        }
    }

    private static void four(
            MemorySegment vectors, long column, float[] factors, int i, int n, int dim, MemorySegment out) {
        FloatVector a = FloatVector.zero(FLOATS);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        long row = dim * 4L;
        long at = column;
        for (int j = 0; j < n; j++) {
            FloatVector factor = FloatVector.broadcast(FLOATS, factors[i * n + j]);
            a = load(vectors, at).fma(factor, a);
            b = load(vectors, at + BYTES).fma(factor, b);
            c = load(vectors, at + 2 * BYTES).fma(factor, c);
            d = load(vectors, at + 3 * BYTES).fma(factor, d);
            at += row;
        }
        long to = column + i * row;
        a.intoMemorySegment(out, to, ORDER);
        b.intoMemorySegment(out, to + BYTES, ORDER);
        c.intoMemorySegment(out, to + 2 * BYTES, ORDER);
        d.intoMemorySegment(out, to + 3 * BYTES, ORDER);
    }

    private static void one(
            MemorySegment vectors,
            long column,
            float[] factors,
            int i,
            int n,
            int dim,
            VectorMask<Float> lanes,
            MemorySegment out) {
        FloatVector sum = FloatVector.zero(FLOATS);
        long row = dim * 4L;
        for (int j = 0; j < n; j++) {
            FloatVector values = FloatVector.fromMemorySegment(FLOATS, vectors, column + j * row, ORDER, lanes);
            sum = values.fma(FloatVector.broadcast(FLOATS, factors[i * n + j]), sum);
        }
        sum.intoMemorySegment(out, column + i * row, ORDER, lanes);
    }

    private static FloatVector load(MemorySegment segment, long at) {
        return FloatVector.fromMemorySegment(FLOATS, segment, at, ORDER);
    }
}
