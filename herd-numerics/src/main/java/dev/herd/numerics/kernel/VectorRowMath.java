package dev.herd.numerics.kernel;

import static dev.herd.numerics.kernel.VectorSums.BYTES;
import static dev.herd.numerics.kernel.VectorSums.FLOATS;
import static dev.herd.numerics.kernel.VectorSums.LANES;
import static dev.herd.numerics.kernel.VectorSums.ORDER;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// [ScalarRowMath] with the Vector API.
final class VectorRowMath implements RowMath.Kernel {
    private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;
    private static final int SUMS = 8;

    @Override
    public void axpy(float a, MemorySegment x, long xAt, MemorySegment y, long yAt, long n) {
        long xByte = xAt * Float.BYTES;
        long yByte = yAt * Float.BYTES;
        long bytes = n * Float.BYTES;
        long i = 0;
        for (; i + BYTES <= bytes; i += BYTES) {
            FloatVector product = load(x, xByte + i).mul(a);
            load(y, yByte + i).add(product).intoMemorySegment(y, yByte + i, ORDER);
        }
        if (i < bytes) {
            VectorMask<Float> tail = FLOATS.indexInRange(0, (bytes - i) / Float.BYTES);
            FloatVector product = FloatVector.fromMemorySegment(FLOATS, x, xByte + i, ORDER, tail)
                    .mul(a);
            FloatVector.fromMemorySegment(FLOATS, y, yByte + i, ORDER, tail)
                    .add(product)
                    .intoMemorySegment(y, yByte + i, ORDER, tail);
        }
    }

    @Override
    public void scale(float a, MemorySegment y, long yAt, long n) {
        long at = yAt * Float.BYTES;
        long end = (yAt + n) * Float.BYTES;
        for (; at + BYTES <= end; at += BYTES) {
            load(y, at).mul(a).intoMemorySegment(y, at, ORDER);
        }
        if (at < end) {
            VectorMask<Float> tail = FLOATS.indexInRange(0, (end - at) / Float.BYTES);
            FloatVector.fromMemorySegment(FLOATS, y, at, ORDER, tail).mul(a).intoMemorySegment(y, at, ORDER, tail);
        }
    }

    @Override
    public double squaredNorm(MemorySegment x, long xAt, long n) {
        double[] sums = new double[SUMS];
        long at = xAt * Float.BYTES;
        long vectors = n - n % Math.max(SUMS, LANES);
        if (LANES >= SUMS && DOUBLES.length() * 2 == LANES) {
            sumVectors(x, at, vectors, sums);
        } else {
            vectors = 0;
        }
        for (long i = vectors; i < n; i++) {
            double value = x.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at + i * Float.BYTES);
            sums[(int) (i % SUMS)] += value * value;
        }
        for (int half = SUMS / 2; half > 0; half /= 2) {
            for (int lane = 0; lane < half; lane++) {
                sums[lane] += sums[lane + half];
            }
        }
        return sums[0];
    }

    /// The eight interleaved sums: one vector of doubles on 512-bit hardware, two on 256-bit.
    private static void sumVectors(MemorySegment x, long at, long n, double[] sums) {
        DoubleVector low = DoubleVector.zero(DOUBLES);
        DoubleVector high = low;
        boolean one = DOUBLES.length() == SUMS;
        for (long i = 0; i < n; i += LANES) {
            FloatVector values = load(x, at + i * Float.BYTES);
            DoubleVector first = (DoubleVector) values.convertShape(VectorOperators.F2D, DOUBLES, 0);
            DoubleVector second = (DoubleVector) values.convertShape(VectorOperators.F2D, DOUBLES, 1);
            low = low.add(first.mul(first));
            if (one) {
                low = low.add(second.mul(second));
            } else {
                high = high.add(second.mul(second));
            }
        }
        low.intoArray(sums, 0);
        if (!one) {
            high.intoArray(sums, DOUBLES.length());
        }
    }

    private static FloatVector load(MemorySegment segment, long at) {
        return FloatVector.fromMemorySegment(FLOATS, segment, at, ORDER);
    }
}
