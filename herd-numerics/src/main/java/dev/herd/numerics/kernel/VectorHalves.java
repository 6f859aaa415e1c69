package dev.herd.numerics.kernel;

import static dev.herd.numerics.kernel.VectorSums.FLOATS;
import static dev.herd.numerics.kernel.VectorSums.LANES;
import static dev.herd.numerics.kernel.VectorSums.ORDER;
import static dev.herd.numerics.kernel.VectorSums.SHORTS;

import dev.herd.numerics.ElementType;
import dev.herd.numerics.RoundingNoise;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// [ScalarHalves] with the Vector API; the last elements, fewer than a vector, are left to it.
final class VectorHalves implements Halves.Kernel {
    private static final int INFINITY = 0x7F800000;

    private final ScalarHalves scalar = new ScalarHalves();

    @Override
    public void decode(ElementType type, MemorySegment from, long fromAt, MemorySegment to, long toAt, long n) {
        long vectors = n - n % LANES;
        switch (type) {
            case FP32 -> MemorySegment.copy(from, fromAt * 4, to, toAt * 4, n * 4);
            case FP16 -> {
                for (long i = 0; i < vectors; i += LANES) {
                    VectorSums.widenFp16(halves(from, fromAt + i)).intoMemorySegment(to, (toAt + i) * 4, ORDER);
                }
            }
            case BF16 -> {
                for (long i = 0; i < vectors; i += LANES) {
                    VectorSums.widenBf16(halves(from, fromAt + i)).intoMemorySegment(to, (toAt + i) * 4, ORDER);
                }
            }
        }
        if (type != ElementType.FP32) {
            scalar.decode(type, from, fromAt + vectors, to, toAt + vectors, n - vectors);
        }
    }

    @Override
    public void encode(ElementType type, MemorySegment from, long fromAt, MemorySegment to, long toAt, long n) {
        long vectors = n - n % LANES;
        switch (type) {
            case FP32 -> MemorySegment.copy(from, fromAt * 4, to, toAt * 4, n * 4);
            case FP16 -> {
                for (long i = 0; i < vectors; i += LANES) {
                    store(nearestFp16(bits(from, fromAt + i)), to, toAt + i);
                }
            }
            case BF16 -> {
                for (long i = 0; i < vectors; i += LANES) {
                    store(nearestBf16(bits(from, fromAt + i)), to, toAt + i);
                }
            }
        }
        if (type != ElementType.FP32) {
            scalar.encode(type, from, fromAt + vectors, to, toAt + vectors, n - vectors);
        }
    }

    @Override
    public void encodeStochastic(
            ElementType type, MemorySegment from, long fromAt, MemorySegment to, long toAt, long n, long random) {
        long vectors = n - n % LANES;
        switch (type) {
            case FP32 -> MemorySegment.copy(from, fromAt * 4, to, toAt * 4, n * 4);
            case FP16 -> {
                for (long i = 0; i < vectors; i += LANES) {
                    store(stochasticFp16(bits(from, fromAt + i), VectorNoise.of(random, (int) i)), to, toAt + i);
                }
            }
            case BF16 -> {
                for (long i = 0; i < vectors; i += LANES) {
                    store(stochasticBf16(bits(from, fromAt + i), VectorNoise.of(random, (int) i)), to, toAt + i);
                }
            }
        }
        if (type != ElementType.FP32) {
            for (long i = vectors; i < n; i++) {
                scalar.encodeOne(type, from, fromAt + i, to, toAt + i, RoundingNoise.of(random, (int) i));
            }
        }
    }

    private static ShortVector halves(MemorySegment from, long at) {
        return ShortVector.fromMemorySegment(SHORTS, from, at * 2, ORDER);
    }

    private static IntVector bits(MemorySegment from, long at) {
        return FloatVector.fromMemorySegment(FLOATS, from, at * 4, ORDER).reinterpretAsInts();
    }

    private static void store(IntVector halves, MemorySegment to, long at) {
        ((ShortVector) halves.convertShape(VectorOperators.I2S, SHORTS, 0)).intoMemorySegment(to, at * 2, ORDER);
    }

    private static IntVector nearestBf16(IntVector bits) {
        IntVector upper = bits.lanewise(VectorOperators.LSHR, 16);
        IntVector rounded = bits.add(upper.and(1)).add(0x7FFF).lanewise(VectorOperators.LSHR, 16);
        VectorMask<Integer> nan = bits.and(0x7FFFFFFF).compare(VectorOperators.GT, INFINITY);
        return rounded.blend(upper.or(0x40), nan);
    }

    private static IntVector stochasticBf16(IntVector bits, IntVector noise) {
        IntVector rounded = bits.add(noise.and(0xFFFF)).lanewise(VectorOperators.LSHR, 16);
        VectorMask<Integer> special = bits.and(0x7FFFFFFF).compare(VectorOperators.GE, INFINITY);
        return rounded.blend(nearestBf16(bits), special);
    }

    private static IntVector nearestFp16(IntVector bits) {
        IntVector magnitude = bits.and(0x7FFFFFFF);
        IntVector odd = magnitude.lanewise(VectorOperators.LSHR, 13).and(1);
        IntVector normal = magnitude
                .add(odd)
                .add(0xFFF - 0x38000000)
                .lanewise(VectorOperators.LSHR, 13)
                .min(0x7C00);
        // Adding 0.5 leaves a number below 2^-14 rounded to a multiple of 2^-24 in the mantissa.
        IntVector subnormal =
                magnitude.reinterpretAsFloats().add(0.5f).reinterpretAsInts().sub(0x3F000000);
        IntVector half = normal.blend(subnormal, magnitude.compare(VectorOperators.LT, 0x38800000));
        half = half.blend(0x7C00, magnitude.compare(VectorOperators.GE, INFINITY));
        IntVector nan = magnitude.lanewise(VectorOperators.LSHR, 13).and(0x3FF).or(0x7E00);
        half = half.blend(nan, magnitude.compare(VectorOperators.GT, INFINITY));
        return half.or(sign(bits));
    }

    private static IntVector stochasticFp16(IntVector bits, IntVector noise) {
        IntVector magnitude = bits.and(0x7FFFFFFF);
        IntVector low = noise.and(0x1FFF);
        IntVector normal = magnitude
                .add(low)
                .sub(0x38000000)
                .lanewise(VectorOperators.LSHR, 13)
                .min(0x7C00);
        FloatVector dither = ((FloatVector) low.convert(VectorOperators.I2F, 0)).mul(0x1p-13f);
        FloatVector scaled = magnitude.reinterpretAsFloats().mul(0x1p24f).add(dither);
        IntVector subnormal = (IntVector) scaled.convert(VectorOperators.F2I, 0);
        IntVector half = normal.blend(subnormal, magnitude.compare(VectorOperators.LT, 0x38800000));
        VectorMask<Integer> special = magnitude.compare(VectorOperators.GE, INFINITY);
        return half.or(sign(bits)).blend(nearestFp16(bits), special);
    }

    private static IntVector sign(IntVector bits) {
        return bits.lanewise(VectorOperators.LSHR, 16).and(0x8000);
    }
}
