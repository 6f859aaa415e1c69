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
import java.util.Arrays;
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

    /// Whether a vector holds a whole block, whose scales and signs one read then fetches.
    private static final boolean WHOLE = POWER && SHIFTED && FIRST == 16 && LANES == 16;

    /// Whether what a code means is looked up.
    private static final boolean TABLED = BITS == 4 && !SIGNS_APART && !HALVES && LANES == 16;

    /// The bits of what 4-bit codes mean.
    private static final int[] MEANINGS = TABLED ? meanings() : new int[16];

    /// By how much the 2-bit codes of an int are shifted to its bottom.
    private static final int[] BY_TWO = by(2);

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

    private static int[] by(int bits) {
        int[] shifts = new int[16];
        Arrays.setAll(shifts, i -> i * bits);
        return shifts;
    }

    private static int[] meanings() {
        int[] meanings = new int[16];
        for (int code = 0; code < 16; code++) {
            float meaning = INTEGER ? code << 28 >> 28 : (float) ELEMENT.value(code & 7);
            meanings[code] = Float.floatToRawIntBits(meaning) | (INTEGER ? 0 : code >> 3 << 31);
        }
        return meanings;
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

    /* Loops read and write slices, which the compiler takes apart: it then knows that their bounds do not change, and
     * checks them once a loop instead of at every access. Loops count in ints for the same reason. */

    @Override
    public void decode(MemorySegment from, long at, int n, MemorySegment to, long toAt) {
        int blocks = POWER ? n / FIRST : 0;
        if (WHOLE) {
            decodeWhole(from, at, blocks, to, toAt);
        } else if (POWER) {
            decodeBlocks(from, at, blocks, to, toAt);
        }
        int done = blocks * FIRST;
        if (!POWER || done < n) {
            long place = at + (long) blocks * BLOCK_BYTES;
            decodeRest(from, place, n - done, factor(from, place, tensorScale), to, toAt + done);
        }
    }

    private static void decodeWhole(MemorySegment from, long at, int blocks, MemorySegment to, long toAt) {
        MemorySegment packed = from.asSlice(at, (long) blocks * BLOCK_BYTES);
        MemorySegment values = to.asSlice(toAt * Float.BYTES, (long) blocks * FIRST * Float.BYTES);
        for (int b = 0; b < blocks; b++) {
            Lanes.store(block(packed, (long) b * BLOCK_BYTES), values, (long) b * FIRST);
        }
    }

    private static void decodeBlocks(MemorySegment from, long at, int blocks, MemorySegment to, long toAt) {
        MemorySegment packed = from.asSlice(at, (long) blocks * BLOCK_BYTES);
        MemorySegment values = to.asSlice(toAt * Float.BYTES, (long) blocks * FIRST * Float.BYTES);
        for (int b = 0; b < blocks; b++) {
            long place = (long) b * BLOCK_BYTES;
            float factor = factor(packed, place, 0);
            for (int i = 0; i < FIRST; i += LANES) {
                Lanes.store(part(packed, place, i, factor), values, (long) b * FIRST + i);
            }
        }
    }

    /// Numbers under one scale: a row, or the last block of one, which is filled up.
    private void decodeRest(MemorySegment from, long at, int n, float factor, MemorySegment to, long toAt) {
        MemorySegment packed = from.asSlice(at, POWER ? BLOCK_BYTES : PACKING.rowBytes(n));
        MemorySegment values = to.asSlice(toAt * Float.BYTES, (long) n * Float.BYTES);
        int whole = n / LANES;
        for (int i = 0; i < whole; i++) {
            Lanes.store(part(packed, 0, i * LANES, factor), values, (long) i * LANES);
        }
        int done = whole * LANES;
        if (done < n && POWER) {
            Lanes.store(part(packed, 0, done, factor), values, done, n - done);
        } else if (done < n) {
            scalar.decodeCodes(from, at + PACKED_AT, done, n, to, toAt, factor);
        }
    }

    /// Numbers `i ..+LANES` of a block, or of a row under one scale.
    private static FloatVector part(MemorySegment from, long at, int i, float factor) {
        FloatVector values = TABLED
                ? meanings(nibbles(from, at + PACKED_AT + i / 2))
                : values(codes(from, at, i), signs(from, at, i));
        return scaled(values, factor, low(from, at, i));
    }

    /// The numbers of a block that fills a vector.
    private static FloatVector block(MemorySegment from, long at) {
        int head = head(from, at);
        FloatVector values = values(codes(from, at, 0), head >>> 16);
        return scaled(values, FACTORS[head & 0xFF], demoted(head >>> 8 & 0xFF));
    }

    /// Scale, microexponents and signs of a block.
    private static int head(MemorySegment from, long at) {
        return SIGNS_APART ? from.get(INT, at) : from.get(SHORT, at) & 0xFFFF;
    }

    /// Which of sixteen numbers their microexponents halve.
    private static long demoted(int shifts) {
        return Long.expand(shifts, 0x5555) * 3;
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
        MemorySegment row = from.asSlice(at, PACKING.rowBytes(n));
        MemorySegment vector = x.asSlice(xAt * Float.BYTES, (long) n * Float.BYTES);
        FloatVector sums = FloatVector.zero(FLOATS);
        if (WHOLE) {
            for (int b = 0; b < n / 16; b++) {
                sums = block(row, (long) b * BLOCK_BYTES).fma(Lanes.load(vector, b * 16L), sums);
            }
            return sums.mul(1);
        }
        for (int b = 0; b < n / FIRST; b++) {
            long place = (long) b * BLOCK_BYTES;
            float factor = factor(row, place, 0);
            sums = part(row, place, part, factor).fma(Lanes.load(vector, (long) b * FIRST + part), sums);
            if (FIRST > 16) {
                long half = (long) b * FIRST + 16 + part;
                sums = part(row, place, 16 + part, factor).fma(Lanes.load(vector, half), sums);
            }
        }
        if (n % FIRST > 0) {
            int done = n - n % FIRST;
            long place = blockAt(done);
            sums = part(row, place, part, factor(row, place, 0)).fma(Lanes.load(vector, done + part), sums);
        }
        return sums.mul(1);
    }

    /// The same for rows under one scale.
    private static FloatVector rowDots(
            MemorySegment from, long at, int n, float factor, MemorySegment x, long xAt, int part) {
        MemorySegment row = from.asSlice(at, PACKING.rowBytes(n));
        MemorySegment vector = x.asSlice(xAt * Float.BYTES, (long) n * Float.BYTES);
        FloatVector sums = FloatVector.zero(FLOATS);
        for (int i = 0; i < n / 16; i++) {
            sums = part(row, 0, i * 16 + part, factor).fma(Lanes.load(vector, i * 16L + part), sums);
        }
        return sums.mul(1);
    }

    @Override
    public void dots(
            MemorySegment from,
            long at,
            long stride,
            int rows,
            int n,
            MemorySegment x,
            long xAt,
            MemorySegment out,
            long outAt,
            MemorySegment scratch) {
        int pairs = (WHOLE || !POWER && LANES == 16) && n % 16 == 0 ? rows / 2 : 0;
        for (int i = 0; i < pairs; i++) {
            long place = at + 2 * i * stride;
            if (WHOLE) {
                twoOfWholeBlocks(from, place, stride, n, x, xAt, out, outAt + 2L * i);
            } else {
                twoOfRows(from, place, stride, n, tensorScale, x, xAt, out, outAt + 2L * i);
            }
        }
        if (2 * pairs < rows) {
            BlockCodec.Unpacker.super.dots(
                    from,
                    at + 2 * pairs * stride,
                    stride,
                    rows - 2 * pairs,
                    n,
                    x,
                    xAt,
                    out,
                    outAt + 2L * pairs,
                    scratch);
        }
    }

    /* The sums of two rows at once, so that x is read once for both and neither waits for the other. */

    private static void twoOfWholeBlocks(
            MemorySegment from, long at, long stride, int n, MemorySegment x, long xAt, MemorySegment out, long outAt) {
        MemorySegment row = from.asSlice(at, (long) n / 16 * BLOCK_BYTES);
        MemorySegment next = from.asSlice(at + stride, (long) n / 16 * BLOCK_BYTES);
        MemorySegment vector = x.asSlice(xAt * Float.BYTES, (long) n * Float.BYTES);
        FloatVector a = FloatVector.zero(FLOATS);
        FloatVector b = FloatVector.zero(FLOATS);
        for (int i = 0; i < n / 16; i++) {
            FloatVector factors = Lanes.load(vector, i * 16L);
            a = block(row, (long) i * BLOCK_BYTES).fma(factors, a);
            b = block(next, (long) i * BLOCK_BYTES).fma(factors, b);
        }
        store(a.mul(1), b.mul(1), out, outAt);
    }

    private static void twoOfRows(
            MemorySegment from,
            long at,
            long stride,
            int n,
            float tensorScale,
            MemorySegment x,
            long xAt,
            MemorySegment out,
            long outAt) {
        MemorySegment row = from.asSlice(at, PACKING.rowBytes(n));
        MemorySegment next = from.asSlice(at + stride, PACKING.rowBytes(n));
        MemorySegment vector = x.asSlice(xAt * Float.BYTES, (long) n * Float.BYTES);
        float scaleA = factor(row, 0, tensorScale);
        float scaleB = factor(next, 0, tensorScale);
        FloatVector a = FloatVector.zero(FLOATS);
        FloatVector b = FloatVector.zero(FLOATS);
        for (int i = 0; i < n / 16; i++) {
            FloatVector factors = Lanes.load(vector, i * 16L);
            a = part(row, 0, i * 16, scaleA).fma(factors, a);
            b = part(next, 0, i * 16, scaleB).fma(factors, b);
        }
        store(a.mul(1), b.mul(1), out, outAt);
    }

    private static void store(FloatVector a, FloatVector b, MemorySegment out, long at) {
        out.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at * Float.BYTES, VectorSums.fold(a));
        out.set(ValueLayout.JAVA_FLOAT_UNALIGNED, (at + 1) * Float.BYTES, VectorSums.fold(b));
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
            sums = sums.add(WHOLE ? block(rows, at) : part(rows, at, place, factor(rows, at, tensorScale)));
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
            FloatVector values = WHOLE ? block(rows, at) : part(rows, at, place, factor(rows, at, tensorScale));
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
        if (BITS == 4 && LANES == 16) {
            return nibbles(from, at + PACKED_AT + i / 2).and(15);
        }
        if (BITS == 2 && SIGNS_APART && LANES == 16) {
            return IntVector.broadcast(INTS, from.get(INT, at + PACKED_AT + i / 4))
                    .lanewise(VectorOperators.LSHR, IntVector.fromArray(INTS, BY_TWO, 0))
                    .and(3);
        }
        return widen(unfolded(from, at + PACKED_AT + i / 8 * BITS));
    }

    private static FloatVector meanings(IntVector codes) {
        return codes.and(15).selectFrom(IntVector.fromArray(INTS, MEANINGS, 0)).reinterpretAsFloats();
    }

    /// Sixteen codes of four bits at the bottom of ints; above them there may be anything.
    private static IntVector nibbles(MemorySegment from, long at) {
        LongVector pairs = (LongVector) ByteVector.fromMemorySegment(ByteVector.SPECIES_64, from, at, ORDER)
                .convertShape(VectorOperators.ZERO_EXTEND_B2L, LongVector.SPECIES_512, 0);
        return pairs.or(pairs.lanewise(VectorOperators.LSHL, 28)).reinterpretAsInts();
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
