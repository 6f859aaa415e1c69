package dev.herd.numerics.kernel;

import static dev.herd.numerics.kernel.VectorSums.FLOATS;
import static dev.herd.numerics.kernel.VectorSums.LANES;
import static dev.herd.numerics.kernel.VectorSums.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// [ScalarGatedUnit] with the Vector API, the same bits.
final class VectorGatedUnit implements GatedUnit.Kernel {
    @Override
    public void apply(MemorySegment gate, MemorySegment up, long at, long n) {
        long i = at;
        for (; i + LANES <= at + n; i += LANES) {
            FloatVector g = FloatVector.fromMemorySegment(FLOATS, gate, i * 4, ORDER);
            FloatVector u = FloatVector.fromMemorySegment(FLOATS, up, i * 4, ORDER);
            gated(g, u).intoMemorySegment(gate, i * 4, ORDER);
        }
        if (i < at + n) {
            VectorMask<Float> rest = FLOATS.indexInRange(i, at + n);
            FloatVector g = FloatVector.fromMemorySegment(FLOATS, gate, i * 4, ORDER, rest);
            FloatVector u = FloatVector.fromMemorySegment(FLOATS, up, i * 4, ORDER, rest);
            gated(g, u).intoMemorySegment(gate, i * 4, ORDER, rest);
        }
    }

    private static FloatVector gated(FloatVector g, FloatVector u) {
        return g.div(VectorExponential.of(g.neg()).add(1)).mul(u);
    }
}
