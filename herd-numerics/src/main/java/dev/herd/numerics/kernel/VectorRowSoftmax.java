package dev.herd.numerics.kernel;

import static dev.herd.numerics.kernel.VectorSums.FLOATS;
import static dev.herd.numerics.kernel.VectorSums.LANES;
import static dev.herd.numerics.kernel.VectorSums.ORDER;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/// [ScalarRowSoftmax] with the Vector API, the same bits.
final class VectorRowSoftmax implements RowSoftmax.Kernel {
    @Override
    public float max(MemorySegment scores, long at, int n) {
        FloatVector tops = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
        int i = 0;
        for (; i + LANES <= n; i += LANES) {
            tops = tops.max(FloatVector.fromMemorySegment(FLOATS, scores, (at + i) * 4, ORDER));
        }
        float max = tops.reduceLanes(VectorOperators.MAX);
        for (; i < n; i++) {
            max = Math.max(max, scores.get(JAVA_FLOAT_UNALIGNED, (at + i) * 4));
        }
        return max;
    }

    @Override
    public float exponentiate(MemorySegment scores, long at, int n, float top) {
        if (LANES != PARTS) {
            return narrow(scores, at, n, top);
        }
        FloatVector sum = FloatVector.zero(FLOATS);
        int i = 0;
        for (; i + LANES <= n; i += LANES) {
            FloatVector weights = weights(scores, at + i, top);
            weights.intoMemorySegment(scores, (at + i) * 4, ORDER);
            sum = sum.add(weights);
        }
        if (i < n) {
            var rest = FLOATS.indexInRange(i, n);
            FloatVector left = FloatVector.fromMemorySegment(FLOATS, scores, (at + i) * 4, ORDER, rest);
            FloatVector weights = VectorExponential.of(left.sub(top));
            weights.intoMemorySegment(scores, (at + i) * 4, ORDER, rest);
            sum = sum.add(weights, rest);
        }
        return VectorSums.fold(sum);
    }

    /// Vectors of fewer than sixteen lanes: the sums are kept in an array.
    private static float narrow(MemorySegment scores, long at, int n, float top) {
        float[] parts = new float[PARTS];
        int i = 0;
        for (; i + LANES <= n; i += LANES) {
            weights(scores, at + i, top).intoMemorySegment(scores, (at + i) * 4, ORDER);
        }
        for (; i < n; i++) {
            float score = scores.get(JAVA_FLOAT_UNALIGNED, (at + i) * 4);
            scores.set(JAVA_FLOAT_UNALIGNED, (at + i) * 4, Exponential.of(score - top));
        }
        for (int j = 0; j < n; j++) {
            parts[j % PARTS] += scores.get(JAVA_FLOAT_UNALIGNED, (at + j) * 4);
        }
        return RowSoftmax.Kernel.fold(parts);
    }

    private static FloatVector weights(MemorySegment scores, long at, float top) {
        return VectorExponential.of(
                FloatVector.fromMemorySegment(FLOATS, scores, at * 4, ORDER).sub(top));
    }
}
