package dev.herd.numerics.kernel;

import static dev.herd.numerics.kernel.VectorSums.BYTES;
import static dev.herd.numerics.kernel.VectorSums.FLOATS;
import static dev.herd.numerics.kernel.VectorSums.LANES;
import static dev.herd.numerics.kernel.VectorSums.ORDER;

import dev.herd.numerics.kernel.RowSelect.Place;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// [ScalarRowSelect] with the Vector API, the same bits: the columns of a row lie across lanes.
final class VectorRowSelect implements RowSelect.Kernel {
    @Override
    public void expand(Place unique, int[] numbers, int first, int end, int dim, Place out) {
        MemorySegment source = unique.segment();
        MemorySegment target = out.segment();
        int whole = dim - dim % LANES;
        VectorMask<Float> rest = FLOATS.indexInRange(whole, dim);
        for (int b = first; b < end; b++) {
            long in = (unique.at() + (long) numbers[b] * unique.stride()) * 4;
            long to = (out.at() + (long) b * out.stride()) * 4;
            int d = 0;
            for (; d + 4 * LANES <= dim; d += 4 * LANES) {
                FloatVector v0 = FloatVector.fromMemorySegment(FLOATS, source, in + d * 4L, ORDER);
                FloatVector v1 = FloatVector.fromMemorySegment(FLOATS, source, in + d * 4L + BYTES, ORDER);
                FloatVector v2 = FloatVector.fromMemorySegment(FLOATS, source, in + d * 4L + 2 * BYTES, ORDER);
                FloatVector v3 = FloatVector.fromMemorySegment(FLOATS, source, in + d * 4L + 3 * BYTES, ORDER);
                v0.intoMemorySegment(target, to + d * 4L, ORDER);
                v1.intoMemorySegment(target, to + d * 4L + BYTES, ORDER);
                v2.intoMemorySegment(target, to + d * 4L + 2 * BYTES, ORDER);
                v3.intoMemorySegment(target, to + d * 4L + 3 * BYTES, ORDER);
            }
            for (; d < whole; d += LANES) {
                FloatVector.fromMemorySegment(FLOATS, source, in + d * 4L, ORDER)
                        .intoMemorySegment(target, to + d * 4L, ORDER);
            }
            if (d < dim) {
                FloatVector.fromMemorySegment(FLOATS, source, in + d * 4L, ORDER, rest)
                        .intoMemorySegment(target, to + d * 4L, ORDER, rest);
            }
        }
    }

    @Override
    public void sum(Place rows, int[] numbers, int from, int to, Place unique) {
        MemorySegment source = rows.segment();
        MemorySegment target = unique.segment();
        int whole = to - (to - from) % LANES;
        VectorMask<Float> rest = FLOATS.indexInRange(whole, to);
        int seen = 0;
        for (int b = 0; b < numbers.length; b++) {
            boolean isNew = numbers[b] == seen;
            seen += isNew ? 1 : 0;
            long in = (rows.at() + (long) b * rows.stride()) * 4;
            long out = (unique.at() + (long) numbers[b] * unique.stride()) * 4;
            for (int d = from; d < whole; d += LANES) {
                FloatVector value = FloatVector.fromMemorySegment(FLOATS, source, in + d * 4L, ORDER);
                FloatVector sum = isNew
                        ? value
                        : FloatVector.fromMemorySegment(FLOATS, target, out + d * 4L, ORDER)
                                .add(value);
                sum.intoMemorySegment(target, out + d * 4L, ORDER);
            }
            if (whole < to) {
                FloatVector value = FloatVector.fromMemorySegment(FLOATS, source, in + whole * 4L, ORDER, rest);
                FloatVector sum = isNew
                        ? value
                        : FloatVector.fromMemorySegment(FLOATS, target, out + whole * 4L, ORDER, rest)
                                .add(value);
                sum.intoMemorySegment(target, out + whole * 4L, ORDER, rest);
            }
        }
    }
}
