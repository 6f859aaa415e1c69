package dev.herd.numerics.int8;

import dev.herd.numerics.machine.Assembler;

/// What becomes of the codes, scales and minima of sixteen rows, each in a vector register whose lanes are the
/// rows. Writes code that uses registers 12 and 16 to 23, the accumulator 31 and the constant 28.
interface RowSink {
    /// The register that a sink may keep a constant in.
    int CONSTANT = 28;

    /// Code that runs once.
    void prepare(Assembler code);

    /// Code that runs before the first block of sixteen rows.
    void begin(Assembler code);

    /// Four codes of each row; the register may be changed.
    void codes(Assembler code, int unit, int step, int register);

    /// Scales of a unit whose codes have all been there; the register may be changed.
    void scales(Assembler code, int unit, int register);

    /// Minima of a unit whose scales have been there.
    void minima(Assembler code, int unit, int register);

    /// Code that runs after each block.
    void next(Assembler code);

    /// Code that runs after the last block of sixteen rows.
    void end(Assembler code);
}
