package dev.herd.numerics.kernel;

import static dev.herd.numerics.kernel.VectorSums.FLOATS;
import static dev.herd.numerics.kernel.VectorSums.LANES;
import static dev.herd.numerics.kernel.VectorSums.ORDER;

import dev.herd.numerics.kernel.RowSelect.Place;
import dev.herd.numerics.kernel.WindowSums.Windows;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// [ScalarWindowSums] with the Vector API, the same bits: a block of columns lies across the lanes, and a
/// group's parts stay in the first cache from block to block.
final class VectorWindowSums implements WindowSums.Kernel {
    @Override
    public void sum(Place parts, Windows windows, int first, int last, int dim, Place out) {
        for (int d = 0; d < dim; d += LANES) {
            VectorMask<Float> columns = FLOATS.indexInRange(d, dim);
            sum(parts, windows, first, last, d, columns, out);
        }
    }

    private static void sum(
            Place parts, Windows windows, int first, int last, int d, VectorMask<Float> columns, Place out) {
        int[] from = windows.from();
        int[] to = windows.to();
        MemorySegment source = parts.segment();
        MemorySegment target = out.segment();
        long part = (parts.at() + d) * 4;
        long partStep = parts.stride() * 4L;
        long window = (out.at() + d) * 4;
        long windowStep = out.stride() * 4L;
        FloatVector left = FloatVector.zero(FLOATS);
        for (int p = from[last]; p < to[first]; p++) {
            left = left.add(FloatVector.fromMemorySegment(FLOATS, source, part + p * partStep, ORDER, columns));
        }
        int begin = from[last];
        for (int u = last; u >= first; u--) {
            while (begin > from[u]) {
                begin--;
                left = left.add(FloatVector.fromMemorySegment(FLOATS, source, part + begin * partStep, ORDER, columns));
            }
            left.intoMemorySegment(target, window + u * windowStep, ORDER, columns);
        }
        FloatVector right = FloatVector.zero(FLOATS);
        int end = to[first];
        for (int u = first; u <= last; u++) {
            while (end < to[u]) {
                right = right.add(FloatVector.fromMemorySegment(FLOATS, source, part + end * partStep, ORDER, columns));
                end++;
            }
            FloatVector.fromMemorySegment(FLOATS, target, window + u * windowStep, ORDER, columns)
                    .add(right)
                    .mul(windows.factor(u))
                    .intoMemorySegment(target, window + u * windowStep, ORDER, columns);
        }
    }

    @Override
    public void spread(Place rows, Windows windows, int first, int last, int dim, Place parts) {
        for (int d = 0; d < dim; d += LANES) {
            VectorMask<Float> columns = FLOATS.indexInRange(d, dim);
            spread(rows, windows, first, last, d, columns, parts);
        }
    }

    private static void spread(
            Place rows, Windows windows, int first, int last, int d, VectorMask<Float> columns, Place parts) {
        int[] from = windows.from();
        int[] to = windows.to();
        MemorySegment source = rows.segment();
        MemorySegment target = parts.segment();
        long window = (rows.at() + d) * 4;
        long windowStep = rows.stride() * 4L;
        long part = (parts.at() + d) * 4;
        long partStep = parts.stride() * 4L;
        FloatVector left = FloatVector.zero(FLOATS);
        for (int u = first; u <= last; u++) {
            left = left.add(FloatVector.fromMemorySegment(FLOATS, source, window + u * windowStep, ORDER, columns)
                    .mul(windows.factor(u)));
            int end = u < last ? from[u + 1] : to[first];
            for (int p = from[u]; p < end; p++) {
                long at = part + p * partStep;
                FloatVector.fromMemorySegment(FLOATS, target, at, ORDER, columns)
                        .add(left)
                        .intoMemorySegment(target, at, ORDER, columns);
            }
        }
        FloatVector right = FloatVector.zero(FLOATS);
        for (int u = last; u > first; u--) {
            right = right.add(FloatVector.fromMemorySegment(FLOATS, source, window + u * windowStep, ORDER, columns)
                    .mul(windows.factor(u)));
            for (int p = to[u - 1]; p < to[u]; p++) {
                long at = part + p * partStep;
                FloatVector.fromMemorySegment(FLOATS, target, at, ORDER, columns)
                        .add(right)
                        .intoMemorySegment(target, at, ORDER, columns);
            }
        }
    }
}
