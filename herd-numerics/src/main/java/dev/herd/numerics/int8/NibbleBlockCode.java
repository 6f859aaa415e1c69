package dev.herd.numerics.int8;

import static dev.herd.numerics.machine.VectorOp.VMULPS;
import static dev.herd.numerics.machine.VectorOp.VPANDD;
import static dev.herd.numerics.machine.VectorOp.VPBROADCASTQ_GENERAL;
import static dev.herd.numerics.machine.VectorOp.VPCMPEQD;
import static dev.herd.numerics.machine.VectorOp.VPINSRB;
import static dev.herd.numerics.machine.VectorOp.VPMAXUD;
import static dev.herd.numerics.machine.VectorOp.VPMOVZXBD;
import static dev.herd.numerics.machine.VectorOp.VPORD;
import static dev.herd.numerics.machine.VectorOp.VPSHUFB;
import static dev.herd.numerics.machine.VectorOp.VPUNPCKLQDQ;
import static dev.herd.numerics.machine.VectorOp.VPXORD;

import dev.herd.numerics.machine.Register;

/// Q4_0 and MXFP4: a scale, and 16 bytes with numbers 0 to 15 in their low halves. MXFP4's numbers are looked
/// up, twice what they are, and its scales are half of what they are.
record NibbleBlockCode(Coding coding) implements BlockCode {
    private static final int LOW_HALVES = 30;
    private static final int TABLE = 29;
    private static final int SCALES = 27;
    private static final int OTHERS = 24;
    private static final int QUIET = 26;
    private static final int INFINITY = 25;
    private static final int ONE_HALF = 23;
    private static final int ALL_ONES = 4;

    @Override
    public void prepare(RowCode rows) {
        rows.constant(LOW_HALVES, 0x0F0F0F0F);
        if (coding == Coding.MXFP4) {
            long upper = 0x0004_0608_090A_0B0CL;
            long lower = 0x1814_1210_0F0E_0D0CL;
            rows.code.move(Register.RAX, lower).broadcast(VPBROADCASTQ_GENERAL, TABLE, Register.RAX);
            rows.code.move(Register.RAX, upper).broadcast(VPBROADCASTQ_GENERAL, SCALES, Register.RAX);
            rows.code.vector(VPUNPCKLQDQ, TABLE, TABLE, SCALES);
            rows.constant(QUIET, 0x0040_0000);
            rows.constant(INFINITY, 0x7F80_0000);
            rows.constant(ONE_HALF, Float.floatToRawIntBits(0.5f));
        }
    }

    @Override
    public void write(RowCode rows, RowSink sink) {
        rows.piece(0, coding == Coding.MXFP4 ? 1 : 2);
        for (int step = 0; step < 4; step++) {
            codes(rows, sink, step, step, 0);
            codes(rows, sink, 4 + step, step, -4);
        }
        if (coding == Coding.MXFP4) {
            powersOfTwo(rows);
        } else {
            rows.halves(SCALES, 0);
        }
        sink.scales(rows.code, 0, SCALES);
    }

    private void codes(RowCode rows, RowSink sink, int step, int from, int bits) {
        int to = 4 + step;
        if (bits != 0) {
            rows.moveBits(to, from, bits);
        }
        rows.code.vector(VPANDD, to, bits != 0 ? to : from, LOW_HALVES);
        if (coding == Coding.MXFP4) {
            rows.code.vector(VPSHUFB, to, TABLE, to);
        }
        sink.codes(rows.code, 0, step, to);
    }

    /// `2^(code - 128)`: an exponent, except for the smallest, which is subnormal, and the largest, NaN.
    private static void powersOfTwo(RowCode rows) {
        rows.code.vector(VPXORD, SCALES, SCALES, SCALES).vector(VPXORD, OTHERS, OTHERS, OTHERS);
        for (int row = 0; row < Panel.ROWS / 2; row++) {
            rows.code.vector(VPINSRB, SCALES, SCALES, rows.row(row, 0), row);
            rows.code.vector(VPINSRB, OTHERS, OTHERS, rows.row(row + 8, 0), row);
        }
        rows.code.vector(VPUNPCKLQDQ, SCALES, SCALES, OTHERS).vector(VPMOVZXBD, SCALES, SCALES);
        rows.moveBits(SCALES, SCALES, 23);
        rows.code.vector(VPMAXUD, SCALES, SCALES, QUIET);
        rows.code.vector(VPCMPEQD, ALL_ONES, SCALES, INFINITY);
        rows.code.masked(VPORD, ALL_ONES, SCALES, SCALES, QUIET);
        rows.code.vector(VMULPS, SCALES, SCALES, ONE_HALF);
    }
}
