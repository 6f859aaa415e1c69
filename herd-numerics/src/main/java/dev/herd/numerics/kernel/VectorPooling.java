package dev.herd.numerics.kernel;

import static dev.herd.numerics.kernel.VectorSums.BYTES;
import static dev.herd.numerics.kernel.VectorSums.FLOATS;
import static dev.herd.numerics.kernel.VectorSums.LANES;
import static dev.herd.numerics.kernel.VectorSums.ORDER;
import static dev.herd.numerics.kernel.VectorSums.SHORTS;

import dev.herd.numerics.ElementType;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;

/// [ScalarPooling] with the Vector API.
///
/// Sums stay in registers over a bag. The loops are short so that the processor has many rows in flight, which is what
/// limits speed on tables beyond the cache. The common case, fp32 rows of one, two, four or eight whole vectors without
/// weights, has a loop of its own each, the wide ones by two ids at a time; so have bags of one id ([VectorRowCopy]).
/// Everything else goes column block by column block.
final class VectorPooling implements Pooling.Kernel {
    @Override
    public void pool(Rows rows, Bags bags, int first, int count, MemorySegment out, long outAt, long outStride) {
        long at = outAt * Float.BYTES;
        long step = outStride * Float.BYTES;
        boolean plain = rows.type() == ElementType.FP32 && bags.weights() == null && rows.dim() % LANES == 0;
        int vectors = rows.dim() / LANES;
        if (plain && (vectors == 1 || vectors == 2 || vectors == 4 || vectors == 8) && single(bags, first, count)) {
            int from = bags.offsets()[first];
            switch (vectors) {
                case 1 -> VectorRowCopy.copy1(rows.values(), bags.ids(), from, count, out, at, step);
                case 2 -> VectorRowCopy.copy2(rows.values(), bags.ids(), from, count, out, at, step);
                case 4 -> VectorRowCopy.copy4(rows.values(), bags.ids(), from, count, out, at, step);
                default -> VectorRowCopy.copy8(rows.values(), bags.ids(), from, count, out, at, step);
            }
        } else if (plain && !bags.mean() && vectors == 1) {
            sum1(rows.values(), bags.ids(), bags.offsets(), first, count, out, at, step);
        } else if (plain && !bags.mean() && vectors == 2) {
            sum2(rows.values(), bags.ids(), bags.offsets(), first, count, out, at, step);
        } else if (plain && !bags.mean() && vectors == 4) {
            sum4(rows.values(), bags.ids(), bags.offsets(), first, count, out, at, step);
        } else if (plain && !bags.mean() && vectors == 8) {
            sum8(rows.values(), bags.ids(), bags.offsets(), first, count, out, at, step);
        } else {
            blocks(rows, bags, first, count, out, at, step);
        }
    }

    /// Whether each of the bags holds exactly one id, so that sum and mean are the row itself.
    private static boolean single(Bags bags, int first, int count) {
        int[] offsets = bags.offsets();
        int from = offsets[first];
        int unequal = 0;
        for (int k = 1; k <= count; k++) {
            unequal |= offsets[first + k] - from - k;
        }
        return unequal == 0;
    }

    private static void sum1(
            MemorySegment rows,
            long[] ids,
            int[] offsets,
            int first,
            int count,
            MemorySegment out,
            long at,
            long step) {
        for (int k = 0; k < count; k++) {
            int to = offsets[first + k + 1];
            FloatVector a = FloatVector.zero(FLOATS);
            for (int i = offsets[first + k]; i < to; i++) {
                a = a.add(load(rows, ids[i] * BYTES));
            }
            a.intoMemorySegment(out, at + k * step, ORDER);
        }
    }

    private static void sum2(
            MemorySegment rows,
            long[] ids,
            int[] offsets,
            int first,
            int count,
            MemorySegment out,
            long at,
            long step) {
        for (int k = 0; k < count; k++) {
            int to = offsets[first + k + 1];
            FloatVector a = FloatVector.zero(FLOATS);
            FloatVector b = a;
            for (int i = offsets[first + k]; i < to; i++) {
                long row = ids[i] * 2 * BYTES;
                a = a.add(load(rows, row));
                b = b.add(load(rows, row + BYTES));
            }
            a.intoMemorySegment(out, at + k * step, ORDER);
            b.intoMemorySegment(out, at + k * step + BYTES, ORDER);
        }
    }

    private static void sum4(
            MemorySegment rows,
            long[] ids,
            int[] offsets,
            int first,
            int count,
            MemorySegment out,
            long at,
            long step) {
        for (int k = 0; k < count; k++) {
            int to = offsets[first + k + 1];
            FloatVector a = FloatVector.zero(FLOATS);
            FloatVector b = a;
            FloatVector c = a;
            FloatVector d = a;
            int i = offsets[first + k];
            for (; i < to - 1; i += 2) {
                long row = ids[i] * 4 * BYTES;
                long next = ids[i + 1] * 4 * BYTES;
                a = a.add(load(rows, row)).add(load(rows, next));
                b = b.add(load(rows, row + BYTES)).add(load(rows, next + BYTES));
                c = c.add(load(rows, row + 2 * BYTES)).add(load(rows, next + 2 * BYTES));
                d = d.add(load(rows, row + 3 * BYTES)).add(load(rows, next + 3 * BYTES));
            }
            if (i < to) {
                long row = ids[i] * 4 * BYTES;
                a = a.add(load(rows, row));
                b = b.add(load(rows, row + BYTES));
                c = c.add(load(rows, row + 2 * BYTES));
                d = d.add(load(rows, row + 3 * BYTES));
            }
            long to4 = at + k * step;
            a.intoMemorySegment(out, to4, ORDER);
            b.intoMemorySegment(out, to4 + BYTES, ORDER);
            c.intoMemorySegment(out, to4 + 2 * BYTES, ORDER);
            d.intoMemorySegment(out, to4 + 3 * BYTES, ORDER);
        }
    }

    private static void sum8(
            MemorySegment rows,
            long[] ids,
            int[] offsets,
            int first,
            int count,
            MemorySegment out,
            long at,
            long step) {
        for (int k = 0; k < count; k++) {
            int to = offsets[first + k + 1];
            FloatVector a = FloatVector.zero(FLOATS);
            FloatVector b = a;
            FloatVector c = a;
            FloatVector d = a;
            FloatVector e = a;
            FloatVector f = a;
            FloatVector g = a;
            FloatVector h = a;
            int i = offsets[first + k];
            for (; i < to - 1; i += 2) {
                long row = ids[i] * 8 * BYTES;
                long next = ids[i + 1] * 8 * BYTES;
                a = a.add(load(rows, row)).add(load(rows, next));
                b = b.add(load(rows, row + BYTES)).add(load(rows, next + BYTES));
                c = c.add(load(rows, row + 2 * BYTES)).add(load(rows, next + 2 * BYTES));
                d = d.add(load(rows, row + 3 * BYTES)).add(load(rows, next + 3 * BYTES));
                e = e.add(load(rows, row + 4 * BYTES)).add(load(rows, next + 4 * BYTES));
                f = f.add(load(rows, row + 5 * BYTES)).add(load(rows, next + 5 * BYTES));
                g = g.add(load(rows, row + 6 * BYTES)).add(load(rows, next + 6 * BYTES));
                h = h.add(load(rows, row + 7 * BYTES)).add(load(rows, next + 7 * BYTES));
            }
            if (i < to) {
                long row = ids[i] * 8 * BYTES;
                a = a.add(load(rows, row));
                b = b.add(load(rows, row + BYTES));
                c = c.add(load(rows, row + 2 * BYTES));
                d = d.add(load(rows, row + 3 * BYTES));
                e = e.add(load(rows, row + 4 * BYTES));
                f = f.add(load(rows, row + 5 * BYTES));
                g = g.add(load(rows, row + 6 * BYTES));
                h = h.add(load(rows, row + 7 * BYTES));
            }
            long to8 = at + k * step;
            a.intoMemorySegment(out, to8, ORDER);
            b.intoMemorySegment(out, to8 + BYTES, ORDER);
            c.intoMemorySegment(out, to8 + 2 * BYTES, ORDER);
            d.intoMemorySegment(out, to8 + 3 * BYTES, ORDER);
            e.intoMemorySegment(out, to8 + 4 * BYTES, ORDER);
            f.intoMemorySegment(out, to8 + 5 * BYTES, ORDER);
            g.intoMemorySegment(out, to8 + 6 * BYTES, ORDER);
            h.intoMemorySegment(out, to8 + 7 * BYTES, ORDER);
        }
    }

    /// Any width, type, weights: four vectors of a bag at a time, then one, then the rest of the row under a mask.
    private static void blocks(Rows rows, Bags bags, int first, int count, MemorySegment out, long at, long step) {
        for (int k = 0; k < count; k++) {
            int from = bags.offsets()[first + k];
            int to = bags.offsets()[first + k + 1];
            float factor = bags.mean() && to > from ? 1f / (to - from) : 1f;
            int d = 0;
            for (; d + 4 * LANES <= rows.dim(); d += 4 * LANES) {
                four(rows, bags, from, to, d, factor, out, at + k * step + d * 4L);
            }
            for (; d + LANES <= rows.dim(); d += LANES) {
                long place = at + k * step + d * 4L;
                if (rows.type() == ElementType.FP32) {
                    oneFp32(rows, bags, from, to, d, factor, out, place);
                } else {
                    one(rows, bags, from, to, d, factor, out, place);
                }
            }
            if (d < rows.dim()) {
                rest(rows, bags, from, to, d, factor, out, at + k * step + d * 4L);
            }
        }
    }

    private static void four(Rows rows, Bags bags, int from, int to, int d, float factor, MemorySegment out, long at) {
        MemorySegment values = rows.values();
        ElementType type = rows.type();
        long width = (long) LANES * type.bytes();
        long column = (long) d * type.bytes();
        float[] weights = bags.weights();
        FloatVector a = FloatVector.zero(FLOATS);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector e = a;
        for (int i = from; i < to; i++) {
            long row = bags.ids()[i] * rows.stride() + column;
            float weight = weights == null ? 1f : weights[i];
            a = a.add(load(values, type, row).mul(weight));
            b = b.add(load(values, type, row + width).mul(weight));
            c = c.add(load(values, type, row + 2 * width).mul(weight));
            e = e.add(load(values, type, row + 3 * width).mul(weight));
        }
        a.mul(factor).intoMemorySegment(out, at, ORDER);
        b.mul(factor).intoMemorySegment(out, at + BYTES, ORDER);
        c.mul(factor).intoMemorySegment(out, at + 2 * BYTES, ORDER);
        e.mul(factor).intoMemorySegment(out, at + 3 * BYTES, ORDER);
    }

    private static void one(Rows rows, Bags bags, int from, int to, int d, float factor, MemorySegment out, long at) {
        MemorySegment values = rows.values();
        ElementType type = rows.type();
        long column = (long) d * type.bytes();
        float[] weights = bags.weights();
        FloatVector a = FloatVector.zero(FLOATS);
        for (int i = from; i < to; i++) {
            float weight = weights == null ? 1f : weights[i];
            a = a.add(load(values, type, bags.ids()[i] * rows.stride() + column).mul(weight));
        }
        a.mul(factor).intoMemorySegment(out, at, ORDER);
    }

    /// As [#one], without the choice between types: once that is compiled for all of them it is too big to be
    /// inlined, and every row becomes an object.
    private static void oneFp32(
            Rows rows, Bags bags, int from, int to, int d, float factor, MemorySegment out, long at) {
        float[] weights = bags.weights();
        FloatVector a = FloatVector.zero(FLOATS);
        for (int i = from; i < to; i++) {
            float weight = weights == null ? 1f : weights[i];
            a = a.add(
                    load(rows.values(), bags.ids()[i] * rows.stride() + d * 4L).mul(weight));
        }
        a.mul(factor).intoMemorySegment(out, at, ORDER);
    }

    private static void rest(Rows rows, Bags bags, int from, int to, int d, float factor, MemorySegment out, long at) {
        MemorySegment values = rows.values();
        ElementType type = rows.type();
        long column = (long) d * type.bytes();
        float[] weights = bags.weights();
        VectorMask<Float> floats = FLOATS.indexInRange(d, rows.dim());
        VectorMask<Short> shorts = SHORTS.indexInRange(d, rows.dim());
        FloatVector a = FloatVector.zero(FLOATS);
        for (int i = from; i < to; i++) {
            float weight = weights == null ? 1f : weights[i];
            long row = bags.ids()[i] * rows.stride() + column;
            FloatVector value = switch (type) {
                case FP32 -> FloatVector.fromMemorySegment(FLOATS, values, row, ORDER, floats);
                case FP16 -> VectorSums.widenFp16(ShortVector.fromMemorySegment(SHORTS, values, row, ORDER, shorts));
                case BF16 -> VectorSums.widenBf16(ShortVector.fromMemorySegment(SHORTS, values, row, ORDER, shorts));
            };
            a = a.add(value.mul(weight));
        }
        a.mul(factor).intoMemorySegment(out, at, ORDER, floats);
    }

    private static FloatVector load(MemorySegment segment, long at) {
        return FloatVector.fromMemorySegment(FLOATS, segment, at, ORDER);
    }

    private static FloatVector load(MemorySegment segment, ElementType type, long at) {
        return switch (type) {
            case FP32 -> FloatVector.fromMemorySegment(FLOATS, segment, at, ORDER);
            case FP16 -> VectorSums.widenFp16(ShortVector.fromMemorySegment(SHORTS, segment, at, ORDER));
            case BF16 -> VectorSums.widenBf16(ShortVector.fromMemorySegment(SHORTS, segment, at, ORDER));
        };
    }
}
