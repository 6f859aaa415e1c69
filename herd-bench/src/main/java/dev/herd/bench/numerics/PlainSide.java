package dev.herd.bench.numerics;

import dev.herd.numerics.CounterRandom;
import dev.herd.numerics.ElementType;
import dev.herd.numerics.kernel.Bags;
import dev.herd.numerics.kernel.Pooling;
import dev.herd.numerics.kernel.RowDots;
import dev.herd.numerics.kernel.Rows;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// 256 MB of fp32 numbers, as a table for bags and as a matrix, with the work that fp32 does on them.
final class PlainSide implements AutoCloseable {
    static final int WIDTH = 64;
    static final int COLUMNS = 4096;
    static final long NUMBERS = 64L << 20;
    static final int ROWS = (int) (NUMBERS / COLUMNS);

    private static final int BAGS = 2048;
    private static final int POOLING = 20;
    static final int IDS = BAGS * POOLING;
    private static final int BATCHES = 32;
    private static final int DISTINCT = 1 << 20;
    private static final long SEED = 5;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment values = arena.allocate(NUMBERS * 4, 64);
    private final MemorySegment vector = arena.allocate(COLUMNS * 4L, 64);
    private final MemorySegment out = arena.allocate(Math.max((long) BAGS * WIDTH, ROWS) * 4, 64);
    private final Bags bags;
    private int batch;

    private PlainSide() {
        for (long i = 0; i < DISTINCT; i++) {
            values.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) CounterRandom.gaussian(SEED, 0, i));
        }
        for (long i = DISTINCT; i < NUMBERS; i += DISTINCT) {
            MemorySegment.copy(values, 0, values, i * 4, DISTINCT * 4L);
        }
        MemorySegment.copy(values, 0, vector, 0, COLUMNS * 4L);
        long[] ids = new long[BATCHES * IDS];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = CounterRandom.below(SEED, 1, i, NUMBERS / WIDTH);
        }
        int[] offsets = new int[BATCHES * BAGS + 1];
        for (int bag = 0; bag < offsets.length; bag++) {
            offsets[bag] = bag * POOLING;
        }
        bags = new Bags(ids, offsets, null, false);
    }

    static PlainSide create() {
        return new PlainSide();
    }

    MemorySegment values() {
        return values;
    }

    MemorySegment vector() {
        return vector;
    }

    MemorySegment out() {
        return out;
    }

    Bags bags() {
        return bags;
    }

    static int bagsOfBatch() {
        return BAGS;
    }

    /// The first bag of the batch after a batch.
    static int next(int batch) {
        return (batch + 1) % BATCHES;
    }

    void pool() {
        batch = next(batch);
        Rows rows = new Rows(values, ElementType.FP32, NUMBERS / WIDTH, WIDTH);
        Pooling.pool(rows, bags, batch * BAGS, BAGS, out, 0, WIDTH);
    }

    void multiply() {
        RowDots.multiply(values, 0, ROWS, vector, 0, 1, COLUMNS, out, 0, ROWS);
    }

    @Override
    public void close() {
        arena.close();
    }
}
