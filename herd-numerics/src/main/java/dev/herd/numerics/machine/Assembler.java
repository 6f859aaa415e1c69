package dev.herd.numerics.machine;

import dev.herd.numerics.machine.VectorOp.Encoding;
import java.io.ByteArrayOutputStream;

/// Writes x86-64 machine code: vector instructions in their EVEX form, and the few others that loops need.
///
/// Vector registers are named by their numbers, 0 to 31. Operands stand in the order of the manuals, what is
/// written first.
///
/// ```java
/// Assembler code = new Assembler();
/// int top = code.here();
/// code.vector(VectorOp.VMOVDQU32, 0, Register.RSI.at(0));
/// code.vector(VectorOp.VMOVDQU32_STORE, 0, Register.RDI.at(0));
/// code.add(Register.RSI, 64).add(Register.RDI, 64).decrement(Register.RCX).jumpIfNotZero(top);
/// code.end();
/// ```
public final class Assembler {
    private static final int W = 0x48;
    private static final int NO_MASK = 0;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /// What has been written.
    public byte[] bytes() {
        return bytes.toByteArray();
    }

    /// The place of the next instruction, to jump back to.
    public int here() {
        return bytes.size();
    }

    /// `op first, memory`.
    public Assembler vector(VectorOp op, int first, Place memory) {
        return vector(op, first, 0, memory);
    }

    /// `op first, second, memory`.
    public Assembler vector(VectorOp op, int first, int second, Place memory) {
        memory(op, first, second, memory, NO_MASK, false);
        return this;
    }

    /// `op first, second, memory, immediate`.
    public Assembler vector(VectorOp op, int first, int second, Place memory, int immediate) {
        memory(op, first, second, memory, NO_MASK, false);
        bytes.write(immediate);
        return this;
    }

    /// `op first {mask}, memory`: only the lanes of the mask are written.
    public Assembler masked(VectorOp op, int mask, int first, Place memory) {
        memory(op, first, 0, memory, mask, false);
        return this;
    }

    /// `op first, second, memory`, where memory holds one 32-bit number for all lanes.
    public Assembler spread(VectorOp op, int first, int second, Place memory) {
        memory(op, first, second, memory, NO_MASK, true);
        return this;
    }

    /// `op first, last`.
    public Assembler vector(VectorOp op, int first, int last) {
        return vector(op, first, 0, last);
    }

    /// `op first, second, last`.
    public Assembler vector(VectorOp op, int first, int second, int last) {
        registers(op, first, second, last, NO_MASK);
        return this;
    }

    /// `op first, second, last, immediate`.
    public Assembler vector(VectorOp op, int first, int second, int last, int immediate) {
        registers(op, first, second, last, NO_MASK);
        bytes.write(immediate);
        return this;
    }

    /// `op first {mask}, second, last`: only the lanes of the mask are written.
    public Assembler masked(VectorOp op, int mask, int first, int second, int last) {
        registers(op, first, second, last, mask);
        return this;
    }

    /// `op to, from, bits` for a shift of 32-bit lanes.
    public Assembler shift(VectorOp op, int to, int from, int bits) {
        int which = switch (op) {
            case VPSRLD -> 2;
            case VPSRAD -> 4;
            case VPSLLD -> 6;
            default -> throw new IllegalArgumentException(op + " is no shift");
        };
        return vector(op, which, to, from, bits);
    }

    /// `op to, from`, from a general register to every lane.
    public Assembler broadcast(VectorOp op, int to, Register from) {
        return vector(op, to, 0, from.number());
    }

    private void registers(VectorOp op, int first, int second, int last, int mask) {
        prefix(op.encoding, first, second, last >> 4, last >> 3, mask, false);
        bytes.write(op.encoding.opcode());
        bytes.write(0xC0 | (first & 7) << 3 | last & 7);
    }

    private void memory(VectorOp op, int first, int second, Place memory, int mask, boolean spread) {
        int x = memory.index() == null ? 0 : memory.index().number() >> 3;
        prefix(op.encoding, first, second, x, memory.base().number() >> 3, mask, spread);
        bytes.write(op.encoding.opcode());
        address(first, memory, spread ? Float.BYTES : op.encoding.memory());
    }

    /// The four bytes before the opcode. Upper bits of register numbers are written inverted.
    private void prefix(Encoding encoding, int first, int second, int x, int b, int mask, boolean spread) {
        bytes.write(0x62);
        bytes.write((~first & 8) << 4 | (~x & 1) << 6 | (~b & 1) << 5 | ~first & 16 | encoding.map());
        bytes.write(encoding.prefix() & 0x80 | (~second & 15) << 3 | 4 | encoding.prefix() & 3);
        bytes.write(encoding.length() << 5 | (spread ? 16 : 0) | (~second & 16) >> 1 | mask);
    }

    /// The bytes that name a place. An offset takes one byte when it is a small multiple of `unit`.
    private void address(int register, Place place, int unit) {
        int base = place.base().number() & 7;
        boolean small = place.offset() % unit == 0 && Math.abs(2 * (place.offset() / unit) + 1) < 256;
        int mode = place.offset() == 0 && base != 5 ? 0 : small ? 1 : 2;
        boolean second = place.index() != null || base == 4;
        bytes.write(mode << 6 | (register & 7) << 3 | (second ? 4 : base));
        if (second) {
            int index = place.index() == null ? 4 : place.index().number() & 7;
            bytes.write(Integer.numberOfTrailingZeros(place.scale()) << 6 | index << 3 | base);
        }
        if (mode == 1) {
            bytes.write(place.offset() / unit);
        } else if (mode == 2) {
            number(place.offset());
        }
    }

    private void number(int value) {
        for (int shift = 0; shift < 32; shift += 8) {
            bytes.write(value >> shift);
        }
    }

    /// Fills mask `mask` with the low sixteen bits of a register.
    public Assembler moveToMask(int mask, Register from) {
        write(0xC5, 0xF8, 0x92, 0xC0 | mask << 3 | from.number());
        return this;
    }

    /// Leaves the upper halves of vector registers clean, as callers expect.
    public Assembler clearUpper() {
        write(0xC5, 0xF8, 0x77);
        return this;
    }

    /// Asks for the cache line at a place, which need not be one of the process, into the second cache: more
    /// lines can be on their way there than to the first.
    public Assembler prefetch(Place place) {
        extended(0, 0, place);
        write(0x0F, 0x18);
        address(2, place, 1);
        return this;
    }

    /// `to = value`, the upper half 0.
    public Assembler move(Register to, int value) {
        if (to.number() > 7) {
            bytes.write(0x41);
        }
        bytes.write(0xB8 | to.number() & 7);
        number(value);
        return this;
    }

    /// `to = value`.
    public Assembler move(Register to, long value) {
        write(W | to.number() >> 3, 0xB8 | to.number() & 7);
        number((int) value);
        number((int) (value >> 32));
        return this;
    }

    /// `to = from`.
    public Assembler move(Register to, Register from) {
        return general(0x89, to, from);
    }

    /// `to += from`.
    public Assembler add(Register to, Register from) {
        return general(0x01, to, from);
    }

    private Assembler general(int opcode, Register to, Register from) {
        write(
                W | from.number() >> 3 << 2 | to.number() >> 3,
                opcode,
                0xC0 | (from.number() & 7) << 3 | to.number() & 7);
        return this;
    }

    /// `to += value`.
    public Assembler add(Register to, int value) {
        write(W | to.number() >> 3, 0x81, 0xC0 | to.number() & 7);
        number(value);
        return this;
    }

    /// `to =` the address of a place.
    public Assembler address(Register to, Place place) {
        extended(W, to.number(), place);
        bytes.write(0x8D);
        address(to.number(), place, 1);
        return this;
    }

    /// The prefix that carries the upper bits of register numbers, when it is needed.
    private void extended(int wide, int register, Place place) {
        int index = place.index() == null ? 0 : place.index().number();
        int prefix = wide | register >> 3 << 2 | index >> 3 << 1 | place.base().number() >> 3;
        if (prefix != 0) {
            bytes.write(0x40 | prefix);
        }
    }

    /// Saves a register that belongs to the caller.
    public Assembler push(Register register) {
        if (register.number() > 7) {
            bytes.write(0x41);
        }
        bytes.write(0x50 | register.number() & 7);
        return this;
    }

    public Assembler pop(Register register) {
        if (register.number() > 7) {
            bytes.write(0x41);
        }
        bytes.write(0x58 | register.number() & 7);
        return this;
    }

    /// Takes one off and remembers whether nothing is left.
    public Assembler decrement(Register register) {
        write(W | register.number() >> 3, 0xFF, 0xC8 | register.number() & 7);
        return this;
    }

    /// Jumps back when the result of the last count was not 0.
    public Assembler jumpIfNotZero(int to) {
        write(0x0F, 0x85);
        number(to - (here() + 4));
        return this;
    }

    /// Returns to the caller.
    public Assembler end() {
        clearUpper();
        bytes.write(0xC3);
        return this;
    }

    private void write(int... values) {
        for (int value : values) {
            bytes.write(value);
        }
    }
}
