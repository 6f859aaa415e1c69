package dev.herd.numerics.int8;

import dev.herd.numerics.OffHeap;
import dev.herd.numerics.kernel.Kernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// Activations of some tokens, rounded to whole numbers of eight bits under a scale for each 32: what
/// [Int8Product] multiplies with weights. A token's numbers depend on nothing but that token.
///
/// The scale of 32 numbers is the largest of their sizes over 127; they become the whole numbers nearest to
/// themselves over the scale, ties to even. Numbers that are all smaller than 2^-100 become 0; where one is
/// not finite, the scale is NaN, and so is every product.
///
/// **Errors**: at most half a scale, and the rounding of `127 / largest` in fp32.
/// **Owner**: the arena holds the numbers. [#round] may be called for several groups at once.
public final class Int8Tokens {
    /// Tokens that lie side by side, at most.
    static final int SIDE_BY_SIDE = TileCode.MOST;

    private static final Kernel KERNEL = Kernels.choose(ScalarInt8Tokens::new, () -> new VectorInt8Tokens());

    private final MemorySegment memory;
    private int count;
    private int columns;

    private Int8Tokens(MemorySegment memory) {
        this.memory = memory;
    }

    /// Room for `most` tokens of `widest` numbers.
    public static Int8Tokens create(Arena arena, int most, int widest) {
        return new Int8Tokens(OffHeap.allocate(arena, bytes(most, widest)));
    }

    /// Bytes that so much room takes.
    public static long bytes(int most, int widest) {
        return Math.multiplyExact((long) most * TokenGroup.BYTES, Math.ceilDiv(widest, TokenGroup.WIDTH));
    }

    /// Says what will be held: `count` tokens of `columns` numbers, a multiple of 32.
    ///
    /// **Throws** `IllegalArgumentException` when there is no room for them, or a block would be broken.
    public void expect(int count, int columns) {
        if (count < 1 || columns % TokenGroup.WIDTH != 0 || bytes(count, columns) > memory.byteSize()) {
            throw new IllegalArgumentException(count + " tokens of " + columns
                    + " numbers: there is room for " + memory.byteSize()
                    + " bytes, and numbers come in blocks of " + TokenGroup.WIDTH);
        }
        this.count = count;
        this.columns = columns;
    }

    /// Tokens that are held.
    public int count() {
        return count;
    }

    /// Numbers of each.
    public int columns() {
        return columns;
    }

    /// Groups of tokens, each to be rounded by one call of [#round].
    public int groups() {
        return Math.ceilDiv(count, SIDE_BY_SIDE);
    }

    /// Rounds the tokens of one group.
    ///
    /// **Shapes**: `x[count, columns]` from float `xAt` on.
    /// **Throws** `IndexOutOfBoundsException` when `x` is too short.
    public void round(int group, MemorySegment x, long xAt) {
        Objects.checkIndex(group, groups());
        Objects.checkFromIndexSize(xAt, (long) count * columns, x.byteSize() / Float.BYTES);
        int first = first(group);
        TokenGroup layout = layout(group);
        for (int token = 0; token < layout.tokens(); token++) {
            long from = (xAt + (long) (first + token) * columns) * Float.BYTES;
            KERNEL.round(x, from, columns / TokenGroup.WIDTH, numbers(group), layout, token);
        }
    }

    /// The first token of a group. Groups are as even as can be.
    int first(int group) {
        return (int) ((long) count * group / groups());
    }

    TokenGroup layout(int group) {
        return new TokenGroup(first(group + 1) - first(group));
    }

    /// The numbers of a group.
    MemorySegment numbers(int group) {
        return memory.asSlice(bytes(first(group), columns), bytes(layout(group).tokens(), columns));
    }

    interface Kernel {
        /// Rounds `blocks` blocks of one token; `from` counts bytes.
        void round(MemorySegment x, long from, int blocks, MemorySegment to, TokenGroup layout, int token);
    }
}
