package dev.herd.numerics.machine;

/// Instructions on vector registers in their EVEX form: which byte says what they do, and how many bytes of
/// memory they read, on which the short form of offsets depends.
///
/// Those on [#XMM] and [#YMM] fill the low part of a register and clear the rest.
public enum VectorOp {
    /// 64 bytes from memory or another register, aligned to nothing.
    VMOVDQU32(Encoding.MAP_0F, Encoding.PREFIX_F3, 0x6F, 64),
    /// 64 bytes to memory.
    VMOVDQU32_STORE(Encoding.MAP_0F, Encoding.PREFIX_F3, 0x7F, 64),
    /// Four bytes of memory to every lane.
    VPBROADCASTD(Encoding.MAP_0F38, Encoding.PREFIX_66, 0x58, 4),
    /// Sixteen bytes of memory to every quarter.
    VBROADCASTI32X4(Encoding.MAP_0F38, Encoding.PREFIX_66, 0x5A, 16),

    VPUNPCKLDQ(Encoding.MAP_0F, Encoding.PREFIX_66, 0x62, 64),
    VPUNPCKHDQ(Encoding.MAP_0F, Encoding.PREFIX_66, 0x6A, 64),
    VPUNPCKLQDQ(Encoding.MAP_0F, Encoding.PREFIX_66_W1, 0x6C, 64),
    VPUNPCKHQDQ(Encoding.MAP_0F, Encoding.PREFIX_66_W1, 0x6D, 64),

    VPANDD(Encoding.MAP_0F, Encoding.PREFIX_66, 0xDB, 64),
    VPORD(Encoding.MAP_0F, Encoding.PREFIX_66, 0xEB, 64),
    VPXORD(Encoding.MAP_0F, Encoding.PREFIX_66, 0xEF, 64),
    VPADDB(Encoding.MAP_0F, Encoding.PREFIX_66, 0xFC, 64),
    VPADDD(Encoding.MAP_0F, Encoding.PREFIX_66, 0xFE, 64),
    VPMULLD(Encoding.MAP_0F38, Encoding.PREFIX_66, 0x40, 64),
    VPMAXUD(Encoding.MAP_0F38, Encoding.PREFIX_66, 0x3F, 64),
    VPSHUFB(Encoding.MAP_0F38, Encoding.PREFIX_66, 0x00, 64),
    /// Adds to each 32-bit lane four products of unsigned bytes with signed ones.
    VPDPBUSD(Encoding.MAP_0F38, Encoding.PREFIX_66, 0x50, 64),

    VCVTDQ2PS(Encoding.MAP_0F, Encoding.PREFIX_NONE, 0x5B, 64),
    VMULPS(Encoding.MAP_0F, Encoding.PREFIX_NONE, 0x59, 64),
    /// `first += second * third`, rounded once.
    VFMADD231PS(Encoding.MAP_0F38, Encoding.PREFIX_66, 0xB8, 64),
    /// `first -= second * third`, rounded once.
    VFNMADD231PS(Encoding.MAP_0F38, Encoding.PREFIX_66, 0xBC, 64),
    /// Sixteen fp16 numbers to fp32.
    VCVTPH2PS(Encoding.MAP_0F38, Encoding.PREFIX_66, 0x13, 32),
    /// Sixteen unsigned bytes to 32-bit lanes.
    VPMOVZXBD(Encoding.MAP_0F38, Encoding.PREFIX_66, 0x31, 16),
    /// The low halves of sixteen 32-bit lanes; the register that is written is named last.
    VPMOVDW(Encoding.MAP_0F38, Encoding.PREFIX_F3, 0x33, 32),
    /// To a mask, whose number is named first.
    VPCMPEQD(Encoding.MAP_0F, Encoding.PREFIX_66, 0x76, 64),

    /// Two bytes of memory into one of eight lanes.
    VPINSRW(Encoding.MAP_0F, Encoding.PREFIX_66, 0xC4, 2, Encoding.XMM),
    /// One byte of memory into one of sixteen lanes.
    VPINSRB(Encoding.MAP_0F3A, Encoding.PREFIX_66, 0x20, 1, Encoding.XMM),
    /// Replaces one half.
    VINSERTI32X4(Encoding.MAP_0F3A, Encoding.PREFIX_66, 0x38, 16, Encoding.YMM),

    /// Shifts of 32-bit lanes; the register that is written stands where others have their second operand.
    VPSRLD(Encoding.MAP_0F, Encoding.PREFIX_66, 0x72, 64),
    VPSLLD(Encoding.MAP_0F, Encoding.PREFIX_66, 0x72, 64),
    VPSRAD(Encoding.MAP_0F, Encoding.PREFIX_66, 0x72, 64),

    /// Four bytes of a general register to every lane.
    VPBROADCASTD_GENERAL(Encoding.MAP_0F38, Encoding.PREFIX_66, 0x7C, 4),
    /// Eight bytes of a general register to every pair of lanes.
    VPBROADCASTQ_GENERAL(Encoding.MAP_0F38, Encoding.PREFIX_66_W1, 0x7C, 8);

    final Encoding encoding;

    VectorOp(int map, int prefix, int opcode, int memory) {
        this(map, prefix, opcode, memory, Encoding.ZMM);
    }

    VectorOp(int map, int prefix, int opcode, int memory, int length) {
        encoding = new Encoding(map, prefix, opcode, memory, length);
    }

    /// @param map of opcodes, as the prefix numbers them
    /// @param prefix the old prefix byte that is folded into the new one in the low two bits; W above it
    /// @param memory bytes of a memory operand that is not one number for all lanes
    /// @param length 0, 1 or 2 for 16, 32 or 64 bytes
    record Encoding(int map, int prefix, int opcode, int memory, int length) {
        static final int MAP_0F = 1;
        static final int MAP_0F38 = 2;
        static final int MAP_0F3A = 3;
        static final int PREFIX_NONE = 0;
        static final int PREFIX_66 = 1;
        static final int PREFIX_F3 = 2;
        static final int PREFIX_66_W1 = 0x80 | PREFIX_66;
        static final int XMM = 0;
        static final int YMM = 1;
        static final int ZMM = 2;
    }
}
