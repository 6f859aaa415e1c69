package dev.herd.numerics.format;

import dev.herd.numerics.kernel.VectorNoise;
import dev.herd.numerics.kernel.VectorSums;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// Sixteen numbers at a time between fp32 and codes: one byte each in registers, as many bits as they have
/// in memory.
record Tiles(
        Element element, Rounding rounding, int codeBits, long mask, int most, boolean integer, boolean signsApart) {
    static final int WIDTH = 16;
    static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_128;
    static final int LANES = FLOATS.length();

    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final IntVector LANE_NUMBERS = IntVector.zero(INTS).addIndex(1);
    private static final VectorShuffle<Integer> NEIGHBORS = VectorShuffle.fromOp(INTS, i -> i ^ 1);
    private static final int PARTS = WIDTH / LANES;

    /// Adding it leaves a number below 2^22 rounded to even in the mantissa.
    private static final float MAGIC = 0x1.8p23f;

    private static final int MAGIC_BITS = Float.floatToRawIntBits(MAGIC);

    static Tiles of(NumberFormat format) {
        int codeBits = format.codeBits();
        Element element = format.element();
        return new Tiles(
                element,
                format.rounding(),
                codeBits,
                0x0101010101010101L * ((1 << codeBits) - 1),
                element.maxCode(),
                element.isInteger(),
                format.signsApart());
    }

    /// Bytes of the codes of a tile.
    int bytes() {
        return 2 * codeBits;
    }

    static FloatVector floats(MemorySegment from, long at) {
        return FloatVector.fromMemorySegment(FLOATS, from, at * 4, ORDER);
    }

    /// The codes of numbers `first ..+16` of a row, times a factor.
    ByteVector codes(MemorySegment from, long rowAt, int first, float factor, long random) {
        ByteVector bytes = ByteVector.zero(BYTES);
        for (int part = 0; part < PARTS; part++) {
            int i = first + part * LANES;
            bytes = join(bytes, code(floats(from, rowAt + i).mul(factor), i, random), part);
        }
        return bytes;
    }

    /// The same, doubled where `low` has a bit.
    ByteVector codes(MemorySegment from, long rowAt, int first, float factor, long low, long random) {
        ByteVector bytes = ByteVector.zero(BYTES);
        for (int part = 0; part < PARTS; part++) {
            int i = first + part * LANES;
            FloatVector steps = floats(from, rowAt + i).mul(factor);
            steps = steps.add(steps, VectorMask.fromLong(FLOATS, low >>> part * LANES));
            bytes = join(bytes, code(steps, i, random), part);
        }
        return bytes;
    }

    /// The same, divided by an fp32 scale.
    ByteVector divided(MemorySegment from, long rowAt, int first, float scale, long random) {
        ByteVector bytes = ByteVector.zero(BYTES);
        for (int part = 0; part < PARTS; part++) {
            int i = first + part * LANES;
            FloatVector steps = floats(from, rowAt + i).div(scale);
            bytes = join(bytes, code(steps.min(0x1p20f).max(-0x1p20f), i, random), part);
        }
        return bytes;
    }

    private static ByteVector join(ByteVector bytes, IntVector codes, int part) {
        return bytes.or((ByteVector) codes.convertShape(VectorOperators.I2B, BYTES, -part));
    }

    /// Two bits for each pair of a tile whose numbers are all below `2^exponent`.
    long demoted(MemorySegment from, long at, int exponent) {
        long low = 0;
        for (int part = 0; part < PARTS; part++) {
            IntVector bits = floats(from, at + part * LANES).reinterpretAsInts().and(0x7FFFFFFF);
            IntVector pairs = bits.max(bits.rearrange(NEIGHBORS));
            low |= pairs.compare(VectorOperators.LT, exponent + 127 << 23).toLong() << part * LANES;
        }
        return low;
    }

    private IntVector code(FloatVector steps, int first, long random) {
        return integer ? integerCode(steps, first, random) : floatCode(steps, first, random);
    }

    private IntVector integerCode(FloatVector steps, int first, long random) {
        if (rounding == Rounding.HALF_EVEN) {
            IntVector q = steps.add(MAGIC).reinterpretAsInts().sub(MAGIC_BITS);
            return q.min(most).max(-most);
        }
        IntVector sign = steps.reinterpretAsInts().lanewise(VectorOperators.ASHR, 31);
        IntVector q = rounded(steps.abs(), first, random).min(most);
        return q.lanewise(VectorOperators.XOR, sign).sub(sign);
    }

    private IntVector floatCode(FloatVector steps, int first, long random) {
        int mantissa = element.mantissaBits();
        IntVector bits = steps.reinterpretAsInts();
        IntVector magnitude = bits.and(0x7FFFFFFF);
        IntVector exponent = magnitude.lanewise(VectorOperators.LSHR, 23).max(128 - element.bias());
        FloatVector inverse = IntVector.broadcast(INTS, 254 + mantissa)
                .sub(exponent)
                .lanewise(VectorOperators.LSHL, 23)
                .reinterpretAsFloats();
        IntVector whole = rounded(magnitude.reinterpretAsFloats().mul(inverse), first, random);
        IntVector code = exponent.sub(128 - element.bias())
                .lanewise(VectorOperators.LSHL, mantissa)
                .add(whole)
                .min(most);
        IntVector sign = bits.lanewise(VectorOperators.LSHR, 31).lanewise(VectorOperators.LSHL, element.bits() - 1);
        if (rounding == Rounding.HALF_DOWN) {
            sign = sign.blend(0, code.compare(VectorOperators.EQ, 0));
        }
        return code.or(sign);
    }

    /// Numbers that are not negative, rounded to whole ones.
    private IntVector rounded(FloatVector steps, int first, long random) {
        if (rounding == Rounding.HALF_EVEN) {
            return steps.add(MAGIC).reinterpretAsInts().sub(MAGIC_BITS);
        }
        IntVector whole = (IntVector) steps.convert(VectorOperators.F2I, 0);
        FloatVector rest = steps.sub((FloatVector) whole.convert(VectorOperators.I2F, 0));
        return switch (rounding) {
            case HALF_AWAY ->
                whole.add(1, rest.compare(VectorOperators.GE, 0.5f).cast(INTS));
            case HALF_DOWN ->
                whole.add(1, rest.compare(VectorOperators.GT, 0.5f).cast(INTS));
            case STOCHASTIC -> {
                IntVector noise = VectorNoise.of(random, first).lanewise(VectorOperators.LSHR, 8);
                FloatVector threshold = ((FloatVector) noise.convert(VectorOperators.I2F, 0)).mul(0x1p-24f);
                yield whole.add(1, threshold.compare(VectorOperators.LT, rest).cast(INTS));
            }
            case HALF_EVEN, TRUNCATE -> whole;
        };
    }

    /// One bit for each code below 0.
    void storeSigns(ByteVector codes, MemorySegment to, long at) {
        short signs = (short) codes.compare(VectorOperators.LT, (byte) 0).toLong();
        to.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, signs);
    }

    /// Packs the low bits of 16 codes.
    void store(ByteVector codes, MemorySegment to, long at) {
        if (codeBits == 8) {
            codes.intoMemorySegment(to, at, ORDER);
            return;
        }
        LongVector halves = codes.reinterpretAsLongs();
        long low = Long.compress(halves.lane(0), mask);
        long high = Long.compress(halves.lane(1), mask);
        int bits = 8 * codeBits;
        switch (codeBits) {
            case 1 -> to.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, (short) (low | high << bits));
            case 2 -> to.set(ValueLayout.JAVA_INT_UNALIGNED, at, (int) (low | high << bits));
            case 3 -> {
                long both = low | high << bits;
                to.set(ValueLayout.JAVA_INT_UNALIGNED, at, (int) both);
                to.set(ValueLayout.JAVA_SHORT_UNALIGNED, at + 4, (short) (both >>> 32));
            }
            case 4 -> to.set(ValueLayout.JAVA_LONG_UNALIGNED, at, low | high << bits);
            case 5 -> {
                to.set(ValueLayout.JAVA_LONG_UNALIGNED, at, low | high << bits);
                to.set(ValueLayout.JAVA_SHORT_UNALIGNED, at + 8, (short) (high >>> 24));
            }
            case 6 -> {
                to.set(ValueLayout.JAVA_LONG_UNALIGNED, at, low | high << bits);
                to.set(ValueLayout.JAVA_INT_UNALIGNED, at + 8, (int) (high >>> 16));
            }
            default -> {
                to.set(ValueLayout.JAVA_LONG_UNALIGNED, at, low | high << bits);
                to.set(ValueLayout.JAVA_INT_UNALIGNED, at + 8, (int) (high >>> 8));
                to.set(ValueLayout.JAVA_SHORT_UNALIGNED, at + 12, (short) (high >>> 40));
            }
        }
    }

    /// The 16 codes packed from a byte on.
    ByteVector load(MemorySegment from, long at) {
        if (codeBits == 8) {
            return ByteVector.fromMemorySegment(BYTES, from, at, ORDER);
        }
        long low;
        long high;
        switch (codeBits) {
            case 1 -> {
                low = from.get(ValueLayout.JAVA_SHORT_UNALIGNED, at);
                high = low >>> 8;
            }
            case 2 -> {
                low = from.get(ValueLayout.JAVA_INT_UNALIGNED, at);
                high = low >>> 16;
            }
            case 3 -> {
                low = from.get(ValueLayout.JAVA_INT_UNALIGNED, at);
                high = from.get(ValueLayout.JAVA_INT_UNALIGNED, at + 2) >>> 8;
            }
            case 4 -> {
                low = from.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
                high = low >>> 32;
            }
            default -> {
                low = from.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
                high = from.get(ValueLayout.JAVA_LONG_UNALIGNED, at + 2L * codeBits - 8) >>> 64 - 8 * codeBits;
            }
        }
        return LongVector.broadcast(LongVector.SPECIES_128, Long.expand(low, mask))
                .withLane(1, Long.expand(high, mask))
                .reinterpretAsBytes();
    }

    /// Writes 16 numbers, times a factor.
    void write(ByteVector codes, float factor, MemorySegment to, long toAt) {
        for (int part = 0; part < PARTS; part++) {
            value(codes, part).mul(factor).intoMemorySegment(to, (toAt + part * LANES) * 4, ORDER);
        }
    }

    /// The same, halved where `low` has a bit.
    void writeShifted(ByteVector codes, long low, float factor, MemorySegment to, long toAt) {
        for (int part = 0; part < PARTS; part++) {
            FloatVector values = value(codes, part).mul(factor);
            values.mul(0.5f, VectorMask.fromLong(FLOATS, low >>> part * LANES))
                    .intoMemorySegment(to, (toAt + part * LANES) * 4, ORDER);
        }
    }

    /// The same for integers with their signs apart.
    void writeSigned(ByteVector codes, int signs, long low, float factor, MemorySegment to, long toAt) {
        for (int part = 0; part < PARTS; part++) {
            FloatVector values = signed(codes, signs, part).mul(factor);
            values.mul(0.5f, VectorMask.fromLong(FLOATS, low >>> part * LANES))
                    .intoMemorySegment(to, (toAt + part * LANES) * 4, ORDER);
        }
    }

    /// Whether a tile fills one vector.
    boolean wide() {
        return LANES == WIDTH;
    }

    /// The numbers of a tile that fills a vector: their microexponents at a byte, their signs, their codes.
    FloatVector values(MemorySegment from, long shiftsAt, long signsAt, long codesAt, boolean shifted, float factor) {
        ByteVector codes = load(from, codesAt);
        FloatVector values = signsApart
                ? signed(codes, from.get(ValueLayout.JAVA_SHORT_UNALIGNED, signsAt) & 0xFFFF, 0)
                : value(codes, 0);
        if (!shifted) {
            return values.mul(factor);
        }
        long low = Long.expand(from.get(ValueLayout.JAVA_BYTE, shiftsAt) & 0xFF, 0x5555) * 3;
        return values.mul(factor).mul(0.5f, VectorMask.fromLong(FLOATS, low));
    }

    /// The inner product of whole tiles of codes under one scale with fp32 numbers.
    float dot(MemorySegment from, long at, int n, float scale, MemorySegment x, long xAt) {
        FloatVector low = FloatVector.zero(FLOATS);
        FloatVector high = low;
        for (int i = 0; i < n; i += WIDTH) {
            ByteVector codes = load(from, at + (long) i / WIDTH * bytes());
            low = value(codes, 0).mul(scale).fma(floats(x, xAt + i), low);
            if (PARTS == 2) {
                high = value(codes, 1).mul(scale).fma(floats(x, xAt + i + LANES), high);
            }
        }
        return VectorSums.fold(PARTS == 2 ? low.add(high) : low);
    }

    static void add(FloatVector values, float weight, MemorySegment sums, long at) {
        floats(sums, at).add(values.mul(weight)).intoMemorySegment(sums, at * 4, ORDER);
    }

    /// Codes `part * LANES ..+LANES` of integers with their signs apart.
    FloatVector signed(ByteVector codes, int signs, int part) {
        IntVector q = (IntVector) codes.convertShape(VectorOperators.B2I, INTS, part);
        IntVector negative = IntVector.broadcast(INTS, signs >>> part * LANES)
                .lanewise(VectorOperators.LSHR, LANE_NUMBERS)
                .and(1);
        q = q.sub(negative.lanewise(VectorOperators.LSHL, codeBits));
        return (FloatVector) q.convert(VectorOperators.I2F, 0);
    }

    /// The numbers that codes `part * LANES ..+LANES` mean.
    FloatVector value(ByteVector codes, int part) {
        IntVector code = (IntVector) codes.convertShape(VectorOperators.B2I, INTS, part);
        if (integer) {
            int above = 32 - codeBits;
            IntVector q = codeBits == 8
                    ? code
                    : code.lanewise(VectorOperators.LSHL, above).lanewise(VectorOperators.ASHR, above);
            return (FloatVector) q.convert(VectorOperators.I2F, 0);
        }
        int bits = element.bits();
        IntVector sign = code.lanewise(VectorOperators.LSHL, 32 - bits).and(0x80000000);
        IntVector magnitude = code.and((1 << bits - 1) - 1);
        FloatVector value = magnitude
                .lanewise(VectorOperators.LSHL, 23 - element.mantissaBits())
                .reinterpretAsFloats()
                .mul(Float.intBitsToFloat(254 - element.bias() << 23));
        if (element.specials() != Element.Specials.NONE) {
            value = special(value, magnitude);
        }
        return value.reinterpretAsInts().or(sign).reinterpretAsFloats();
    }

    private FloatVector special(FloatVector value, IntVector magnitude) {
        VectorMask<Integer> beyond = magnitude.compare(VectorOperators.GT, most);
        FloatVector special = value.blend(Float.NaN, beyond.cast(FLOATS));
        if (element.specials() == Element.Specials.IEEE) {
            VectorMask<Integer> infinite = magnitude.compare(VectorOperators.EQ, most + 1);
            special = special.blend(Float.POSITIVE_INFINITY, infinite.cast(FLOATS));
        }
        return special;
    }
}
