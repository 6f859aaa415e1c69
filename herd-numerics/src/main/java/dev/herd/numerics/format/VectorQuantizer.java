package dev.herd.numerics.format;

import dev.herd.numerics.format.BlockCodec.Axis;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/* A number is rounded to a multiple of a step 2^s by adding and subtracting 1.5 * 2^(s + 23): the sum is so large that its
 * last bit counts steps, and fp32 addition rounds half to even. The bits of that sum are those of the constant plus the
 * number of steps, so integers are clamped there. No number is packed, none is scaled, and the exponents of blocks, pairs
 * and steps are sums of exponent fields. */

/// [PackedQuantizer] with the Vector API, bit for bit, for blocks under a power of two that follows the
/// floor rule: along rows a block fills the lanes, along columns each lane has a block of its own. Huge
/// blocks, those that are not finite, and of floating-point elements tiny ones are left to the definition.
final class VectorQuantizer implements Quantizer {
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int LANES = Lanes.COUNT;
    private static final VectorShuffle<Integer> NEIGHBORS = VectorShuffle.fromOp(INTS, i -> i ^ 1);
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    private static final int SIGN = 0x80000000;
    private static final int FIELD = 0x7F800000;

    /// Below it 1.5 * 2^23 steps are finite.
    private static final int HUGE = Float.floatToRawIntBits(0x1p100f);

    /// From it on every step of a floating-point element is a normal number.
    private static final int TINY = Float.floatToRawIntBits(0x1p-90f);

    private static final NumberFormat FORMAT = VectorCodecs.formatOf(MethodHandles.lookup());
    private static final Element ELEMENT = FORMAT.element();
    private static final int WIDTH = FORMAT.first().width();
    private static final boolean INTEGER = ELEMENT.isInteger();
    private static final int LEAST = INTEGER ? 0 : TINY;
    private static final int STEP_BITS = INTEGER ? ELEMENT.unitBits() : ELEMENT.mantissaBits();

    /// What makes of the exponent field of a block, or number, the bits of 1.5 * 2^23 steps.
    private static final int CENTER = (23 - STEP_BITS << 23) + 0x400000;

    /// How many steps an integer has at most.
    private static final int MOST = ELEMENT.maxCode();

    private static final boolean SHIFTED = FORMAT.second().kind() == Level.Kind.MICROEXPONENT;
    private static final int DEEPEST = SHIFTED ? (1 << FORMAT.second().bits()) - 1 << 23 : 0;

    /// From a block's exponent field to that of the smallest normal element, and to the largest number.
    private static final int NORMAL = INTEGER ? 0 : 1 - ELEMENT.bias() - ELEMENT.emax() << 23;

    private static final int LARGEST =
            INTEGER ? 0 : Float.floatToRawIntBits(ELEMENT.value(MOST)) - (127 + ELEMENT.emax() << 23);

    private final PackedQuantizer definition;

    /// @param definition by the kernel that is the definition
    VectorQuantizer(PackedQuantizer definition) {
        this.definition = definition;
    }

    @Override
    public void quantize(
            MemorySegment from,
            long fromAt,
            MemorySegment to,
            long toAt,
            int rows,
            int columns,
            Axis axis,
            long random) {
        switch (axis) {
            case ROWS -> rows(from, fromAt, to, toAt, rows, columns);
            case COLUMNS -> columns(from, fromAt, to, toAt, rows, columns);
        }
    }

    private void rows(MemorySegment from, long fromAt, MemorySegment to, long toAt, int rows, int columns) {
        int rest = columns % WIDTH;
        int whole = columns - rest;
        for (int r = 0; r < rows; r++) {
            long row = (long) r * columns;
            for (int i = 0; i < whole; i += WIDTH) {
                block(from, fromAt + row + i, to, toAt + row + i);
            }
        }
        if (rest == 0) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment padded = arena.allocate(WIDTH * 4L, 64);
            for (int r = 0; r < rows; r++) {
                long place = (long) r * columns + whole;
                copy(from, fromAt + place, padded, 0, rest);
                block(padded, 0, padded, 0);
                copy(padded, 0, to, toAt + place, rest);
                padded.fill((byte) 0);
            }
        }
    }

    private void block(MemorySegment from, long at, MemorySegment to, long toAt) {
        IntVector magnitudes = magnitudes(Lanes.load(from, at));
        for (int i = LANES; i < WIDTH; i += LANES) {
            magnitudes = magnitudes.max(magnitudes(Lanes.load(from, at + i)));
        }
        int top = magnitudes.reduceLanes(VectorOperators.MAX);
        if (top >= HUGE || top < LEAST && top != 0) {
            definition.quantize(from, at, to, toAt, 1, WIDTH, Axis.ROWS, 0);
            return;
        }
        IntVector exponents = IntVector.broadcast(INTS, Math.max(top, LEAST) & FIELD);
        for (int i = 0; i < WIDTH; i += LANES) {
            FloatVector x = Lanes.load(from, at + i);
            FloatVector rounded;
            if (INTEGER) {
                IntVector own = magnitudes(x);
                rounded = integers(
                        x, SHIFTED ? centers(exponents, own.max(own.rearrange(NEIGHBORS))) : exponents.add(CENTER));
            } else {
                rounded = floats(x, exponents);
            }
            rounded.intoMemorySegment(to, (toAt + i) * 4, Lanes.ORDER);
        }
    }

    private void columns(MemorySegment from, long fromAt, MemorySegment to, long toAt, int rows, int columns) {
        int rest = columns % LANES;
        int whole = columns - rest;
        for (int first = 0; first < rows; first += WIDTH) {
            long place = (long) first * columns;
            int height = Math.min(WIDTH, rows - first);
            for (int c = 0; c < whole; c += LANES) {
                blocks(from, fromAt + place + c, to, toAt + place + c, height, columns);
            }
        }
        if (rest == 0) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment padded = arena.allocate((long) WIDTH * LANES * 4, 64);
            for (int first = 0; first < rows; first += WIDTH) {
                long place = (long) first * columns + whole;
                int height = Math.min(WIDTH, rows - first);
                for (int r = 0; r < height; r++) {
                    copy(from, fromAt + place + (long) r * columns, padded, (long) r * LANES, rest);
                }
                blocks(padded, 0, padded, 0, height, LANES);
                for (int r = 0; r < height; r++) {
                    copy(padded, (long) r * LANES, to, toAt + place + (long) r * columns, rest);
                }
            }
        }
    }

    /// As many blocks along columns as there are lanes, of at most the width of a block.
    private void blocks(MemorySegment from, long at, MemorySegment to, long toAt, int height, int stride) {
        IntVector top = IntVector.zero(INTS);
        for (int r = 0; r < height; r++) {
            top = top.max(magnitudes(Lanes.load(from, at + (long) r * stride)));
        }
        if (isRare(top)) {
            definition.columns(from, at, to, toAt, height, LANES, stride, 0);
        } else if (INTEGER) {
            integers(from, at, to, toAt, height, stride, top.and(FIELD));
        } else {
            floats(from, at, to, toAt, height, stride, top.max(TINY).and(FIELD));
        }
    }

    private static boolean isRare(IntVector top) {
        VectorMask<Integer> huge = top.compare(VectorOperators.GE, HUGE);
        if (INTEGER) {
            return huge.anyTrue();
        }
        VectorMask<Integer> tiny = top.compare(VectorOperators.LT, TINY).and(top.compare(VectorOperators.NE, 0));
        return huge.or(tiny).anyTrue();
    }

    private static void integers(
            MemorySegment from, long at, MemorySegment to, long toAt, int height, int stride, IntVector exponents) {
        for (int pair = 0; pair < height; pair += 2) {
            int end = Math.min(pair + 2, height);
            IntVector centers = exponents.add(CENTER);
            if (SHIFTED) {
                IntVector one = magnitudes(Lanes.load(from, at + (long) pair * stride));
                IntVector two = magnitudes(Lanes.load(from, at + (long) (end - 1) * stride));
                centers = centers(exponents, one.max(two));
            }
            for (int r = pair; r < end; r++) {
                long place = (long) r * stride;
                integers(Lanes.load(from, at + place), centers).intoMemorySegment(to, (toAt + place) * 4, Lanes.ORDER);
            }
        }
    }

    private static void floats(
            MemorySegment from, long at, MemorySegment to, long toAt, int height, int stride, IntVector exponents) {
        for (int r = 0; r < height; r++) {
            long place = (long) r * stride;
            floats(Lanes.load(from, at + place), exponents).intoMemorySegment(to, (toAt + place) * 4, Lanes.ORDER);
        }
    }

    /// The constants of numbers under microexponents.
    ///
    /// @param exponents fields of the blocks' exponents
    /// @param pairs the larger magnitude of a number and its neighbor
    private static IntVector centers(IntVector exponents, IntVector pairs) {
        return exponents.sub(exponents.sub(pairs.and(FIELD)).min(DEEPEST)).add(CENTER);
    }

    private static FloatVector integers(FloatVector x, IntVector centers) {
        FloatVector middle = centers.reinterpretAsFloats();
        IntVector sums = x.add(middle).reinterpretAsInts();
        return sums.min(centers.add(MOST))
                .max(centers.sub(MOST))
                .reinterpretAsFloats()
                .sub(middle);
    }

    private static FloatVector floats(FloatVector x, IntVector exponents) {
        IntVector bits = x.reinterpretAsInts();
        FloatVector middle =
                bits.and(FIELD).max(exponents.add(NORMAL)).add(CENTER).reinterpretAsFloats();
        FloatVector rounded = bits.and(~SIGN).reinterpretAsFloats().add(middle).sub(middle);
        IntVector clamped = rounded.reinterpretAsInts().min(exponents.add(LARGEST));
        return clamped.or(bits.and(SIGN)).reinterpretAsFloats();
    }

    private static IntVector magnitudes(FloatVector x) {
        return x.reinterpretAsInts().and(~SIGN);
    }

    private static void copy(MemorySegment from, long at, MemorySegment to, long toAt, int n) {
        for (int i = 0; i < n; i++) {
            to.set(FLOAT, (toAt + i) * 4, from.get(FLOAT, (at + i) * 4));
        }
    }
}
