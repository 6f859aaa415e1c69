package dev.herd.numerics.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Where the bytes of a packed row are.
///
/// Blocks under a power of two: the scale byte; the microexponents, lowest bit first; of integers below 8
/// bits the signs, then the other bits of two's complement; the codes, lowest bit first. Rows under an fp32
/// scale: the scale (not of a tensor), integer inner scales, then the codes; an E4M3 inner scale stands
/// before the codes under it. Every part begins at a byte; numbers are little-endian.
///
/// **Paper**: AMD's packing of MX9 and MX6; MX4 by analogy. OCP does not say how blocks lie in memory.
record Packing(NumberFormat format) {
    private int firstWidth() {
        return format.first().width();
    }

    private int secondWidth() {
        return format.second().width();
    }

    long rowBytes(long n) {
        return switch (format.first().kind()) {
            case POWER_OF_TWO -> ceil(n, firstWidth()) * blockBytes();
            case FLOAT32 ->
                firstWidth() > 0
                        ? ceil(n, firstWidth()) * (Float.BYTES + codeBytes(firstWidth()))
                        : headBytes() + bodyBytes(n);
            case NONE, MICROEXPONENT, E4M3, INTEGER -> codeBytes(n);
        };
    }

    /// Bytes of a block under a power of two.
    int blockBytes() {
        return codesAt() + (int) (signBytes() + ceil((long) firstWidth() * format.codeBits(), 8));
    }

    /// Where in a block under a power of two the codes begin, their signs first.
    int codesAt() {
        int shifts = format.second().kind() == Level.Kind.MICROEXPONENT
                ? (int) ceil(
                        (long) firstWidth() / secondWidth() * format.second().bits(), 8)
                : 0;
        return 1 + shifts;
    }

    /// Bytes of the signs of a block.
    int signBytes() {
        return format.signsApart() ? (int) ceil(firstWidth(), 8) : 0;
    }

    /// Bytes of the scale before a row.
    int headBytes() {
        return firstWidth() == Level.ROW ? Float.BYTES : 0;
    }

    /// Bytes of the integer inner scales of a row.
    long innerBytes(long n) {
        return ceil(ceil(n, secondWidth()) * format.second().bits(), 8);
    }

    private long bodyBytes(long n) {
        return switch (format.second().kind()) {
            case E4M3 -> ceil(n, secondWidth()) * (1 + codeBytes(secondWidth()));
            case INTEGER -> innerBytes(n) + codeBytes(n);
            case NONE, MICROEXPONENT, POWER_OF_TWO, FLOAT32 -> codeBytes(n);
        };
    }

    long codeBytes(long n) {
        return ceil(n * format.element().bits(), 8);
    }

    /// Writes code `i` of a block under a power of two into bytes that are zero.
    void putBlockCode(MemorySegment to, long at, int i, int code) {
        if (format.order() == NumberFormat.Order.SPLIT_HALVES) {
            int half = firstWidth() / 2;
            put(to, (at + i % half) * 8 + i / half * 4L, 4, code);
            return;
        }
        int bits = format.codeBits();
        if (format.signsApart()) {
            put(to, at * 8 + i, 1, code >>> bits);
        }
        put(to, (at + signBytes()) * 8 + (long) i * bits, bits, code & (1 << bits) - 1);
    }

    int blockCode(MemorySegment from, long at, int i) {
        if (format.order() == NumberFormat.Order.SPLIT_HALVES) {
            int half = firstWidth() / 2;
            return get(from, (at + i % half) * 8 + i / half * 4L, 4);
        }
        int bits = format.codeBits();
        int code = get(from, (at + signBytes()) * 8 + (long) i * bits, bits);
        return format.signsApart() ? code | get(from, at * 8 + i, 1) << bits : code;
    }

    /// Adds a field of at most 16 bits at a bit of bytes that are zero there.
    static void put(MemorySegment to, long bit, int width, int field) {
        long shifted = (long) field << (bit & 7);
        long at = bit >>> 3;
        for (int left = width + (int) (bit & 7); left > 0; left -= 8) {
            byte old = to.get(ValueLayout.JAVA_BYTE, at);
            to.set(ValueLayout.JAVA_BYTE, at++, (byte) (old | shifted));
            shifted >>>= 8;
        }
    }

    static int get(MemorySegment from, long bit, int width) {
        int field = 0;
        long at = bit >>> 3;
        int end = width + (int) (bit & 7);
        for (int have = 0; have < end; have += 8) {
            field |= (from.get(ValueLayout.JAVA_BYTE, at++) & 0xFF) << have;
        }
        return field >>> (bit & 7) & (1 << width) - 1;
    }

    static long ceil(long n, long by) {
        return (n + by - 1) / by;
    }
}
