package dev.herd.numerics.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What [Pooling] computes.
final class ScalarPooling implements Pooling.Kernel {
    @Override
    public void pool(Rows rows, Bags bags, int first, int count, MemorySegment out, long outAt, long outStride) {
        for (int k = 0; k < count; k++) {
            int from = bags.offsets()[first + k];
            int to = bags.offsets()[first + k + 1];
            for (int d = 0; d < rows.dim(); d++) {
                float sum = 0;
                for (int i = from; i < to; i++) {
                    float value = rows.type().get(rows.values(), bags.ids()[i] * rows.dim() + d);
                    sum += bags.weights() == null ? value : bags.weights()[i] * value;
                }
                if (bags.mean() && to > from) {
                    sum *= 1f / (to - from);
                }
                out.set(ValueLayout.JAVA_FLOAT_UNALIGNED, (outAt + k * outStride + d) * Float.BYTES, sum);
            }
        }
    }
}
