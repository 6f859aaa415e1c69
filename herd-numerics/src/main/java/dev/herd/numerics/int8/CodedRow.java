package dev.herd.numerics.int8;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// One row of weights taken apart: whole numbers, and for each unit of them a scale and a minimum. Their
/// meaning is that of the decoders of [dev.herd.numerics.block.BlockFormat], where layouts are told.
final class CodedRow {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// Twice what the codes of E2M1 mean.
    private static final int[] E2M1 = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

    private final Coding coding;
    private final int[] codes;
    private final float[] scales;
    private final float[] minima;

    CodedRow(Coding coding, int columns) {
        this.coding = coding;
        codes = new int[columns];
        scales = new float[columns / coding.unit];
        minima = new float[columns / coding.unit];
    }

    int width() {
        return coding.unit;
    }

    int units() {
        return scales.length;
    }

    boolean minima() {
        return coding.minima;
    }

    int code(int i) {
        return codes[i];
    }

    float scale(int unit) {
        return scales[unit];
    }

    float minimum(int unit) {
        return minima[unit];
    }

    /// Reads the row at byte `at`.
    void read(MemorySegment w, long at) {
        int width = coding.format.width();
        for (int block = 0; block < codes.length / width; block++) {
            MemorySegment bytes = w.asSlice(at + (long) block * coding.format.bytes(), coding.format.bytes());
            int first = block * width;
            switch (coding) {
                case Q8_0 -> q8With0(bytes, first);
                case Q4_0 -> q4With0(bytes, first);
                case MXFP4 -> mxfp4(bytes, first);
                case Q4_K -> q4(bytes, first, false);
                case Q5_K -> q4(bytes, first, true);
                case Q6_K -> q6(bytes, first);
            }
        }
    }

    private void q8With0(MemorySegment block, int first) {
        scales[first / 32] = half(block, 0);
        for (int i = 0; i < 32; i++) {
            codes[first + i] = block.get(ValueLayout.JAVA_BYTE, 2 + i);
        }
    }

    private void q4With0(MemorySegment block, int first) {
        scales[first / 32] = half(block, 0);
        for (int i = 0; i < 32; i++) {
            codes[first + i] = (unsigned(block, 2 + i % 16) >> i / 16 * 4 & 15) - 8;
        }
    }

    private void mxfp4(MemorySegment block, int first) {
        int code = unsigned(block, 0);
        scales[first / 32] = code == 255 ? Float.NaN : Math.scalb(1f, code - 128);
        for (int i = 0; i < 32; i++) {
            codes[first + i] = E2M1[unsigned(block, 1 + i % 16) >> i / 16 * 4 & 15];
        }
    }

    private void q4(MemorySegment block, int first, boolean fifths) {
        for (int part = 0; part < 8; part++) {
            int low = part % 4;
            int upper = part / 4;
            int last = unsigned(block, 12 + low);
            int scale = unsigned(block, 4 + low);
            int minimum = unsigned(block, 8 + low);
            scales[first / 32 + part] = half(block, 0) * (upper == 0 ? scale & 63 : last & 15 | scale >> 6 << 4);
            minima[first / 32 + part] = half(block, 2) * (upper == 0 ? minimum & 63 : last >> 4 | minimum >> 6 << 4);
            for (int i = 0; i < 32; i++) {
                int code = unsigned(block, (fifths ? 48 : 16) + part / 2 * 32 + i) >> part % 2 * 4 & 15;
                codes[first + part * 32 + i] = fifths ? code | (unsigned(block, 16 + i) >> part & 1) << 4 : code;
            }
        }
    }

    private void q6(MemorySegment block, int first) {
        for (int i = 0; i < 256; i++) {
            int side = i / 128;
            int run = i % 128 / 32;
            int low = unsigned(block, side * 64 + run % 2 * 32 + i % 32) >> run / 2 * 4 & 15;
            int high = unsigned(block, 128 + side * 32 + i % 32) >> run * 2 & 3;
            codes[first + i] = (low | high << 4) - 32;
            scales[(first + i) / 16] = half(block, 208) * block.get(ValueLayout.JAVA_BYTE, 192 + i / 16);
        }
    }

    private static int unsigned(MemorySegment block, int at) {
        return block.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
    }

    private static float half(MemorySegment block, int at) {
        return Float.float16ToFloat(block.get(SHORT, at));
    }
}
