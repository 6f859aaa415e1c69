package dev.herd.numerics.kernel;

import dev.herd.numerics.ElementType;
import dev.herd.numerics.RoundingNoise;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What [Halves] computes.
final class ScalarHalves implements Halves.Kernel {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

    @Override
    public void decode(ElementType type, MemorySegment from, long fromAt, MemorySegment to, long toAt, long n) {
        for (long i = 0; i < n; i++) {
            ElementType.FP32.set(to, toAt + i, type.get(from, fromAt + i));
        }
    }

    @Override
    public void encode(ElementType type, MemorySegment from, long fromAt, MemorySegment to, long toAt, long n) {
        for (long i = 0; i < n; i++) {
            type.set(to, toAt + i, ElementType.FP32.get(from, fromAt + i));
        }
    }

    @Override
    public void encodeStochastic(
            ElementType type, MemorySegment from, long fromAt, MemorySegment to, long toAt, long n, long random) {
        for (long i = 0; i < n; i++) {
            encodeOne(type, from, fromAt + i, to, toAt + i, RoundingNoise.of(random, (int) i));
        }
    }

    void encodeOne(ElementType type, MemorySegment from, long fromAt, MemorySegment to, long toAt, int noise) {
        float value = ElementType.FP32.get(from, fromAt);
        switch (type) {
            case FP32 -> type.set(to, toAt, value);
            case FP16 -> to.set(SHORT, toAt * 2, fp16(value, noise));
            case BF16 -> to.set(SHORT, toAt * 2, bf16(value, noise));
        }
    }

    private static short bf16(float value, int noise) {
        int bits = Float.floatToRawIntBits(value);
        if ((bits & 0x7FFFFFFF) >= 0x7F800000) {
            return ElementType.bf16(value);
        }
        return (short) (bits + (noise & 0xFFFF) >>> 16);
    }

    private static short fp16(float value, int noise) {
        int bits = Float.floatToRawIntBits(value);
        int magnitude = bits & 0x7FFFFFFF;
        if (magnitude >= 0x7F800000) {
            return Float.floatToFloat16(value);
        }
        int half;
        if (magnitude < 0x38800000) { // below 2^-14 halves are multiples of 2^-24
            half = (int) (Math.abs(value) * 0x1p24f + (noise & 0x1FFF) * 0x1p-13f);
        } else {
            half = Math.min(magnitude + (noise & 0x1FFF) - 0x38000000 >>> 13, 0x7C00);
        }
        return (short) (bits >>> 16 & 0x8000 | half);
    }
}
