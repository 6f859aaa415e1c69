package dev.herd.numerics.format;

import dev.herd.numerics.RoundingNoise;
import dev.herd.numerics.format.Level.Kind;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// What packing and unpacking of every format mean. Powers of two are applied in double precision, hence
/// exactly; numbers are divided by fp32 scales in fp32.
final class ScalarCodec implements BlockCodec.Packer, BlockCodec.Unpacker {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ValueLayout.OfFloat STORED =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final int E4M3_NAN = 0x7F;

    private final NumberFormat format;
    private final Element element;
    private final Rounding rounding;
    private final Packing packing;
    private final float tensorScale;
    private final float[] values;

    ScalarCodec(NumberFormat format, float tensorScale) {
        this.format = format;
        this.element = format.element();
        this.rounding = format.rounding();
        this.packing = new Packing(format);
        this.tensorScale = tensorScale;
        this.values = new float[1 << element.bits()];
        for (int code = 0; code < values.length; code++) {
            values[code] = element.value(code);
        }
    }

    @Override
    public void encode(MemorySegment from, long fromAt, int n, MemorySegment to, long at, long random) {
        to.asSlice(at, packing.rowBytes(n)).fill((byte) 0);
        switch (format.first().kind()) {
            case POWER_OF_TWO -> {
                int width = format.first().width();
                for (int i = 0; i < n; i += width) {
                    encodeBlock(from, fromAt, i, n, to, at + (long) i / width * packing.blockBytes(), random);
                }
            }
            case FLOAT32 -> encodeScaled(from, fromAt, n, to, at, random);
            case NONE, MICROEXPONENT, E4M3, INTEGER -> encodeCodes(from, fromAt, 0, n, to, at, 1, random);
        }
    }

    @Override
    public void decode(MemorySegment from, long at, int n, MemorySegment to, long toAt) {
        switch (format.first().kind()) {
            case POWER_OF_TWO -> {
                int width = format.first().width();
                for (int i = 0; i < n; i += width) {
                    decodeBlock(from, at + (long) i / width * packing.blockBytes(), i, n, to, toAt);
                }
            }
            case FLOAT32 -> decodeScaled(from, at, n, to, toAt);
            case NONE, MICROEXPONENT, E4M3, INTEGER -> decodeCodes(from, at, 0, n, to, toAt, 1);
        }
    }

    /// Packs the block whose first number is `first` of a row of `n`, into bytes that are zero.
    void encodeBlock(MemorySegment from, long fromAt, int first, int n, MemorySegment to, long at, long random) {
        int width = format.first().width();
        int end = Math.min(n, first + width);
        float largest = largest(from, fromAt, first, end);
        int top = (1 << format.first().bits() - 1) - 1;
        if (!(largest <= Float.MAX_VALUE) || ScaleRule.FLOOR.exponent(largest, element) > top) {
            to.set(BYTE, at, (byte) ((1 << format.first().bits()) - 1));
            return;
        }
        int exponent = Math.clamp(format.rule().exponent(largest, element), -top, top);
        to.set(BYTE, at, (byte) (largest == 0 ? 0 : exponent + top));
        boolean shifted = format.second().kind() == Kind.MICROEXPONENT && largest > 0;
        int part = shifted ? format.second().width() : width;
        for (int i = first; i < first + width; i += part) {
            int shift = 0;
            if (shifted) {
                shift = shift(exponent, largest(from, fromAt, i, Math.min(n, i + part)));
                int bits = format.second().bits();
                Packing.put(to, (at + 1) * 8 + (long) (i - first) / part * bits, bits, shift);
            }
            for (int k = i; k < Math.min(n, i + part); k++) {
                double steps = Math.scalb((double) get(from, fromAt + k), shift + element.unitBits() - exponent);
                int code = element.code(steps, rounding, RoundingNoise.of(random, k), true);
                packing.putBlockCode(to, at + packing.codesAt(), k - first, code);
            }
        }
    }

    /// How far below the block's binade all numbers of a part are, as far as the bits reach.
    private int shift(int exponent, float largest) {
        int most = (1 << format.second().bits()) - 1;
        return largest == 0 ? most : Math.clamp(exponent - Math.getExponent(largest), 0, most);
    }

    void decodeBlock(MemorySegment from, long at, int first, int n, MemorySegment to, long toAt) {
        int scale = from.get(BYTE, at) & 0xFF;
        int end = Math.min(n, first + format.first().width());
        if (scale == (1 << format.first().bits()) - 1) {
            for (int i = first; i < end; i++) {
                to.set(FLOAT, (toAt + i) * 4, Float.NaN);
            }
            return;
        }
        int exponent = scale - ((1 << format.first().bits() - 1) - 1) - element.unitBits();
        for (int i = first; i < end; i++) {
            double value = values[packing.blockCode(from, at + packing.codesAt(), i - first)];
            to.set(FLOAT, (toAt + i) * 4, (float) Math.scalb(value, exponent - shiftOf(from, at, i - first)));
        }
    }

    private int shiftOf(MemorySegment from, long at, int i) {
        if (format.second().kind() != Kind.MICROEXPONENT) {
            return 0;
        }
        int bits = format.second().bits();
        return Packing.get(from, (at + 1) * 8 + (long) i / format.second().width() * bits, bits);
    }

    private void encodeScaled(MemorySegment from, long fromAt, int n, MemorySegment to, long at, long random) {
        int width = format.first().width();
        if (width > 0) {
            long bytes = Float.BYTES + packing.codeBytes(width);
            for (int i = 0; i < n; i += width) {
                int end = Math.min(n, i + width);
                float scale = scale(largest(from, fromAt, i, end), element.value(element.maxCode()));
                long place = at + i / width * bytes;
                to.set(STORED, place, scale);
                encodeCodes(from, fromAt, i, end, to, place + Float.BYTES, scale, random);
            }
            return;
        }
        float scale = tensorScale;
        if (width == Level.ROW) {
            scale = outerScale(format, largestOfScale(from, fromAt, n));
            to.set(STORED, at, scale);
        }
        long body = at + packing.headBytes();
        switch (format.second().kind()) {
            case E4M3 -> encodeInnerFloats(from, fromAt, n, to, body, scale, random);
            case INTEGER -> encodeInnerIntegers(from, fromAt, n, to, body, scale, random);
            case NONE, MICROEXPONENT, POWER_OF_TWO, FLOAT32 -> encodeCodes(from, fromAt, 0, n, to, body, scale, random);
        }
    }

    /// The largest magnitude that a scale over many numbers follows. Numbers that are not finite count only
    /// where no inner scale can be NaN.
    float largestOfScale(MemorySegment from, long fromAt, long n) {
        boolean finite = format.second().kind() == Kind.E4M3;
        float largest = 0;
        for (long i = 0; i < n; i++) {
            float value = Math.abs(get(from, fromAt + i));
            if (!finite || value <= Float.MAX_VALUE) {
                largest = Math.max(largest, value);
            }
        }
        return largest;
    }

    /// The fp32 scale of a row or tensor.
    static float outerScale(NumberFormat format, float largest) {
        float element = format.element().value(format.element().maxCode());
        return switch (format.second().kind()) {
            case E4M3 -> scale(largest, element * Element.E4M3.value(Element.E4M3.maxCode()));
            case INTEGER -> scale(largest, element * ((1 << format.second().bits()) - 1));
            case NONE, MICROEXPONENT, POWER_OF_TWO, FLOAT32 -> scale(largest, element);
        };
    }

    /// NaN for what is not finite, 0 for 0, and never subnormal.
    private static float scale(float largest, float element) {
        if (!(largest <= Float.MAX_VALUE)) {
            return Float.NaN;
        }
        return largest == 0 ? 0 : Math.max(largest / element, Float.MIN_NORMAL);
    }

    private void encodeInnerFloats(
            MemorySegment from, long fromAt, int n, MemorySegment to, long at, float outer, long random) {
        int width = format.second().width();
        long bytes = 1 + packing.codeBytes(width);
        float element = this.element.value(this.element.maxCode());
        for (int i = 0; i < n; i += width) {
            int end = Math.min(n, i + width);
            long place = at + i / width * bytes;
            float largest = largest(from, fromAt, i, end);
            if (!(largest <= Float.MAX_VALUE)) {
                to.set(BYTE, place, (byte) E4M3_NAN);
            } else if (outer != 0) {
                float wanted = Math.clamp(largest / element / outer, 0x1p-9f, 448f);
                int code = Element.E4M3.code(wanted, Rounding.HALF_EVEN, 0, true);
                to.set(BYTE, place, (byte) code);
                encodeCodes(from, fromAt, i, end, to, place + 1, Element.E4M3.value(code) * outer, random);
            }
        }
    }

    private void encodeInnerIntegers(
            MemorySegment from, long fromAt, int n, MemorySegment to, long at, float outer, long random) {
        int bits = format.second().bits();
        int width = format.second().width();
        float element = this.element.value(this.element.maxCode());
        long codes = at + packing.innerBytes(n);
        for (int i = 0; i < n && outer > 0; i += width) {
            int end = Math.min(n, i + width);
            float largest = largest(from, fromAt, i, end);
            double wanted = Math.rint(largest / element / outer);
            int inner = largest == 0 ? 0 : (int) Math.clamp(wanted, 1, (1 << bits) - 1);
            Packing.put(to, at * 8 + (long) i / width * bits, bits, inner);
            encodeCodes(from, fromAt, i, end, to, codes, inner * outer, random);
        }
    }

    /// Packs numbers `first .. end-1` of a row, whose number 0 has its code at byte `at`.
    void encodeCodes(
            MemorySegment from, long fromAt, int first, int end, MemorySegment to, long at, float scale, long random) {
        if (!(scale > 0)) {
            return;
        }
        int bits = element.bits();
        int zero = format.first().width() > 0 || format.second().kind() == Kind.E4M3 ? first : 0;
        for (int i = first; i < end; i++) {
            float steps = get(from, fromAt + i) / scale;
            int code = element.code(
                    steps, rounding, RoundingNoise.of(random, i), format.first().kind() != Kind.NONE);
            Packing.put(to, at * 8 + (long) (i - zero) * bits, bits, code);
        }
    }

    private void decodeScaled(MemorySegment from, long at, int n, MemorySegment to, long toAt) {
        int width = format.first().width();
        if (width > 0) {
            long bytes = Float.BYTES + packing.codeBytes(width);
            for (int i = 0; i < n; i += width) {
                long place = at + i / width * bytes;
                float scale = from.get(STORED, place);
                decodeCodes(from, place + Float.BYTES, i, Math.min(n, i + width), to, toAt, scale);
            }
            return;
        }
        float scale = width == Level.ROW ? from.get(STORED, at) : tensorScale;
        long body = at + packing.headBytes();
        int part = format.second().width();
        switch (format.second().kind()) {
            case E4M3 -> {
                for (int i = 0; i < n; i += part) {
                    long place = body + i / part * (1 + packing.codeBytes(part));
                    float inner = Element.E4M3.value(from.get(BYTE, place) & 0xFF);
                    decodeCodes(from, place + 1, i, Math.min(n, i + part), to, toAt, inner * scale);
                }
            }
            case INTEGER -> {
                int bits = format.second().bits();
                for (int i = 0; i < n; i += part) {
                    int inner = Packing.get(from, body * 8 + (long) i / part * bits, bits);
                    long codes = body + packing.innerBytes(n);
                    decodeCodes(from, codes, i, Math.min(n, i + part), to, toAt, inner * scale);
                }
            }
            case NONE, MICROEXPONENT, POWER_OF_TWO, FLOAT32 -> decodeCodes(from, body, 0, n, to, toAt, scale);
        }
    }

    void decodeCodes(MemorySegment from, long at, int first, int end, MemorySegment to, long toAt, float scale) {
        int bits = element.bits();
        int zero = format.first().width() > 0 || format.second().kind() == Kind.E4M3 ? first : 0;
        for (int i = first; i < end; i++) {
            int code = Packing.get(from, at * 8 + (long) (i - zero) * bits, bits);
            to.set(FLOAT, (toAt + i) * 4, values[code] * scale);
        }
    }

    /// The largest magnitude; NaN if there is one.
    private static float largest(MemorySegment from, long fromAt, int first, int end) {
        float largest = 0;
        for (int i = first; i < end; i++) {
            largest = Math.max(largest, Math.abs(get(from, fromAt + i)));
        }
        return largest;
    }

    private static float get(MemorySegment from, long index) {
        return from.get(FLOAT, index * 4);
    }
}
