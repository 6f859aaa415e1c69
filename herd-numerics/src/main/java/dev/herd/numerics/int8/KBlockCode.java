package dev.herd.numerics.int8;

import static dev.herd.numerics.machine.VectorOp.VCVTDQ2PS;
import static dev.herd.numerics.machine.VectorOp.VCVTPH2PS;
import static dev.herd.numerics.machine.VectorOp.VMOVDQU32;
import static dev.herd.numerics.machine.VectorOp.VMULPS;
import static dev.herd.numerics.machine.VectorOp.VPANDD;
import static dev.herd.numerics.machine.VectorOp.VPMOVDW;
import static dev.herd.numerics.machine.VectorOp.VPORD;

/// Q4_K and Q5_K: sixteen bytes with two fp16 scales, and eight scales and minima of six bits; then, for five
/// bits, the fifth ones; then numbers in the halves of bytes, two units of 32 in 32 bytes.
record KBlockCode(Coding coding) implements BlockCode {
    private static final int LOW_HALVES = 30;
    private static final int FIFTHS = 29;
    private static final int D = 26;
    private static final int D_MINIMUM = 27;
    private static final int FOUR_BITS = 25;
    private static final int UPPER_BITS = 24;
    private static final int SIX_BITS = 23;

    /// What the last three numbers of the sixteen bytes are kept in.
    private static final int FIRST_SCALES = 20;

    private static final int FIRST_MINIMA = 21;
    private static final int LAST = 22;
    private static final int RAW = 0;
    private static final int WORK = 8;

    @Override
    public void prepare(RowCode rows) {
        rows.constant(LOW_HALVES, 0x0F0F0F0F);
        rows.constant(FIFTHS, 0x10101010);
        rows.constant(FOUR_BITS, 15);
        rows.constant(UPPER_BITS, 0x30);
        rows.constant(SIX_BITS, 63);
    }

    @Override
    public void write(RowCode rows, RowSink sink) {
        header(rows);
        for (int pair = 0; pair < 4; pair++) {
            for (int half = 0; half < 2; half++) {
                rows.piece(RAW, numbers() + 32 * pair + 16 * half);
                if (coding == Coding.Q5_K) {
                    rows.piece(RAW + 4, 16 + 16 * half);
                }
                for (int step = 0; step < 4; step++) {
                    codes(rows, sink, 2 * pair, 4 * half + step, RAW + step);
                    codes(rows, sink, 2 * pair + 1, 4 * half + step, RAW + step);
                }
            }
            for (int unit = 2 * pair; unit < 2 * pair + 2; unit++) {
                sixBits(rows, unit, FIRST_SCALES, 0);
                scaled(rows, D);
                sink.scales(rows.code, unit, WORK);
                sixBits(rows, unit, FIRST_MINIMA, 4);
                scaled(rows, D_MINIMUM);
                sink.minima(rows.code, unit, WORK);
            }
        }
    }

    private int numbers() {
        return coding == Coding.Q5_K ? 48 : 16;
    }

    private void header(RowCode rows) {
        rows.piece(RAW, 0);
        rows.code.vector(VPMOVDW, RAW, WORK).vector(VCVTPH2PS, D, WORK);
        rows.moveBits(RAW, RAW, -16);
        rows.code.vector(VPMOVDW, RAW, WORK).vector(VCVTPH2PS, D_MINIMUM, WORK);
        for (int i = 0; i < 3; i++) {
            rows.code.vector(VMOVDQU32, FIRST_SCALES + i, RAW + 1 + i);
        }
    }

    private void codes(RowCode rows, RowSink sink, int unit, int step, int raw) {
        if (unit % 2 == 1) {
            rows.moveBits(WORK, raw, -4);
        }
        rows.code.vector(VPANDD, WORK, unit % 2 == 1 ? WORK : raw, LOW_HALVES);
        if (coding == Coding.Q5_K) {
            rows.moveBits(WORK + 1, raw + 4, 4 - unit);
            rows.code.vector(VPANDD, WORK + 1, WORK + 1, FIFTHS).vector(VPORD, WORK, WORK, WORK + 1);
        }
        sink.codes(rows.code, unit, step, WORK);
    }

    /// Six bits of `first` for the first four units; for the others four bits of the last number, from bit
    /// `from` of a byte on, under the two bits of `first` above its six.
    private static void sixBits(RowCode rows, int unit, int first, int from) {
        int at = 8 * (unit % 4);
        if (unit < 4) {
            rows.moveBits(WORK, first, -at);
            rows.code.vector(VPANDD, WORK, WORK, SIX_BITS);
            return;
        }
        rows.moveBits(WORK, LAST, -(at + from));
        rows.code.vector(VPANDD, WORK, WORK, FOUR_BITS);
        rows.moveBits(WORK + 1, first, -(at + 2));
        rows.code.vector(VPANDD, WORK + 1, WORK + 1, UPPER_BITS).vector(VPORD, WORK, WORK, WORK + 1);
    }

    private static void scaled(RowCode rows, int by) {
        rows.code.vector(VCVTDQ2PS, WORK, WORK).vector(VMULPS, WORK, WORK, by);
    }
}
