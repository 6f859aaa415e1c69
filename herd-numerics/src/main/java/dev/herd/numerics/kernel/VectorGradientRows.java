package dev.herd.numerics.kernel;

import static dev.herd.numerics.kernel.VectorSums.BYTES;
import static dev.herd.numerics.kernel.VectorSums.FLOATS;
import static dev.herd.numerics.kernel.VectorSums.LANES;
import static dev.herd.numerics.kernel.VectorSums.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// [ScalarGradientRows] with the Vector API: sums of four vectors, then of one, stay in registers over a row's uses.
final class VectorGradientRows implements GradientRows.Kernel {
    @Override
    public void merge(long[] entries, int[] starts, int count, MemorySegment gradient, int dim, MemorySegment out) {
        for (int k = 0; k < count; k++) {
            int from = starts[k];
            int to = starts[k + 1];
            long at = (long) k * dim * Float.BYTES;
            int d = 0;
            for (; d + 4 * LANES <= dim; d += 4 * LANES) {
                four(entries, from, to, gradient, d * 4L, out, at + d * 4L);
            }
            for (; d + LANES <= dim; d += LANES) {
                one(entries, from, to, gradient, d * 4L, out, at + d * 4L);
            }
            if (d < dim) {
                rest(entries, from, to, gradient, d * 4L, FLOATS.indexInRange(d, dim), out, at + d * 4L);
            }
        }
    }

    private static void four(
            long[] entries, int from, int to, MemorySegment gradient, long column, MemorySegment out, long at) {
        FloatVector zero = FloatVector.zero(FLOATS);
        FloatVector totalA = zero;
        FloatVector totalB = zero;
        FloatVector totalC = zero;
        FloatVector totalD = zero;
        for (int run = from; run < to; run += GradientRows.RUN) {
            int end = Math.min(run + GradientRows.RUN, to);
            FloatVector a = zero;
            FloatVector b = zero;
            FloatVector c = zero;
            FloatVector d = zero;
            for (int i = run; i < end; i++) {
                long source = (int) entries[i] * 4L + column;
                a = a.add(load(gradient, source));
                b = b.add(load(gradient, source + BYTES));
                c = c.add(load(gradient, source + 2 * BYTES));
                d = d.add(load(gradient, source + 3 * BYTES));
            }
            totalA = totalA.add(a);
            totalB = totalB.add(b);
            totalC = totalC.add(c);
            totalD = totalD.add(d);
        }
        totalA.intoMemorySegment(out, at, ORDER);
        totalB.intoMemorySegment(out, at + BYTES, ORDER);
        totalC.intoMemorySegment(out, at + 2 * BYTES, ORDER);
        totalD.intoMemorySegment(out, at + 3 * BYTES, ORDER);
    }

    private static void one(
            long[] entries, int from, int to, MemorySegment gradient, long column, MemorySegment out, long at) {
        FloatVector total = FloatVector.zero(FLOATS);
        for (int run = from; run < to; run += GradientRows.RUN) {
            int end = Math.min(run + GradientRows.RUN, to);
            FloatVector a = FloatVector.zero(FLOATS);
            for (int i = run; i < end; i++) {
                a = a.add(load(gradient, (int) entries[i] * 4L + column));
            }
            total = total.add(a);
        }
        total.intoMemorySegment(out, at, ORDER);
    }

    private static void rest(
            long[] entries,
            int from,
            int to,
            MemorySegment gradient,
            long column,
            VectorMask<Float> mask,
            MemorySegment out,
            long at) {
        FloatVector total = FloatVector.zero(FLOATS);
        for (int run = from; run < to; run += GradientRows.RUN) {
            int end = Math.min(run + GradientRows.RUN, to);
            FloatVector a = FloatVector.zero(FLOATS);
            for (int i = run; i < end; i++) {
                long source = (int) entries[i] * 4L + column;
                a = a.add(FloatVector.fromMemorySegment(FLOATS, gradient, source, ORDER, mask));
            }
            total = total.add(a);
        }
        total.intoMemorySegment(out, at, ORDER, mask);
    }

    @Override
    public void mergeScaled(
            long[] entries,
            int[] starts,
            int count,
            MemorySegment gradient,
            GradientRows.Scaled scaled,
            int dim,
            MemorySegment out) {
        for (int k = 0; k < count; k++) {
            long at = (long) k * dim * Float.BYTES;
            int d = 0;
            for (; d + LANES <= dim; d += LANES) {
                oneScaled(entries, starts[k], starts[k + 1], gradient, scaled, d * 4L, out, at + d * 4L);
            }
            if (d < dim) {
                VectorMask<Float> mask = FLOATS.indexInRange(d, dim);
                restScaled(entries, starts[k], starts[k + 1], gradient, scaled, d * 4L, mask, out, at + d * 4L);
            }
        }
    }

    private static void oneScaled(
            long[] entries,
            int from,
            int to,
            MemorySegment gradient,
            GradientRows.Scaled scaled,
            long column,
            MemorySegment out,
            long at) {
        int[] sources = scaled.at();
        float[] factors = scaled.factor();
        FloatVector total = FloatVector.zero(FLOATS);
        for (int run = from; run < to; run += GradientRows.RUN) {
            int end = Math.min(run + GradientRows.RUN, to);
            FloatVector a = FloatVector.zero(FLOATS);
            for (int i = run; i < end; i++) {
                int source = (int) entries[i];
                a = a.add(load(gradient, sources[source] * 4L + column).mul(factors[source]));
            }
            total = total.add(a);
        }
        total.intoMemorySegment(out, at, ORDER);
    }

    private static void restScaled(
            long[] entries,
            int from,
            int to,
            MemorySegment gradient,
            GradientRows.Scaled scaled,
            long column,
            VectorMask<Float> mask,
            MemorySegment out,
            long at) {
        int[] sources = scaled.at();
        float[] factors = scaled.factor();
        FloatVector total = FloatVector.zero(FLOATS);
        for (int run = from; run < to; run += GradientRows.RUN) {
            int end = Math.min(run + GradientRows.RUN, to);
            FloatVector a = FloatVector.zero(FLOATS);
            for (int i = run; i < end; i++) {
                int source = (int) entries[i];
                FloatVector value =
                        FloatVector.fromMemorySegment(FLOATS, gradient, sources[source] * 4L + column, ORDER, mask);
                a = a.add(value.mul(factors[source]));
            }
            total = total.add(a);
        }
        total.intoMemorySegment(out, at, ORDER, mask);
    }

    private static FloatVector load(MemorySegment segment, long at) {
        return FloatVector.fromMemorySegment(FLOATS, segment, at, ORDER);
    }
}
