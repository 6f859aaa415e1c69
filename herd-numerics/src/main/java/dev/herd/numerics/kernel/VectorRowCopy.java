package dev.herd.numerics.kernel;

import static dev.herd.numerics.kernel.VectorSums.BYTES;
import static dev.herd.numerics.kernel.VectorSums.FLOATS;
import static dev.herd.numerics.kernel.VectorSums.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// Copies rows by number: the pooling of bags that hold one id each. Without an inner loop the processor sees further
/// ahead than in a general sum and keeps more rows in flight; all loads of a row come before its stores. Adding zero
/// makes -0 the +0 that a sum would be.
final class VectorRowCopy {
    private VectorRowCopy() {}

    static void copy1(MemorySegment rows, long[] ids, int from, int count, MemorySegment out, long at, long step) {
        for (int k = 0; k < count; k++) {
            long row = ids[from + k] * BYTES;
            long place = at + k * step;
            FloatVector a = load(rows, row);
            a.intoMemorySegment(out, place, ORDER);
        }
    }

    static void copy2(MemorySegment rows, long[] ids, int from, int count, MemorySegment out, long at, long step) {
        for (int k = 0; k < count; k++) {
            long row = ids[from + k] * 2 * BYTES;
            long place = at + k * step;
            FloatVector a = load(rows, row);
            FloatVector b = load(rows, row + BYTES);
            a.intoMemorySegment(out, place, ORDER);
            b.intoMemorySegment(out, place + BYTES, ORDER);
        }
    }

    static void copy4(MemorySegment rows, long[] ids, int from, int count, MemorySegment out, long at, long step) {
        for (int k = 0; k < count; k++) {
            long row = ids[from + k] * 4 * BYTES;
            long place = at + k * step;
            FloatVector a = load(rows, row);
            FloatVector b = load(rows, row + BYTES);
            FloatVector c = load(rows, row + 2 * BYTES);
            FloatVector d = load(rows, row + 3 * BYTES);
            a.intoMemorySegment(out, place, ORDER);
            b.intoMemorySegment(out, place + BYTES, ORDER);
            c.intoMemorySegment(out, place + 2 * BYTES, ORDER);
            d.intoMemorySegment(out, place + 3 * BYTES, ORDER);
        }
    }

    static void copy8(MemorySegment rows, long[] ids, int from, int count, MemorySegment out, long at, long step) {
        for (int k = 0; k < count; k++) {
            long row = ids[from + k] * 8 * BYTES;
            long place = at + k * step;
            FloatVector a = load(rows, row);
            FloatVector b = load(rows, row + BYTES);
            FloatVector c = load(rows, row + 2 * BYTES);
            FloatVector d = load(rows, row + 3 * BYTES);
            FloatVector e = load(rows, row + 4 * BYTES);
            FloatVector f = load(rows, row + 5 * BYTES);
            FloatVector g = load(rows, row + 6 * BYTES);
            FloatVector h = load(rows, row + 7 * BYTES);
            a.intoMemorySegment(out, place, ORDER);
            b.intoMemorySegment(out, place + BYTES, ORDER);
            c.intoMemorySegment(out, place + 2 * BYTES, ORDER);
            d.intoMemorySegment(out, place + 3 * BYTES, ORDER);
            e.intoMemorySegment(out, place + 4 * BYTES, ORDER);
            f.intoMemorySegment(out, place + 5 * BYTES, ORDER);
            g.intoMemorySegment(out, place + 6 * BYTES, ORDER);
            h.intoMemorySegment(out, place + 7 * BYTES, ORDER);
        }
    }

    private static FloatVector load(MemorySegment rows, long at) {
        return FloatVector.fromMemorySegment(FLOATS, rows, at, ORDER).add(0f);
    }
}
