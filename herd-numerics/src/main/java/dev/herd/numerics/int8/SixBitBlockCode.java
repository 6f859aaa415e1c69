package dev.herd.numerics.int8;

import static dev.herd.numerics.machine.VectorOp.VCVTDQ2PS;
import static dev.herd.numerics.machine.VectorOp.VMULPS;
import static dev.herd.numerics.machine.VectorOp.VPANDD;
import static dev.herd.numerics.machine.VectorOp.VPORD;
import static dev.herd.numerics.machine.VectorOp.VPSLLD;
import static dev.herd.numerics.machine.VectorOp.VPSRAD;

/// Q6_K: for each half of the block 64 bytes with the low four bits of 128 numbers, and 32 with their upper
/// two; sixteen signed scales; an fp16 scale. A unit is half of one of the eight runs of 32 numbers.
record SixBitBlockCode() implements BlockCode {
    private static final int LOW_HALVES = 30;
    private static final int UPPER_BITS = 29;
    private static final int D = 27;
    private static final int WORK = 26;
    private static final int OTHER_WORK = 25;

    @Override
    public void prepare(RowCode rows) {
        rows.constant(LOW_HALVES, 0x0F0F0F0F);
        rows.constant(UPPER_BITS, 0x30303030);
    }

    @Override
    public void write(RowCode rows, RowSink sink) {
        rows.halves(D, 208);
        for (int side = 0; side < 2; side++) {
            for (int half = 0; half < 2; half++) {
                rows.piece(0, 64 * side + 16 * half);
                rows.piece(4, 64 * side + 32 + 16 * half);
                rows.piece(8, 128 + 32 * side + 16 * half);
                for (int run = 0; run < 4; run++) {
                    for (int step = 0; step < 4; step++) {
                        codes(rows, run, step);
                        sink.codes(rows.code, 8 * side + 2 * run + half, step, WORK);
                    }
                }
            }
            scales(rows, sink, side);
        }
    }

    private static void codes(RowCode rows, int run, int step) {
        rows.moveBits(WORK, run % 2 * 4 + step, -(run / 2 * 4));
        rows.moveBits(OTHER_WORK, 8 + step, 4 - 2 * run);
        rows.code.vector(VPANDD, WORK, WORK, LOW_HALVES);
        rows.code.vector(VPANDD, OTHER_WORK, OTHER_WORK, UPPER_BITS).vector(VPORD, WORK, WORK, OTHER_WORK);
    }

    private static void scales(RowCode rows, RowSink sink, int side) {
        rows.piece(0, 192);
        for (int i = 0; i < 8; i++) {
            rows.code.shift(VPSLLD, WORK, 2 * side + i / 4, 24 - 8 * (i % 4)).shift(VPSRAD, WORK, WORK, 24);
            rows.code.vector(VCVTDQ2PS, WORK, WORK).vector(VMULPS, WORK, WORK, D);
            sink.scales(rows.code, 8 * side + i, WORK);
        }
    }
}
