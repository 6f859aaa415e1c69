package dev.herd.numerics.block;

import dev.herd.numerics.ElementType;
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

    static void toF32(float[] numbers, MemorySegment to, long at) {
        to.set(LittleEndian.FLOAT, at, numbers[0]);
    }

    /// The nearest fp16, ties to even; infinity from 65520 on.
    static void toF16(float[] numbers, MemorySegment to, long at) {
        BlockFormat.putHalf(to, at, numbers[0]);
    }

    /// The nearest bf16, ties to even.
    static void toBf16(float[] numbers, MemorySegment to, long at) {
        to.set(LittleEndian.SHORT, at, ElementType.bf16(numbers[0]));
    }
}
