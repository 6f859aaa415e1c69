package dev.herd.numerics.int8;

import static dev.herd.numerics.machine.VectorOp.VBROADCASTI32X4;
import static dev.herd.numerics.machine.VectorOp.VCVTPH2PS;
import static dev.herd.numerics.machine.VectorOp.VINSERTI32X4;
import static dev.herd.numerics.machine.VectorOp.VPBROADCASTD_GENERAL;
import static dev.herd.numerics.machine.VectorOp.VPINSRW;
import static dev.herd.numerics.machine.VectorOp.VPUNPCKHDQ;
import static dev.herd.numerics.machine.VectorOp.VPUNPCKHQDQ;
import static dev.herd.numerics.machine.VectorOp.VPUNPCKLDQ;
import static dev.herd.numerics.machine.VectorOp.VPUNPCKLQDQ;
import static dev.herd.numerics.machine.VectorOp.VPXORD;

import dev.herd.numerics.machine.Assembler;
import dev.herd.numerics.machine.Place;
import dev.herd.numerics.machine.Register;
import dev.herd.numerics.machine.VectorOp;

/// Reads rows of weights where they lie, sixteen at a time, and hands what they hold to a [RowSink], each row
/// in its lane. The rows follow each other without a gap.
///
/// Arguments: what the sink makes of RDI and RDX, rows (RSI), blocks in a row (RCX), bytes of a row (R8),
/// sixteens of rows (R9).
///
/// While sixteen rows are read, the next sixteen are asked for from front to back, as the memory likes it:
/// what reads sixteen rows side by side reads every place too late otherwise.
final class RowCode {
    private static final Register ROWS = Register.RSI;
    private static final Register STRIDE = Register.R8;
    private static final Register STRIDES = Register.RBX;
    private static final Register AHEAD = Register.RBP;
    private static final Register BLOCKS = Register.R12;
    private static final Register[] QUARTERS = {ROWS, Register.RAX, Register.R10, Register.R11};
    private static final Register[] SAVED = {STRIDES, AHEAD, BLOCKS, Register.R13};
    private static final int LINE = 64;

    /// Lines that are asked for at a time: with each sixteen bytes of sixteen rows as many as these take.
    private static final int LINES = 4;

    private static final int WORK = 12;

    final Assembler code;
    private final Coding coding;
    private final RowSink sink;

    /// Bytes of the next rows that have been asked for.
    private int asked;

    RowCode(Assembler code, Coding coding, RowSink sink) {
        this.code = code;
        this.coding = coding;
        this.sink = sink;
    }

    void write(BlockCode block) {
        for (Register register : SAVED) {
            code.push(register);
        }
        for (int quarter = 1; quarter < 4; quarter++) {
            code.move(Register.RAX, 0xF << 4 * quarter).moveToMask(quarter, Register.RAX);
        }
        sink.prepare(code);
        block.prepare(this);
        code.address(STRIDES, STRIDE.at(STRIDE, 2, 0));
        int top = code.here();
        code.address(QUARTERS[1], ROWS.at(STRIDE, 4, 0));
        code.address(QUARTERS[2], ROWS.at(STRIDE, 8, 0));
        code.address(QUARTERS[3], QUARTERS[1].at(STRIDE, 8, 0));
        code.address(AHEAD, QUARTERS[2].at(STRIDE, 8, 0));
        code.move(BLOCKS, Register.RCX);
        sink.begin(code);
        int loop = code.here();
        asked = 0;
        block.write(this, sink);
        ask(Integer.MAX_VALUE);
        sink.next(code);
        for (Register quarter : QUARTERS) {
            code.add(quarter, coding.format.bytes());
        }
        code.add(AHEAD, Panel.ROWS * coding.format.bytes());
        code.decrement(BLOCKS).jumpIfNotZero(loop);
        sink.end(code);
        code.address(ROWS, QUARTERS[3].at(STRIDES, 1, 0));
        code.decrement(Register.R9).jumpIfNotZero(top);
        for (int i = SAVED.length - 1; i >= 0; i--) {
            code.pop(SAVED[i]);
        }
        code.end();
    }

    /// Asks for up to `lines` more of the lines that a block of each of the next rows takes.
    private void ask(int lines) {
        for (int i = 0; i < lines && asked < Panel.ROWS * coding.format.bytes(); i++) {
            code.prefetch(AHEAD.at(asked));
            asked += LINE;
        }
    }

    /// Fills the lanes of a register with one number.
    void constant(int register, int number) {
        code.move(Register.RAX, number).broadcast(VPBROADCASTD_GENERAL, register, Register.RAX);
    }

    /// Four registers from `first` on: sixteen bytes of each row, the register of each four holds them for
    /// all rows.
    void piece(int first, int offset) {
        ask(LINES);
        for (int row = 0; row < 4; row++) {
            code.vector(VBROADCASTI32X4, first + row, row(row, offset));
            for (int quarter = 1; quarter < 4; quarter++) {
                code.masked(VBROADCASTI32X4, quarter, first + row, row(4 * quarter + row, offset));
            }
        }
        for (int pair = 0; pair < 2; pair++) {
            int a = first + 2 * pair;
            code.vector(VPUNPCKLDQ, WORK + 2 * pair, a, a + 1);
            code.vector(VPUNPCKHDQ, WORK + 2 * pair + 1, a, a + 1);
        }
        for (int half = 0; half < 2; half++) {
            code.vector(VPUNPCKLQDQ, first + 2 * half, WORK + half, WORK + half + 2);
            code.vector(VPUNPCKHQDQ, first + 2 * half + 1, WORK + half, WORK + half + 2);
        }
    }

    /// One fp16 number of each row, as fp32. Uses registers 24 and 25.
    void halves(int to, int offset) {
        for (int side = 0; side < 2; side++) {
            code.vector(VPXORD, 24 + side, 24 + side, 24 + side);
            for (int row = 0; row < 8; row++) {
                code.vector(VPINSRW, 24 + side, 24 + side, row(8 * side + row, offset), row);
            }
        }
        code.vector(VINSERTI32X4, 24, 24, 25, 1).vector(VCVTPH2PS, to, 24);
    }

    /// `to = from`, moved up by `bits`, or down when negative.
    void moveBits(int to, int from, int bits) {
        code.shift(bits < 0 ? VectorOp.VPSRLD : VectorOp.VPSLLD, to, from, Math.abs(bits));
    }

    /// The place `offset` bytes into the block of row `row`.
    Place row(int row, int offset) {
        Register quarter = QUARTERS[row / 4];
        return switch (row % 4) {
            case 0 -> quarter.at(offset);
            case 1, 2 -> quarter.at(STRIDE, row % 4, offset);
            default -> quarter.at(STRIDES, 1, offset);
        };
    }
}
