package dev.herd.numerics.format;

import static dev.herd.numerics.format.Lanes.BYTES;
import static dev.herd.numerics.format.Lanes.FLOATS;
import static dev.herd.numerics.format.Lanes.INTS;
import static dev.herd.numerics.format.Lanes.ORDER;

import dev.herd.numerics.kernel.VectorNoise;
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
import jdk.incubator.vector.VectorShuffle;

/// Packs as [ScalarCodec] does, bit for bit, with the Vector API: blocks under a power of two, and rows under
/// one fp32 scale. What is rare or ragged is left to the definition: the last part of a row, blocks of zeros,
/// of tiny, huge, or not finite numbers.
///
/// Each format has a copy of this class of its own, as [VectorUnpacker] has.
final class VectorPacker implements BlockCodec.Packer {
    private static final ValueLayout.OfFloat STORED =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final int LANES = Lanes.COUNT;

    /// Blocks whose scales are found before their numbers are packed.
    private static final int CHUNK = 64;

    /// Between these magnitudes neither a scale nor its inverse leaves the normal numbers.
    private static final int SMALLEST = Float.floatToRawIntBits(0x1p-90f);

    private static final int LARGEST = Float.floatToRawIntBits(0x1p110f);

    private static final NumberFormat FORMAT = VectorCodecs.formatOf(MethodHandles.lookup());
    private static final Element ELEMENT = FORMAT.element();
    private static final Rounding ROUNDING = FORMAT.rounding();
    private static final ScaleRule RULE = FORMAT.rule();
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
    /// Whether a vector holds a whole block of integers under the rules of the paper.
    private static final boolean WHOLE = POWER
            && SHIFTED
            && FIRST == 16
            && LANES == 16
            && RULE == ScaleRule.FLOOR
            && ROUNDING == Rounding.HALF_EVEN
            && (FORMAT.codeBits() == 8 || FORMAT.codeBits() == 4 || FORMAT.codeBits() == 2);

    private static final int UNIT = ELEMENT.unitBits();
    private static final int BITS = FORMAT.codeBits();
    private static final long LOW_BITS = 0x0101010101010101L * ((1 << BITS) - 1);
    private static final int MOST = ELEMENT.maxCode();
    private static final int MANTISSA = ELEMENT.mantissaBits();

    /// The biased exponent below which elements have no smaller steps.
    private static final int BOTTOM = 128 - (INTEGER ? 0 : ELEMENT.bias());

    private static final VectorShuffle<Integer> NEIGHBORS = VectorShuffle.fromOp(INTS, i -> i ^ 1);

    /// Adding it leaves a number below 2^22 rounded to even in the mantissa.
    private static final float MAGIC = 0x1.8p23f;

    private static final int MOST_STEPS = Float.floatToRawIntBits(0x1p20f);

    private static final int MAGIC_BITS = Float.floatToRawIntBits(MAGIC);

    private final ScalarCodec scalar;
    private final float tensorScale;

    VectorPacker(ScalarCodec scalar, float tensorScale) {
        this.scalar = scalar;
        this.tensorScale = tensorScale;
    }

    @Override
    public void encode(MemorySegment from, long fromAt, int n, MemorySegment to, long at, long random) {
        if (!POWER) {
            encodeRow(from, fromAt, n, to, at, random);
            return;
        }
        int blocks = n / FIRST;
        encodeBlocks(from, fromAt, blocks, n, to, at, random);
        if (blocks * FIRST < n) {
            encodeRare(from, fromAt, blocks * FIRST, n, to, at + (long) blocks * BLOCK_BYTES, random);
        }
    }

    /* Slices, as in VectorUnpacker: their bounds are known not to change. Two short loops one after the other are
     * compiled better than one that does both. */

    private void encodeBlocks(
            MemorySegment from, long fromAt, int blocks, int n, MemorySegment to, long at, long random) {
        int[] largest = new int[Math.min(blocks, CHUNK)];
        for (int first = 0; first < blocks; first += CHUNK) {
            int count = Math.min(CHUNK, blocks - first);
            long place = at + (long) first * BLOCK_BYTES;
            largestOfBlocks(from, fromAt + (long) first * FIRST, count, largest);
            if (WHOLE) {
                encodeWhole(from, fromAt + (long) first * FIRST, count, largest, to, place);
            } else {
                encodeBlocks(from, fromAt, first, count, largest, to, place, random);
            }
            for (int b = 0; b < count; b++) {
                if (isRare(largest[b])) {
                    encodeRare(from, fromAt, (first + b) * FIRST, n, to, place + (long) b * BLOCK_BYTES, random);
                }
            }
        }
    }

    private static boolean isRare(int largest) {
        return largest < SMALLEST || largest >= LARGEST;
    }

    private static void largestOfBlocks(MemorySegment from, long fromAt, int blocks, int[] largest) {
        MemorySegment values = from.asSlice(fromAt * Float.BYTES, (long) blocks * FIRST * Float.BYTES);
        for (int b = 0; b < blocks; b++) {
            IntVector all = magnitudes(values, (long) b * FIRST);
            for (int i = LANES; i < FIRST; i += LANES) {
                all = all.max(magnitudes(values, (long) b * FIRST + i));
            }
            largest[b] = all.reduceLanes(VectorOperators.MAX);
        }
    }

    /// Blocks `first ..+count` of a row; nonsense for those that are rare.
    private static void encodeBlocks(
            MemorySegment from,
            long fromAt,
            int first,
            int count,
            int[] largest,
            MemorySegment to,
            long at,
            long random) {
        for (int b = 0; b < count; b++) {
            if (!isRare(largest[b])) {
                encodeBlock(from, fromAt, (first + b) * FIRST, largest[b], to, at + (long) b * BLOCK_BYTES, random);
            }
        }
    }

    /// Blocks that fill a vector each; nonsense for those that are rare.
    private static void encodeWhole(
            MemorySegment from, long fromAt, int blocks, int[] largest, MemorySegment to, long at) {
        MemorySegment values = from.asSlice(fromAt * Float.BYTES, (long) blocks * FIRST * Float.BYTES);
        MemorySegment packed = to.asSlice(at, (long) blocks * BLOCK_BYTES);
        for (int b = 0; b < blocks; b++) {
            int binade = largest[b] & 0x7F800000;
            FloatVector numbers = Lanes.load(values, (long) b * FIRST);
            VectorMask<Integer> low = below(numbers.reinterpretAsInts().and(0x7FFFFFFF), binade);
            FloatVector steps = numbers.mul(Float.intBitsToFloat((254 + UNIT << 23) - binade));
            steps = steps.add(steps, low.cast(FLOATS));
            int shifts = (int) Long.compress(low.toLong(), 0x5555);
            write(nearest(steps).min(MOST).max(-MOST), binade >>> 23 | shifts << 8, packed, (long) b * BLOCK_BYTES);
        }
    }

    /// Pairs of which both magnitudes are below a power of two.
    private static VectorMask<Integer> below(IntVector magnitudes, int binade) {
        LongVector pairs = magnitudes.reinterpretAsLongs();
        return magnitudes
                .max(pairs.lanewise(VectorOperators.ROL, 32).reinterpretAsInts())
                .compare(VectorOperators.LT, binade);
    }

    /// A whole block.
    ///
    /// @param head its scale and its microexponents
    private static void write(IntVector codes, int head, MemorySegment to, long at) {
        if (BITS == 8) {
            to.set(SHORT, at, (short) head);
            narrow(codes).intoMemorySegment(to, at + PACKED_AT, ORDER);
            return;
        }
        long signs = codes.compare(VectorOperators.LT, 0).toLong();
        if (BITS == 4) {
            to.set(INT, at, head | (int) signs << 16);
            nibbles(codes).intoMemorySegment(to, at + PACKED_AT, ORDER);
        } else {
            to.set(LONG, at, head | signs << 16 | quarters(codes) << 32);
        }
    }

    /// The low halves of bytes, two in one.
    private static ByteVector nibbles(IntVector codes) {
        LongVector pairs = codes.and(15).reinterpretAsLongs();
        return bytes(pairs.or(pairs.lanewise(VectorOperators.LSHR, 28)));
    }

    /// The low two bits of sixteen ints, the first lowest.
    private static long quarters(IntVector codes) {
        LongVector eights = narrow(codes).reinterpretAsLongs();
        return Long.compress(eights.lane(0), LOW_BITS) | Long.compress(eights.lane(1), LOW_BITS) << 16;
    }

    private static ByteVector bytes(LongVector longs) {
        return (ByteVector) longs.convertShape(VectorOperators.L2B, ByteVector.SPECIES_64, 0);
    }

    private void encodeRare(MemorySegment from, long fromAt, int first, int n, MemorySegment to, long at, long random) {
        to.asSlice(at, BLOCK_BYTES).fill((byte) 0);
        scalar.encodeBlock(from, fromAt, first, n, to, at, random);
    }

    private static void encodeBlock(
            MemorySegment from, long fromAt, int first, int largest, MemorySegment to, long at, long random) {
        int exponent = RULE.exponent(Float.intBitsToFloat(largest), ELEMENT);
        to.set(BYTE, at, (byte) (exponent + 127));
        float factor = Float.intBitsToFloat(127 - exponent + UNIT << 23);
        if (HALVES) {
            for (int i = 0; i < 16; i += LANES) {
                halves(from, fromAt, first + i, factor, to, at + 1 + i, random);
            }
            return;
        }
        long low = SHIFTED ? demoted(from, fromAt + first, exponent, to, at + 1) : 0;
        for (int i = 0; i < FIRST; i += LANES) {
            store(codes(from, fromAt, first + i, factor, low >>> i, random), to, at, i);
        }
    }

    /// Numbers `first ..+LANES` in the low, and those 16 further on in the high halves of bytes.
    private static void halves(
            MemorySegment from, long fromAt, int first, float factor, MemorySegment to, long at, long random) {
        IntVector low = codes(from, fromAt, first, factor, 0, random);
        IntVector high = codes(from, fromAt, first + 16, factor, 0, random);
        narrow(low.or(high.lanewise(VectorOperators.LSHL, 4))).intoMemorySegment(to, at, ORDER);
    }

    /// Writes the microexponents of a block, and says which of its numbers they double.
    private static long demoted(MemorySegment from, long at, int exponent, MemorySegment to, long shiftsAt) {
        long low = 0;
        for (int i = 0; i < FIRST; i += LANES) {
            low |= pairsBelow(from, at + i, exponent + 127 << 23) << i;
        }
        for (int i = 0; i < FIRST; i += 16) {
            to.set(BYTE, shiftsAt + i / 16, (byte) Long.compress(low >>> i, 0x5555));
        }
        return low;
    }

    /// Two bits for each pair of which both magnitudes are below a number.
    private static long pairsBelow(MemorySegment from, long at, int bits) {
        IntVector magnitudes = magnitudes(from, at);
        IntVector pairs = magnitudes.max(magnitudes.rearrange(NEIGHBORS));
        return pairs.compare(VectorOperators.LT, bits).toLong();
    }

    private void encodeRow(MemorySegment from, long fromAt, int n, MemorySegment to, long at, long random) {
        int whole = n - n % LANES;
        int largest = whole == 0 ? 0 : largestOfRow(from, fromAt, whole);
        for (int i = whole; i < n; i++) {
            int bits = Float.floatToRawIntBits(from.get(ValueLayout.JAVA_FLOAT_UNALIGNED, (fromAt + i) * 4));
            largest = Math.max(largest, bits & 0x7FFFFFFF);
        }
        float scale = ROW ? ScalarCodec.outerScale(FORMAT, Float.intBitsToFloat(largest)) : tensorScale;
        if (!(scale >= Float.MIN_NORMAL) || largest >= 0x7F800000) {
            scalar.encode(from, fromAt, n, to, at, random);
            return;
        }
        if (ROW) {
            to.set(STORED, at, scale);
        }
        divide(from, fromAt, whole / LANES, scale, to, at, random);
        if (whole < n) {
            long rest = at + PACKED_AT + PACKING.codeBytes(whole);
            to.asSlice(rest, at + PACKING.rowBytes(n) - rest).fill((byte) 0);
            scalar.encodeCodes(from, fromAt, whole, n, to, at + PACKED_AT, scale, random);
        }
    }

    private static void divide(
            MemorySegment from, long fromAt, int vectors, float scale, MemorySegment to, long at, long random) {
        MemorySegment values = from.asSlice(fromAt * Float.BYTES, (long) vectors * LANES * Float.BYTES);
        MemorySegment packed = to.asSlice(at, PACKED_AT + PACKING.codeBytes((long) vectors * LANES));
        for (int i = 0; i < vectors; i++) {
            store(divided(values, 0, i * LANES, scale, random), packed, 0, i * LANES);
        }
    }

    /// The bits of the largest magnitude of a row; whole vectors.
    private static int largestOfRow(MemorySegment from, long at, int n) {
        MemorySegment values = from.asSlice(at * Float.BYTES, (long) n * Float.BYTES);
        IntVector largest = magnitudes(values, 0);
        IntVector other = largest;
        for (int i = 0; i < n / LANES / 2; i++) {
            largest = largest.max(magnitudes(values, i * 2L * LANES));
            other = other.max(magnitudes(values, i * 2L * LANES + LANES));
        }
        return largest.max(other).max(magnitudes(values, n - LANES)).reduceLanes(VectorOperators.MAX);
    }

    private static IntVector magnitudes(MemorySegment from, long at) {
        return Lanes.load(from, at).reinterpretAsInts().and(0x7FFFFFFF);
    }

    /// The codes of numbers `i ..+LANES` of a row, times a factor, doubled where `low` has a bit.
    private static IntVector codes(MemorySegment from, long rowAt, int i, float factor, long low, long random) {
        FloatVector steps = Lanes.load(from, rowAt + i).mul(factor);
        if (SHIFTED) {
            steps = steps.add(steps, VectorMask.fromLong(FLOATS, low));
        }
        return INTEGER ? integers(steps, i, random) : floats(steps, i, random);
    }

    /// The codes of numbers divided by an fp32 scale.
    private static IntVector divided(MemorySegment from, long rowAt, int i, float scale, long random) {
        FloatVector quotients = Lanes.load(from, rowAt + i).div(scale);
        FloatVector steps = ROW ? quotients : bounded(quotients);
        return INTEGER ? integers(steps, i, random) : floats(steps, i, random);
    }

    /// Brought to where [#MAGIC] works, on the bits: the minimum of floats takes care of NaN and of signs of zeros.
    private static FloatVector bounded(FloatVector steps) {
        IntVector bits = steps.reinterpretAsInts();
        return bits.and(0x7FFFFFFF).min(MOST_STEPS).or(bits.and(0x80000000)).reinterpretAsFloats();
    }

    private static IntVector integers(FloatVector steps, int i, long random) {
        if (ROUNDING == Rounding.HALF_EVEN) {
            return nearest(steps).min(MOST).max(-MOST);
        }
        IntVector sign = steps.reinterpretAsInts().lanewise(VectorOperators.ASHR, 31);
        IntVector q = rounded(steps.abs(), i, random).min(MOST);
        return q.lanewise(VectorOperators.XOR, sign).sub(sign);
    }

    private static IntVector nearest(FloatVector steps) {
        return steps.add(MAGIC).reinterpretAsInts().sub(MAGIC_BITS);
    }

    private static IntVector floats(FloatVector steps, int i, long random) {
        IntVector magnitudes = steps.reinterpretAsInts().and(0x7FFFFFFF);
        IntVector exponents = magnitudes.lanewise(VectorOperators.LSHR, 23).max(BOTTOM);
        FloatVector parts = magnitudes.reinterpretAsFloats().mul(inverse(exponents));
        IntVector base = exponents.lanewise(VectorOperators.LSHL, MANTISSA);
        IntVector code = ROUNDING == Rounding.HALF_EVEN
                ? base.add(parts.add(MAGIC).reinterpretAsInts()).sub(MAGIC_BITS + (BOTTOM << MANTISSA))
                : base.add(rounded(parts, i, random)).sub(BOTTOM << MANTISSA);
        code = code.min(MOST);
        return code.or(signs(steps, code));
    }

    /// By what numbers of these exponents are multiplied to count steps.
    private static FloatVector inverse(IntVector exponents) {
        return IntVector.broadcast(INTS, 254 + MANTISSA)
                .sub(exponents)
                .lanewise(VectorOperators.LSHL, 23)
                .reinterpretAsFloats();
    }

    private static IntVector signs(FloatVector steps, IntVector code) {
        IntVector signs = steps.reinterpretAsInts()
                .lanewise(VectorOperators.LSHR, 31)
                .lanewise(VectorOperators.LSHL, ELEMENT.bits() - 1);
        return ROUNDING == Rounding.HALF_DOWN ? signs.blend(0, code.compare(VectorOperators.EQ, 0)) : signs;
    }

    /// Numbers that are not negative, rounded to whole ones.
    private static IntVector rounded(FloatVector steps, int i, long random) {
        if (ROUNDING == Rounding.HALF_EVEN) {
            return nearest(steps);
        }
        IntVector whole = (IntVector) steps.convert(VectorOperators.F2I, 0);
        FloatVector rest = steps.sub((FloatVector) whole.convert(VectorOperators.I2F, 0));
        return switch (ROUNDING) {
            case HALF_AWAY ->
                whole.add(1, rest.compare(VectorOperators.GE, 0.5f).cast(INTS));
            case HALF_DOWN ->
                whole.add(1, rest.compare(VectorOperators.GT, 0.5f).cast(INTS));
            case STOCHASTIC -> whole.add(1, thresholds(i, random).lt(rest).cast(INTS));
            case HALF_EVEN, TRUNCATE -> whole;
        };
    }

    /// Below what remains a number is rounded up at random, from 0 to 1.
    private static FloatVector thresholds(int i, long random) {
        IntVector noise = VectorNoise.of(random, i).lanewise(VectorOperators.LSHR, 8);
        return ((FloatVector) noise.convert(VectorOperators.I2F, 0)).mul(0x1p-24f);
    }

    private static ByteVector narrow(IntVector codes) {
        return (ByteVector) codes.convertShape(VectorOperators.I2B, BYTES, 0);
    }

    /// Writes codes `i ..+LANES` of a block, or of a row under one scale, that begins at a byte.
    private static void store(IntVector codes, MemorySegment to, long at, int i) {
        if (SIGNS_APART) {
            storeSigns(codes.compare(VectorOperators.LT, 0).toLong(), to, at + CODES_AT + i / 8);
        }
        if (BITS == 8) {
            narrow(codes).intoMemorySegment(to, at + PACKED_AT + i, ORDER);
        } else if (BITS == 4 && LANES == 16) {
            nibbles(codes).intoMemorySegment(to, at + PACKED_AT + i / 2, ORDER);
        } else {
            fold(narrow(codes).reinterpretAsLongs(), to, at + PACKED_AT + i / 8 * BITS);
        }
    }

    private static void storeSigns(long signs, MemorySegment to, long at) {
        if (LANES > 8) {
            to.set(SHORT, at, (short) signs);
        } else {
            to.set(BYTE, at, (byte) signs);
        }
    }

    /// Packs the low bits of bytes.
    private static void fold(LongVector codes, MemorySegment to, long at) {
        eight(Long.compress(codes.lane(0), LOW_BITS), to, at);
        if (LANES > 8) {
            eight(Long.compress(codes.lane(1), LOW_BITS), to, at + BITS);
        }
    }

    /// Writes the bits of eight codes.
    private static void eight(long bits, MemorySegment to, long at) {
        switch (BITS) {
            case 1 -> to.set(BYTE, at, (byte) bits);
            case 2 -> to.set(SHORT, at, (short) bits);
            case 3 -> {
                to.set(SHORT, at, (short) bits);
                to.set(BYTE, at + 2, (byte) (bits >>> 16));
            }
            case 4 -> to.set(INT, at, (int) bits);
            case 5 -> {
                to.set(INT, at, (int) bits);
                to.set(BYTE, at + 4, (byte) (bits >>> 32));
            }
            case 6 -> {
                to.set(INT, at, (int) bits);
                to.set(SHORT, at + 4, (short) (bits >>> 32));
            }
            default -> {
                to.set(INT, at, (int) bits);
                to.set(INT, at + 3, (int) (bits >>> 24));
            }
        }
    }
}
