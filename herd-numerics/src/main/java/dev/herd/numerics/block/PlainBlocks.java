package dev.herd.numerics.block;

import java.lang.foreign.MemorySegment;

/// Numbers stored one by one: a block is a number.
final class PlainBlocks {
    private PlainBlocks() {}

    static void f32(MemorySegment from, long at, MemorySegment to, long toAt) {
        BlockFormat.put(to, toAt, 0, from.get(LittleEndian.FLOAT, at));
    }

    static void f16(MemorySegment from, long at, MemorySegment to, long toAt) {
        BlockFormat.put(to, toAt, 0, BlockFormat.half(from, at));
    }

    static void bf16(MemorySegment from, long at, MemorySegment to, long toAt) {
        BlockFormat.put(to, toAt, 0, Float.intBitsToFloat(from.get(LittleEndian.SHORT, at) << 16));
    }
}
