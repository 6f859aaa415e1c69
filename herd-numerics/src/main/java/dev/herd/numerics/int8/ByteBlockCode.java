package dev.herd.numerics.int8;

import static dev.herd.numerics.machine.VectorOp.VPXORD;

/// Q8_0: an fp16 scale and 32 signed bytes, whose upper bits are turned.
record ByteBlockCode() implements BlockCode {
    private static final int UPPER_BITS = 30;
    private static final int SCALES = 27;

    @Override
    public void prepare(RowCode rows) {
        rows.constant(UPPER_BITS, 0x80808080);
    }

    @Override
    public void write(RowCode rows, RowSink sink) {
        for (int piece = 0; piece < 2; piece++) {
            rows.piece(0, 2 + 16 * piece);
            for (int step = 0; step < 4; step++) {
                rows.code.vector(VPXORD, step, step, UPPER_BITS);
                sink.codes(rows.code, 0, 4 * piece + step, step);
            }
        }
        rows.halves(SCALES, 0);
        sink.scales(rows.code, 0, SCALES);
    }
}
