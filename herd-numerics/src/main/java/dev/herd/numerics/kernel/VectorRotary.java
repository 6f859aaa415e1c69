package dev.herd.numerics.kernel;

import static dev.herd.numerics.kernel.VectorSums.FLOATS;
import static dev.herd.numerics.kernel.VectorSums.LANES;
import static dev.herd.numerics.kernel.VectorSums.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;

/// [ScalarRotary] with the Vector API, the same bits.
final class VectorRotary implements Rotary.Kernel {
    private static final VectorShuffle<Float> SWAP = VectorShuffle.fromOp(FLOATS, i -> i ^ 1);

    @Override
    public void turnAdjacent(MemorySegment x, long at, int heads, int headDim, MemorySegment table, long tableAt) {
        for (int head = 0; head < heads; head++) {
            long first = at + (long) head * headDim;
            int i = 0;
            for (; i + LANES <= headDim; i += LANES) {
                FloatVector self = load(x, first + i);
                FloatVector turned = self.mul(load(table, tableAt + i))
                        .add(self.rearrange(SWAP).mul(load(table, tableAt + headDim + i)));
                turned.intoMemorySegment(x, (first + i) * 4, ORDER);
            }
            for (; i < headDim; i += 2) {
                ScalarRotary.turnPair(x, first, i, i + 1, table, tableAt, headDim);
            }
        }
    }

    @Override
    public void turnHalves(MemorySegment x, long at, int heads, int headDim, MemorySegment table, long tableAt) {
        int half = headDim / 2;
        for (int head = 0; head < heads; head++) {
            long first = at + (long) head * headDim;
            int i = 0;
            for (; i + LANES <= half; i += LANES) {
                FloatVector a = load(x, first + i);
                FloatVector b = load(x, first + half + i);
                a.mul(load(table, tableAt + i))
                        .add(b.mul(load(table, tableAt + headDim + i)))
                        .intoMemorySegment(x, (first + i) * 4, ORDER);
                b.mul(load(table, tableAt + half + i))
                        .add(a.mul(load(table, tableAt + headDim + half + i)))
                        .intoMemorySegment(x, (first + half + i) * 4, ORDER);
            }
            for (; i < half; i++) {
                ScalarRotary.turnPair(x, first, i, i + half, table, tableAt, headDim);
            }
        }
    }

    private static FloatVector load(MemorySegment segment, long at) {
        return FloatVector.fromMemorySegment(FLOATS, segment, at * 4, ORDER);
    }
}
