package dev.herd.numerics;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// How one number of a table or tensor is stored. Arithmetic is always done in fp32.
///
/// **Errors**: rounding to the nearest (ties to even) costs at most half a unit in the last place, which is `2^-24`
/// relative for FP32, `2^-11` for FP16 (normal range `2^-14 .. 65504`, beyond it infinity), `2^-8` for BF16.
public enum ElementType {
    FP32(4),
    FP16(2),
    BF16(2);

    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

    private final int bytes;

    ElementType(int bytes) {
        this.bytes = bytes;
    }

    /// Bytes of one element.
    public int bytes() {
        return bytes;
    }

    /// Element `index` of a segment of this type, widened to fp32 without loss.
    public float get(MemorySegment segment, long index) {
        return switch (this) {
            case FP32 -> segment.get(FLOAT, index * 4);
            case FP16 -> Float.float16ToFloat(segment.get(SHORT, index * 2));
            case BF16 -> Float.intBitsToFloat(segment.get(SHORT, index * 2) << 16);
        };
    }

    /// Writes element `index`, rounded to the nearest value that this type can hold.
    public void set(MemorySegment segment, long index, float value) {
        switch (this) {
            case FP32 -> segment.set(FLOAT, index * 4, value);
            case FP16 -> segment.set(SHORT, index * 2, Float.floatToFloat16(value));
            case BF16 -> segment.set(SHORT, index * 2, bf16(value));
        }
    }

    /// The bf16 nearest to a float; NaN stays a (quiet) NaN.
    public static short bf16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if ((bits & 0x7FFFFFFF) > 0x7F800000) {
            return (short) (bits >>> 16 | 0x40);
        }
        return (short) (bits + 0x7FFF + (bits >>> 16 & 1) >>> 16);
    }
}
