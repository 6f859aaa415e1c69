package dev.herd.llama.engine;

import dev.herd.llama.weights.WeightTensor;
import dev.herd.numerics.WorkerPool;
import dev.herd.numerics.block.BlockFormat;
import dev.herd.numerics.kernel.BlockRows;
import dev.herd.numerics.kernel.RowDots;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/// Products of fp32 activations with a weight matrix of any format. Rows that are not fp32 are decoded a
/// few at a time into a panel that stays in cache; one decoding serves all activations of the batch.
///
/// **Owner**: the arena holds one panel for each thread of the pool.
final class WeightProduct {
    /// Rows of a panel: whole tiles of the kernels for one activation and for several.
    private static final int ROWS = 40;

    private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private final WorkerPool pool;
    private final MemorySegment[] panels;

    WeightProduct(Arena arena, WorkerPool pool, int widest) {
        this.pool = pool;
        panels = new MemorySegment[pool.threads()];
        for (int i = 0; i < panels.length; i++) {
            panels[i] = arena.allocate((long) ROWS * widest * Float.BYTES, 64);
        }
    }

    /// **Shapes**: `x[count, columns]`, `out[count, rows]` for weights `[rows, columns]`.
    void multiply(WeightTensor weights, MemorySegment x, int count, MemorySegment out) {
        int rows = Math.toIntExact(weights.rows());
        int columns = Math.toIntExact(weights.columns());
        pool.run(Math.ceilDiv(rows, ROWS), (worker, task) -> {
            int first = task * ROWS;
            int here = Math.min(ROWS, rows - first);
            if (LITTLE && weights.format() == BlockFormat.F32) {
                RowDots.multiply(weights.data(), (long) first * columns, here, x, 0, count, columns, out, first, rows);
            } else {
                decode(weights, first, here, panels[worker]);
                RowDots.multiply(panels[worker], 0, here, x, 0, count, columns, out, first, rows);
            }
        });
    }

    private static void decode(WeightTensor weights, int first, int rows, MemorySegment panel) {
        BlockFormat format = weights.format();
        long blocks = rows * weights.columns() / format.width();
        BlockRows.decode(format, weights.data(), first * weights.rowBytes(), panel, 0, blocks);
    }
}
