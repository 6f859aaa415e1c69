package dev.herd.numerics.int8;

import static dev.herd.numerics.machine.VectorOp.VCVTDQ2PS;
import static dev.herd.numerics.machine.VectorOp.VFMADD231PS;
import static dev.herd.numerics.machine.VectorOp.VFNMADD231PS;
import static dev.herd.numerics.machine.VectorOp.VMOVDQU32_STORE;
import static dev.herd.numerics.machine.VectorOp.VMULPS;
import static dev.herd.numerics.machine.VectorOp.VPBROADCASTD;
import static dev.herd.numerics.machine.VectorOp.VPBROADCASTD_GENERAL;
import static dev.herd.numerics.machine.VectorOp.VPDPBUSD;
import static dev.herd.numerics.machine.VectorOp.VPMULLD;
import static dev.herd.numerics.machine.VectorOp.VPSRAD;
import static dev.herd.numerics.machine.VectorOp.VPXORD;

import dev.herd.numerics.machine.Assembler;
import dev.herd.numerics.machine.Place;
import dev.herd.numerics.machine.Register;

/// Multiplies rows with one token at RDX, and writes sixteen sums to RDI.
record DotSink(Coding coding) implements RowSink {
    private static final TokenGroup ONE = new TokenGroup(1);
    private static final Register TO = Register.RDI;
    private static final Register X = Register.R13;
    private static final int TOTAL = 31;
    private static final int WORK = 12;
    private static final int WHOLE = 16;

    @Override
    public void prepare(Assembler code) {
        code.move(Register.RAX, coding.offset);
        code.broadcast(VPBROADCASTD_GENERAL, CONSTANT, Register.RAX);
    }

    @Override
    public void begin(Assembler code) {
        code.move(X, Register.RDX).vector(VPXORD, TOTAL, TOTAL, TOTAL);
    }

    @Override
    public void codes(Assembler code, int unit, int step, int register) {
        if (step == 0) {
            start(code, unit);
        }
        code.spread(VPDPBUSD, whole(unit), register, block(unit, ONE.step(firstStep(unit) + step, 0)));
    }

    /// What the offset takes away: the token holds it for an offset of 128.
    private void start(Assembler code, int unit) {
        int whole = whole(unit);
        if (coding.offset == 0) {
            code.vector(VPXORD, whole, whole, whole);
            return;
        }
        int start = coding.unit == TokenGroup.WIDTH ? ONE.start(0) : ONE.startOfHalf(unit % 2, 0);
        code.vector(VPBROADCASTD, whole, block(unit, start));
        if (coding.offset != 128) {
            code.vector(VPMULLD, whole, whole, CONSTANT).shift(VPSRAD, whole, whole, 7);
        }
    }

    @Override
    public void scales(Assembler code, int unit, int register) {
        int whole = whole(unit);
        code.vector(VCVTDQ2PS, whole, whole);
        code.spread(VMULPS, WORK, register, block(unit, ONE.scale(0)));
        code.vector(VFMADD231PS, TOTAL, whole, WORK);
    }

    @Override
    public void minima(Assembler code, int unit, int register) {
        code.spread(VFNMADD231PS, TOTAL, register, block(unit, ONE.sum(0)));
    }

    @Override
    public void next(Assembler code) {
        code.add(X, coding.format.width() / TokenGroup.WIDTH * ONE.block());
    }

    @Override
    public void end(Assembler code) {
        code.vector(VMOVDQU32_STORE, TOTAL, TO.at(0)).add(TO, Panel.VECTOR);
    }

    private Place block(int unit, int offset) {
        return X.at(unit * coding.unit / TokenGroup.WIDTH * ONE.block() + offset);
    }

    private int firstStep(int unit) {
        return unit * coding.steps() % (TokenGroup.WIDTH / 4);
    }

    /// Whole sums wait for their scales, those of two units of 32 numbers or of eight of 16.
    private int whole(int unit) {
        return WHOLE + unit % (coding.unit == TokenGroup.WIDTH ? 2 : 8);
    }
}
