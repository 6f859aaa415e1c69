package dev.herd.nn;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The arithmetic of [DenseOptimizer] over off-heap fp32 arrays. Every entry is computed by the same fp32
/// operations in the same order whatever the vector width, so the bits do not depend on the machine's vectors.
final class UpdateKernels {
    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final long STRIDE = F.vectorByteSize();
    private static final VectorMask<Float> ALL = F.maskAll(true);
    private static final VectorSpecies<Float> HALF = FloatVector.SPECIES_128;
    private static final VectorSpecies<Double> D = DoubleVector.SPECIES_256;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private UpdateKernels() {}

    /// What happens to gradient and value before any optimizer's own formula: `g = scale * gradient + l2 *
    /// value`, `value *= shrink`.
    record Weighting(float scale, float l2, float shrink) {
        FloatVector gradient(FloatVector gradient, FloatVector value) {
            FloatVector scaled = scale == 1 ? gradient : gradient.mul(scale);
            return l2 == 0 ? scaled : scaled.add(value.mul(l2));
        }

        FloatVector value(FloatVector value) {
            return shrink == 1 ? value : value.mul(shrink);
        }
    }

    /// Adam's scalars of one step.
    ///
    /// @param correction square root of the second moment's bias correction
    /// @param rate learning rate over the first moment's bias correction
    record AdamStep(float oneMinusBeta1, float beta2, float oneMinusBeta2, float eps, float correction, float rate) {}

    static void sgd(MemorySegment values, MemorySegment gradients, Weighting weighting, float rate) {
        long n = values.byteSize();
        for (long i = 0; i < n; i += STRIDE) {
            VectorMask<Float> lanes = i + STRIDE <= n ? ALL : lanes(i, n);
            FloatVector p = load(values, i, lanes);
            FloatVector g = weighting.gradient(load(gradients, i, lanes), p);
            store(values, i, lanes, weighting.value(p).sub(g.mul(rate)));
        }
    }

    static void momentum(
            MemorySegment values,
            MemorySegment gradients,
            MemorySegment moments,
            Weighting weighting,
            float momentum,
            float rate) {
        long n = values.byteSize();
        for (long i = 0; i < n; i += STRIDE) {
            VectorMask<Float> lanes = i + STRIDE <= n ? ALL : lanes(i, n);
            FloatVector p = load(values, i, lanes);
            FloatVector g = weighting.gradient(load(gradients, i, lanes), p);
            FloatVector m = load(moments, i, lanes).mul(momentum).add(g);
            store(moments, i, lanes, m);
            store(values, i, lanes, weighting.value(p).sub(m.mul(rate)));
        }
    }

    static void adagrad(
            MemorySegment values,
            MemorySegment gradients,
            MemorySegment sums,
            Weighting weighting,
            float eps,
            float rate) {
        long n = values.byteSize();
        for (long i = 0; i < n; i += STRIDE) {
            VectorMask<Float> lanes = i + STRIDE <= n ? ALL : lanes(i, n);
            FloatVector p = load(values, i, lanes);
            FloatVector g = weighting.gradient(load(gradients, i, lanes), p);
            FloatVector s = load(sums, i, lanes).add(g.mul(g));
            store(sums, i, lanes, s);
            store(
                    values,
                    i,
                    lanes,
                    weighting.value(p).sub(g.div(s.sqrt().add(eps)).mul(rate)));
        }
    }

    static void adam(
            MemorySegment values,
            MemorySegment gradients,
            MemorySegment firstMoments,
            MemorySegment secondMoments,
            Weighting weighting,
            AdamStep step) {
        long n = values.byteSize();
        for (long i = 0; i < n; i += STRIDE) {
            VectorMask<Float> lanes = i + STRIDE <= n ? ALL : lanes(i, n);
            FloatVector p = load(values, i, lanes);
            FloatVector g = weighting.gradient(load(gradients, i, lanes), p);
            FloatVector m = load(firstMoments, i, lanes);
            FloatVector v = load(secondMoments, i, lanes);
            m = m.add(g.sub(m).mul(step.oneMinusBeta1));
            v = v.mul(step.beta2).add(g.mul(g).mul(step.oneMinusBeta2));
            store(firstMoments, i, lanes, m);
            store(secondMoments, i, lanes, v);
            FloatVector denominator = v.sqrt().div(step.correction).add(step.eps);
            store(values, i, lanes, weighting.value(p).sub(m.div(denominator).mul(step.rate)));
        }
    }

    /// `target += source`.
    static void add(MemorySegment target, MemorySegment source) {
        long n = target.byteSize();
        for (long i = 0; i < n; i += STRIDE) {
            VectorMask<Float> lanes = i + STRIDE <= n ? ALL : lanes(i, n);
            store(target, i, lanes, load(target, i, lanes).add(load(source, i, lanes)));
        }
    }

    /// The sum of squares, in double precision, always in four lanes: the same bits everywhere.
    static double squaredNorm(MemorySegment values) {
        DoubleVector sum = DoubleVector.zero(D);
        long n = values.byteSize();
        long i = 0;
        for (; i <= n - HALF.vectorByteSize(); i += HALF.vectorByteSize()) {
            FloatVector narrow = FloatVector.fromMemorySegment(HALF, values, i, ORDER);
            DoubleVector wide = (DoubleVector) narrow.convertShape(VectorOperators.F2D, D, 0);
            sum = wide.mul(wide).add(sum);
        }
        double tail = 0;
        for (; i < n; i += Float.BYTES) {
            double value = values.get(ValueLayout.JAVA_FLOAT, i);
            tail += value * value;
        }
        return sum.lane(0) + sum.lane(1) + sum.lane(2) + sum.lane(3) + tail;
    }

    private static VectorMask<Float> lanes(long offset, long bytes) {
        return F.indexInRange(offset / Float.BYTES, bytes / Float.BYTES);
    }

    private static FloatVector load(MemorySegment segment, long offset, VectorMask<Float> lanes) {
        return FloatVector.fromMemorySegment(F, segment, offset, ORDER, lanes);
    }

    private static void store(MemorySegment segment, long offset, VectorMask<Float> lanes, FloatVector value) {
        value.intoMemorySegment(segment, offset, ORDER, lanes);
    }
}
