package dev.herd.numerics.kernel;

import static dev.herd.numerics.kernel.VectorSums.FLOATS;
import static dev.herd.numerics.kernel.VectorSums.LANES;
import static dev.herd.numerics.kernel.VectorSums.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// [ScalarRmsNorm] with the Vector API, the same bits.
final class VectorRmsNorm implements RmsNorm.Kernel {
    @Override
    public void scale(MemorySegment x, long at, MemorySegment weight, float factor, MemorySegment y, int n) {
        long base = at * 4;
        int i = 0;
        for (; i + LANES <= n; i += LANES) {
            FloatVector values = FloatVector.fromMemorySegment(FLOATS, x, base + i * 4L, ORDER);
            FloatVector weights = FloatVector.fromMemorySegment(FLOATS, weight, i * 4L, ORDER);
            values.mul(factor).mul(weights).intoMemorySegment(y, base + i * 4L, ORDER);
        }
        if (i < n) {
            VectorMask<Float> rest = FLOATS.indexInRange(i, n);
            FloatVector values = FloatVector.fromMemorySegment(FLOATS, x, base + i * 4L, ORDER, rest);
            FloatVector weights = FloatVector.fromMemorySegment(FLOATS, weight, i * 4L, ORDER, rest);
            values.mul(factor).mul(weights).intoMemorySegment(y, base + i * 4L, ORDER, rest);
        }
    }
}
