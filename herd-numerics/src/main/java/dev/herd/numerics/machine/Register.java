package dev.herd.numerics.machine;

/// The general registers of x86-64, in the order of their numbers. Under the System V calling convention the
/// first six integer arguments come in RDI, RSI, RDX, RCX, R8 and R9; RBX, RBP and R12 to R15 belong to the
/// caller.
public enum Register {
    RAX,
    RCX,
    RDX,
    RBX,
    RSP,
    RBP,
    RSI,
    RDI,
    R8,
    R9,
    R10,
    R11,
    R12,
    R13,
    R14,
    R15;

    int number() {
        return ordinal();
    }

    /// The memory at this register plus `offset` bytes.
    public Place at(int offset) {
        return new Place(this, null, 1, offset);
    }

    /// The memory at this register plus `scale` times another, plus `offset` bytes.
    public Place at(Register index, int scale, int offset) {
        return new Place(this, index, scale, offset);
    }
}
