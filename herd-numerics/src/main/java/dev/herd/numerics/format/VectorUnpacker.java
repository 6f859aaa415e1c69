package dev.herd.numerics.format;

import static dev.herd.numerics.format.Lanes.BYTES;
import static dev.herd.numerics.format.Lanes.FLOATS;
import static dev.herd.numerics.format.Lanes.INTS;
import static dev.herd.numerics.format.Lanes.LONGS;
import static dev.herd.numerics.format.Lanes.ORDER;

import dev.herd.numerics.kernel.Bags;
import dev.herd.numerics.kernel.VectorSums;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// Unpacks as [ScalarCodec] does, bit for bit, and computes on packed rows, with the Vector API.
///
/// Each format has a copy of this class of its own, see [VectorCodecs], so that what depends on the format is
/// a constant and no copy is compiled with the profile of another. Methods that hand vectors on are small:
/// the compiler inlines those whatever else it does, and a vector handed to a method that is not inlined
/// becomes an object.
final class VectorUnpacker implements BlockCodec.Unpacker {
    private static final ValueLayout.OfFloat STORED =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final int LANES = Lanes.COUNT;

    private static final NumberFormat FORMAT = VectorCodecs.formatOf(MethodHandles.lookup());
    private static final Element ELEMENT = FORMAT.element();
    private static final Packing PACKING = new Packing(FORMAT);
    private static final int FIRST = FORMAT.first().width();
    private static final boolean POWER = FORMAT.first().kind() == Level.Kind.POWER_OF_TWO;
    private static final boolean SHIFTED = FORMAT.second().kind() == Level.Kind.MICROEXPONENT;
    private static final boolean HALVES = FORMAT.order() == NumberFormat.Order.SPLIT_HALVES;
    private static final boolean ROW = FIRST == Level.ROW;
    private static final boolean SIGNS_APART = FORMAT.signsApart();
    private static final boolean INTEGER = ELEMENT.isInteger();
    private static final int BLOCK_BYTES = POWER ? PACKING.blockBytes() : 0;
    private static final int CODES_AT = POWER ? PACKING.codesAt() : PACKING.headBytes();
    private static final int PACKED_AT = CODES_AT + PACKING.signBytes();
    private static final int BITS = FORMAT.codeBits();

    /// Where the bits of a code go within a byte: to its top, so that widening spreads the sign; to its bottom
    /// where the sign lies apart.
    private static final long SPREAD = (0x0101010101010101L * ((1 << BITS) - 1)) << (SIGNS_APART ? 0 : 8 - BITS);

    private static final int FLOAT_SHIFT = 16 + ELEMENT.exponentBits();
    private static final int MAGNITUDES = INTEGER ? 0 : (1 << ELEMENT.bits() - 1) - 1 << 23 - ELEMENT.mantissaBits();
    private static final int LARGEST = INTEGER ? 0 : ELEMENT.maxCode() << 23 - ELEMENT.mantissaBits();
    private static final int INFINITE = LARGEST + (INTEGER ? 0 : 1 << 23 - ELEMENT.mantissaBits());
    private static final float UNBIAS = INTEGER ? 1 : Float.intBitsToFloat(254 - ELEMENT.bias() << 23);

    /// By the byte of a shared power of two, what an element counts.
    private static final float[] FACTORS = factors();

    private final ScalarCodec scalar;
    private final float tensorScale;

    VectorUnpacker(ScalarCodec scalar, float tensorScale) {
        this.scalar = scalar;
        this.tensorScale = tensorScale;
    }

    private static float[] factors() {
        float[] factors = new float[256];
        for (int scale = 0; scale < 255; scale++) {
            factors[scale] = (float) Math.scalb(1.0, scale - 127 - ELEMENT.unitBits());
        }
        factors[255] = Float.NaN;
        return factors;
    }

    /// What the elements at a place count: the scale of the block there, of the row there, or of the tensor.
    private static float factor(MemorySegment from, long at, float tensorScale) {
        if (POWER) {
            return FACTORS[from.get(BYTE, at) & 0xFF];
        }
        return ROW ? from.get(STORED, at) : tensorScale;
    }

    /// Where, from the start of a row, the block of number `i` begins.
    private static long blockAt(int i) {
        return POWER ? (long) (i / FIRST) * BLOCK_BYTES : 0;
    }

    /// The place of number `i` in its block.
    private static int inBlock(int i) {
        return POWER ? i % FIRST : i;
    }

    /// How many numbers of a row can be read by whole vectors; blocks are filled up, rows are not.
    private static int readable(int n) {
        return POWER ? n : n - n % LANES;
    }

    @Override
    public void decode(MemorySegment from, long at, int n, MemorySegment to, long toAt) {
        int blocks = POWER ? n - n % FIRST : 0;
        long place = at;
        for (int i = 0; i < blocks; i += FIRST) {
            float factor = factor(from, place, 0);
            FloatVector values = values(codes(from, place, 0), signs(from, place, 0));
            Lanes.store(scaled(values, factor, low(from, place, 0)), to, toAt + i);
            if (FIRST > LANES) {
                values = values(codes(from, place, LANES), signs(from, place, LANES));
                Lanes.store(scaled(values, factor, low(from, place, LANES)), to, toAt + i + LANES);
            }
            for (int k = 2 * LANES; k < FIRST; k += LANES) {
                decode(from, place, k, factor, to, toAt + i + k, LANES);
            }
            place += BLOCK_BYTES;
        }
        if (blocks == n) {
            return;
        }
        float factor = factor(from, place, tensorScale);
        int readable = readable(n);
        for (int i = blocks; i < readable; i += LANES) {
            decode(from, place, i - blocks, factor, to, toAt + i, n - i);
        }
        if (readable < n) {
            scalar.decodeCodes(from, at + PACKED_AT, readable, n, to, toAt, factor);
        }
    }

    /// Numbers `i ..+LANES` of a block, or of a row under one scale, as far as there are numbers left.
    private static void decode(
            MemorySegment from, long at, int i, float factor, MemorySegment to, long toAt, int left) {
        FloatVector values = values(codes(from, at, i), signs(from, at, i));
        if (left >= LANES) {
            Lanes.store(scaled(values, factor, low(from, at, i)), to, toAt);
        } else {
            Lanes.store(scaled(values, factor, low(from, at, i)), to, toAt, left);
        }
    }

    @Override
    public float dot(MemorySegment from, long at, int n, MemorySegment x, long xAt, MemorySegment scratch) {
        if (n % 16 != 0) {
            return BlockCodec.Unpacker.super.dot(from, at, n, x, xAt, scratch);
        }
        float factor = POWER ? 0 : factor(from, at, tensorScale);
        FloatVector sums = POWER ? blockDots(from, at, n, x, xAt, 0) : rowDots(from, at, n, factor, x, xAt, 0);
        if (LANES < 16) {
            sums = sums.add(
                    POWER ? blockDots(from, at, n, x, xAt, LANES) : rowDots(from, at, n, factor, x, xAt, LANES));
        }
        return VectorSums.fold(sums);
    }

    /// Sums of the products of every sixteenth number, from number `part` of a row on.
    private static FloatVector blockDots(MemorySegment from, long at, int n, MemorySegment x, long xAt, int part) {
        FloatVector sums = FloatVector.zero(FLOATS);
        long place = at;
        for (int i = part; i < n; i += FIRST) {
            float factor = factor(from, place, 0);
            FloatVector values = values(codes(from, place, part), signs(from, place, part));
            values = scaled(values, factor, low(from, place, part));
            sums = values.fma(Lanes.load(x, xAt + i), sums);
            if (FIRST > 16 && i + 16 < n) {
                values = values(codes(from, place, part + 16), signs(from, place, part + 16));
                values = scaled(values, factor, low(from, place, part + 16));
                sums = values.fma(Lanes.load(x, xAt + i + 16), sums);
            }
            place += BLOCK_BYTES;
        }
        return sums.mul(1);
    }

    /// The same for rows under one scale.
    private static FloatVector rowDots(
            MemorySegment from, long at, int n, float factor, MemorySegment x, long xAt, int part) {
        FloatVector sums = FloatVector.zero(FLOATS);
        for (int i = part; i < n; i += 16) {
            FloatVector values = values(codes(from, at, i), 0);
            sums = scaled(values, factor, 0).fma(Lanes.load(x, xAt + i), sums);
        }
        return sums.mul(1);
    }

    @Override
    public void pool(
            MemorySegment rows,
            long stride,
            int n,
            Bags bags,
            int bag,
            MemorySegment out,
            long at,
            MemorySegment scratch) {
        int from = bags.offsets()[bag];
        int to = bags.offsets()[bag + 1];
        float mean = bags.mean() && to > from ? 1f / (to - from) : 1;
        int readable = readable(n);
        for (int i = 0; i < readable; i += LANES) {
            if (bags.weights() == null) {
                sum(rows, stride, bags.ids(), from, to, i, tensorScale, mean, out, at + i, n - i);
            } else {
                weighted(rows, stride, bags.ids(), bags.weights(), from, to, i, tensorScale, mean, out, at + i, n - i);
            }
        }
        if (readable < n) {
            rest(rows, stride, n, bags, from, to, mean, out, at, scratch);
        }
    }

    /// Numbers `i ..+LANES` of the rows, added up in the order of the ids.
    private static void sum(
            MemorySegment rows,
            long stride,
            long[] ids,
            int from,
            int to,
            int i,
            float tensorScale,
            float mean,
            MemorySegment out,
            long outAt,
            int left) {
        FloatVector sums = FloatVector.zero(FLOATS);
        long column = blockAt(i);
        int place = inBlock(i);
        for (int k = from; k < to; k++) {
            long at = ids[k] * stride + column;
            FloatVector values = values(codes(rows, at, place), signs(rows, at, place));
            sums = sums.add(scaled(values, factor(rows, at, tensorScale), low(rows, at, place)));
        }
        if (left >= LANES) {
            Lanes.store(sums.mul(mean), out, outAt);
        } else {
            Lanes.store(sums.mul(mean), out, outAt, left);
        }
    }

    private static void weighted(
            MemorySegment rows,
            long stride,
            long[] ids,
            float[] weights,
            int from,
            int to,
            int i,
            float tensorScale,
            float mean,
            MemorySegment out,
            long outAt,
            int left) {
        FloatVector sums = FloatVector.zero(FLOATS);
        long column = blockAt(i);
        int place = inBlock(i);
        for (int k = from; k < to; k++) {
            long at = ids[k] * stride + column;
            FloatVector values = values(codes(rows, at, place), signs(rows, at, place));
            values = scaled(values, factor(rows, at, tensorScale), low(rows, at, place));
            sums = sums.add(values.mul(weights[k]));
        }
        if (left >= LANES) {
            Lanes.store(sums.mul(mean), out, outAt);
        } else {
            Lanes.store(sums.mul(mean), out, outAt, left);
        }
    }

    /// The last numbers of rows that are not filled up.
    private void rest(
            MemorySegment rows,
            long stride,
            int n,
            Bags bags,
            int from,
            int to,
            float mean,
            MemorySegment out,
            long at,
            MemorySegment scratch) {
        int first = readable(n);
        float[] sums = new float[n - first];
        for (int k = from; k < to; k++) {
            long row = bags.ids()[k] * stride;
            float weight = bags.weights() == null ? 1 : bags.weights()[k];
            scalar.decodeCodes(rows, row + PACKED_AT, first, n, scratch, 0, factor(rows, row, tensorScale));
            for (int i = first; i < n; i++) {
                sums[i - first] += weight * scratch.get(ValueLayout.JAVA_FLOAT_UNALIGNED, i * 4L);
            }
        }
        for (int i = first; i < n; i++) {
            out.set(ValueLayout.JAVA_FLOAT_UNALIGNED, (at + i) * 4, sums[i - first] * mean);
        }
    }

    /// Times the scale, and halved where `low` has a bit.
    private static FloatVector scaled(FloatVector values, float factor, long low) {
        FloatVector scaled = values.mul(factor);
        return SHIFTED ? scaled.mul(0.5f, VectorMask.fromLong(FLOATS, low)) : scaled;
    }

    /// Which of the numbers `i ..+LANES` of a block their microexponents halve.
    private static long low(MemorySegment from, long at, int i) {
        return SHIFTED ? Long.expand(from.get(BYTE, at + 1 + i / 16) & 0xFF, 0x5555) * 3 >>> i % 16 : 0;
    }

    /// Which of the numbers `i ..+LANES` of a block are negative, where signs lie apart.
    private static long signs(MemorySegment from, long at, int i) {
        return SIGNS_APART ? from.get(SHORT, at + CODES_AT + i / 16 * 2) >>> i % 16 : 0;
    }

    /// What codes mean, not yet scaled.
    private static FloatVector values(IntVector codes, long signs) {
        return INTEGER ? integers(codes, signs) : floats(codes);
    }

    private static FloatVector integers(IntVector codes, long signs) {
        IntVector q = codes;
        if (SIGNS_APART) {
            q = codes.sub(1 << BITS, VectorMask.fromLong(INTS, signs));
        } else if (BITS < 8) {
            q = codes.lanewise(VectorOperators.ASHR, 8 - BITS);
        }
        return (FloatVector) q.convert(VectorOperators.I2F, 0);
    }

    private static FloatVector floats(IntVector codes) {
        IntVector bits = codes.lanewise(VectorOperators.LSHL, FLOAT_SHIFT);
        FloatVector values =
                bits.and(MAGNITUDES | 0x80000000).reinterpretAsFloats().mul(UNBIAS);
        return switch (ELEMENT.specials()) {
            case NONE -> values;
            case NAN -> values.blend(Float.NaN, above(bits, LARGEST));
            case IEEE -> ieee(values, bits);
        };
    }

    private static FloatVector ieee(FloatVector values, IntVector bits) {
        FloatVector signed = FloatVector.broadcast(FLOATS, Float.POSITIVE_INFINITY)
                .reinterpretAsInts()
                .or(bits.and(0x80000000))
                .reinterpretAsFloats();
        return values.blend(signed, above(bits, LARGEST)).blend(Float.NaN, above(bits, INFINITE));
    }

    private static VectorMask<Float> above(IntVector bits, int magnitude) {
        return bits.and(MAGNITUDES).compare(VectorOperators.GT, magnitude).cast(FLOATS);
    }

    /// Codes `i ..+LANES`: at the top of a byte, widened with their sign, or at its bottom where signs lie
    /// apart.
    private static IntVector codes(MemorySegment from, long at, int i) {
        if (HALVES) {
            return halves(from, at + 1, i);
        }
        if (BITS == 8) {
            return widen(ByteVector.fromMemorySegment(BYTES, from, at + PACKED_AT + i, ORDER));
        }
        return widen(unfolded(from, at + PACKED_AT + i / 8 * BITS));
    }

    private static IntVector widen(ByteVector codes) {
        return (IntVector) codes.convertShape(VectorOperators.B2I, INTS, 0);
    }

    private static ByteVector unfolded(MemorySegment from, long at) {
        LongVector codes = LongVector.broadcast(LONGS, Long.expand(eight(from, at), SPREAD));
        if (LANES > 8) {
            codes = codes.withLane(1, Long.expand(eight(from, at + BITS), SPREAD));
        }
        return codes.reinterpretAsBytes();
    }

    /// The bits of eight codes; above them there may be anything.
    private static long eight(MemorySegment from, long at) {
        return switch (BITS) {
            case 1 -> from.get(BYTE, at);
            case 2 -> from.get(SHORT, at);
            case 3 -> from.get(SHORT, at) & 0xFFFFL | (long) from.get(BYTE, at + 2) << 16;
            case 4 -> from.get(INT, at);
            case 5 -> from.get(INT, at) & 0xFFFFFFFFL | (long) from.get(BYTE, at + 4) << 32;
            case 6 -> from.get(INT, at) & 0xFFFFFFFFL | (long) from.get(SHORT, at + 4) << 32;
            default -> from.get(INT, at) & 0xFFFFFFFFL | (long) from.get(INT, at + 3) >>> 8 << 32;
        };
    }

    /// Of 16 bytes, the low halves are numbers 0 to 15 and the high halves numbers 16 to 31.
    private static IntVector halves(MemorySegment from, long at, int i) {
        IntVector both = widen(ByteVector.fromMemorySegment(BYTES, from, at + i % 16, ORDER));
        return i < 16 ? both.lanewise(VectorOperators.LSHL, 28).lanewise(VectorOperators.ASHR, 24) : both.and(~15);
    }
}
