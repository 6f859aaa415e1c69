package dev.herd.embedding;

import dev.herd.numerics.OffHeap;
import dev.herd.numerics.kernel.RowBlock;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// What one thread needs to work on a block of rows: their numbers, where their uses begin, their summed gradients, and
/// their weights in fp32 when the table stores fewer bits. A block fits the fastest cache.
final class RowScratch {
    private static final int BLOCK_FLOATS = 2048;
    private static final int MIN_ROWS = 8;
    private static final int MAX_ROWS = 512;
    private static final int MAX_SCATTERED_ROWS = 64;

    final long[] rows = new long[MAX_ROWS];
    final int[] starts = new int[MAX_ROWS + 1];
    final long[] weightAt = new long[MAX_ROWS];
    final long[] stateAt = new long[MAX_ROWS];
    final MemorySegment gradients;
    final MemorySegment weights;

    /// Keeps loads that only warm the cache from being optimized away.
    int touched;

    RowScratch(Arena arena, int widest) {
        long floats = Math.max((long) MIN_ROWS * widest, BLOCK_FLOATS);
        gradients = OffHeap.allocate(arena, floats * Float.BYTES);
        weights = OffHeap.allocate(arena, gradients.byteSize());
    }

    /// Rows in a block of neighbors of a table of width `dim`.
    static int neighbors(int dim) {
        return Math.clamp(BLOCK_FLOATS / dim, MIN_ROWS, MAX_ROWS);
    }

    /// Rows in a block of rows from all over a table.
    static int scattered(int dim) {
        return Math.min(neighbors(dim), MAX_SCATTERED_ROWS);
    }

    RowBlock block(MemorySegment blockWeights, int dim) {
        return new RowBlock(blockWeights, weightAt, gradients, stateAt, dim);
    }
}
