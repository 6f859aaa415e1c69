package dev.herd.numerics.int8;

import dev.herd.numerics.OffHeap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// What one thread works in while it multiplies.
///
/// **Owner**: the arena it was created in.
///
/// @param panels of weights
/// @param rows room for sixteen rows of weights, which a product may have fewer of
/// @param sums of sixteen rows with all tokens of a group
public record Int8Scratch(MemorySegment panels, MemorySegment rows, MemorySegment sums) {
    /// Room for products of `rows` rows of `widest` numbers at a time.
    public static Int8Scratch create(Arena arena, int rows, int widest) {
        return new Int8Scratch(
                OffHeap.allocate(arena, panelBytes(rows, widest)),
                OffHeap.allocate(arena, (long) Panel.ROWS * 2 * widest),
                OffHeap.allocate(arena, (long) Int8Tokens.SIDE_BY_SIDE * Panel.VECTOR));
    }

    /// A number takes a byte, and at most a quarter for scales and minima.
    private static long panelBytes(int rows, int columns) {
        return Math.ceilDiv(rows, Panel.ROWS) * (long) Panel.ROWS * columns * 5 / 4;
    }

    void require(int rows, int columns) {
        if (panelBytes(rows, columns) > panels.byteSize() || 2L * Panel.ROWS * columns > this.rows.byteSize()) {
            throw new IllegalArgumentException(
                    rows + " rows of " + columns + " numbers are more than the scratch space was made for");
        }
    }
}
