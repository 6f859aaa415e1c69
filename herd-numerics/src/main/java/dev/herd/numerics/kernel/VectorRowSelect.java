package dev.herd.numerics.kernel;

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
