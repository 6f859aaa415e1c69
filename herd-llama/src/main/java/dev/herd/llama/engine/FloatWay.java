package dev.herd.llama.engine;

import dev.herd.llama.engine.WeightProduct.Target;
import dev.herd.llama.weights.WeightTensor;
import dev.herd.numerics.OffHeap;
import dev.herd.numerics.WorkerPool;
import dev.herd.numerics.block.BlockFormat;
import dev.herd.numerics.kernel.BlockDots;
import dev.herd.numerics.kernel.BlockRows;
import dev.herd.numerics.kernel.RowDots;
import dev.herd.numerics.kernel.RowStrips;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Products of fp32 activations with weights of any format.
///
/// One activation meets the weights where they lie, as the memory delivers them. For several, a few rows
/// of weights are decoded into strips that stay in cache, part by part of their width, and serve them all.
/// The bits are the same either way.
///
/// **Owner**: the arena holds the strips of the activations, and scratch space for each thread of the pool.
final class FloatWay implements WeightProduct.Way {
    /// Rows of weights that one task takes for several activations.
    private static final int PANEL = 10 * RowStrips.TALL;

    /// Rows that one task takes for one activation.
    private static final int RUN = 64;

    /// Numbers of a row that are in strips at a time: whole blocks of every format and steps of every
    /// vector.
    private static final int PART = 2048;

    private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private final WorkerPool pool;
    private final float[] strips;
    private final Scratch[] scratch;
    private MemorySegment x = MemorySegment.NULL;
    private int count;
    private int columns;

    /// @param batch most activations of one product
    /// @param widest longest of them
    FloatWay(Arena arena, WorkerPool pool, int batch, int widest) {
        this.pool = pool;
        int groups = Math.ceilDiv(batch, RowStrips.WIDE);
        strips = new float[Math.multiplyExact(groups, RowStrips.floats(RowStrips.WIDE, widest))];
        scratch = new Scratch[pool.threads()];
        for (int i = 0; i < scratch.length; i++) {
            long row = (long) Math.max(PART, widest) * Float.BYTES;
            scratch[i] = new Scratch(
                    arena.allocate(RowStrips.TALL * row, OffHeap.ALIGNMENT),
                    new float[PANEL / RowStrips.TALL * RowStrips.floats(RowStrips.TALL, PART)],
                    new float[Math.multiplyExact(groups, PANEL / RowStrips.TALL * RowStrips.sums())]);
        }
    }

    /// What one thread works in.
    ///
    /// @param rows decoded
    /// @param panel their strips
    /// @param sums of the panel with all activations
    @SuppressWarnings("ArrayRecordComponent")
    private record Scratch(MemorySegment rows, float[] panel, float[] sums) {}

    @Override
    public void take(MemorySegment x, int count, int columns) {
        this.x = x;
        this.count = count;
        this.columns = columns;
        if (count > 1) {
            pool.run(Math.ceilDiv(count, RowStrips.WIDE), this::pack);
        }
    }

    @Override
    public int rows() {
        return count == 1 ? RUN : PANEL;
    }

    @Override
    public void multiply(Target target, int first, int rows, int worker) {
        if (count == 1) {
            single(target, first, rows, scratch[worker]);
        } else {
            panel(target, first, rows, scratch[worker]);
        }
    }

    private void single(Target target, int first, int rows, Scratch scratch) {
        WeightTensor weights = target.weights();
        if (LITTLE && weights.format() == BlockFormat.F32) {
            RowDots.multiply(weights.data(), (long) first * columns, rows, x, 0, 1, columns, target.out(), first, rows);
        } else {
            long at = first * weights.rowBytes();
            BlockDots.multiply(
                    weights.format(), weights.data(), at, rows, x, 0, columns, target.out(), first, scratch.rows());
        }
    }

    private void pack(int group) {
        int first = group * RowStrips.WIDE;
        int rows = Math.min(RowStrips.WIDE, count - first);
        int at = group * RowStrips.floats(RowStrips.WIDE, columns);
        RowStrips.pack(x, (long) first * columns, columns, rows, columns, strips, at, RowStrips.WIDE);
    }

    private void panel(Target target, int first, int rows, Scratch scratch) {
        int groups = Math.ceilDiv(count, RowStrips.WIDE);
        int tall = Math.ceilDiv(rows, RowStrips.TALL);
        Arrays.fill(scratch.sums(), 0, groups * tall * RowStrips.sums(), 0);
        for (int column = 0; column < columns; column += PART) {
            int width = Math.min(PART, columns - column);
            decode(target.weights(), first, rows, column, width, scratch);
            multiplyAdd(groups, tall, column, width, scratch);
        }
        for (int group = 0; group < groups; group++) {
            int t = group * RowStrips.WIDE;
            for (int strip = 0; strip < tall; strip++) {
                int r = strip * RowStrips.TALL;
                RowStrips.fold(
                        scratch.sums(),
                        (group * tall + strip) * RowStrips.sums(),
                        Math.min(RowStrips.TALL, rows - r),
                        Math.min(RowStrips.WIDE, count - t),
                        target.out(),
                        (long) t * target.rows() + first + r,
                        target.rows());
            }
        }
    }

    private void multiplyAdd(int groups, int tall, int column, int width, Scratch scratch) {
        int ahead = RowStrips.floats(RowStrips.WIDE, column);
        for (int group = 0; group < groups; group++) {
            int x = group * RowStrips.floats(RowStrips.WIDE, columns) + ahead;
            for (int strip = 0; strip < tall; strip++) {
                int w = strip * RowStrips.floats(RowStrips.TALL, width);
                int sums = (group * tall + strip) * RowStrips.sums();
                RowStrips.multiplyAdd(scratch.panel(), w, strips, x, RowStrips.steps(width), scratch.sums(), sums);
            }
        }
    }

    /// Decodes a part of a panel's rows, a strip at a time.
    private static void decode(WeightTensor weights, int first, int rows, int column, int width, Scratch scratch) {
        BlockFormat format = weights.format();
        for (int r = 0; r < rows; r += RowStrips.TALL) {
            int here = Math.min(RowStrips.TALL, rows - r);
            for (int i = 0; i < here; i++) {
                long at = (first + r + i) * weights.rowBytes() + format.rowBytes(column);
                BlockRows.decode(format, weights.data(), at, scratch.rows(), (long) i * width, width / format.width());
            }
            int strip = r / RowStrips.TALL * RowStrips.floats(RowStrips.TALL, width);
            RowStrips.pack(scratch.rows(), 0, width, here, width, scratch.panel(), strip, RowStrips.TALL);
        }
    }
}
