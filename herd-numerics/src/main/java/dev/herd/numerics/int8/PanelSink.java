package dev.herd.numerics.int8;

import static dev.herd.numerics.machine.VectorOp.VMOVDQU32_STORE;
import static dev.herd.numerics.machine.VectorOp.VPADDB;
import static dev.herd.numerics.machine.VectorOp.VPBROADCASTD_GENERAL;

import dev.herd.numerics.machine.Assembler;
import dev.herd.numerics.machine.Place;
import dev.herd.numerics.machine.Register;

/// Writes rows to a [Panel] at RDI.
record PanelSink(Coding coding) implements RowSink {
    private static final Register TO = Register.RDI;

    @Override
    public void prepare(Assembler code) {
        code.move(Register.RAX, (128 - coding.offset) * 0x01010101);
        code.broadcast(VPBROADCASTD_GENERAL, CONSTANT, Register.RAX);
    }

    @Override
    public void begin(Assembler code) {}

    @Override
    public void codes(Assembler code, int unit, int step, int register) {
        if (coding.offset != 128) {
            code.vector(VPADDB, register, register, CONSTANT);
        }
        code.vector(VMOVDQU32_STORE, register, place(unit, step * Panel.VECTOR));
    }

    @Override
    public void scales(Assembler code, int unit, int register) {
        code.vector(VMOVDQU32_STORE, register, place(unit, panel().scales()));
    }

    @Override
    public void minima(Assembler code, int unit, int register) {
        code.vector(VMOVDQU32_STORE, register, place(unit, panel().minimaAt()));
    }

    @Override
    public void next(Assembler code) {
        code.add(TO, coding.units() * panel().bytes());
    }

    @Override
    public void end(Assembler code) {}

    private Panel panel() {
        return Panel.of(coding);
    }

    private Place place(int unit, int offset) {
        return TO.at(unit * panel().bytes() + offset);
    }
}
