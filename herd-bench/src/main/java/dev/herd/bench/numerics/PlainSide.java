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

/// Fp32 numbers, as a table for bags and as a matrix, with the work that fp32 does on them.
final class PlainSide implements AutoCloseable {
    static final int WIDTH = 64;
    static final int COLUMNS = 4096;

    /// 256 MB of them, beyond the caches.
    static final long LARGE = 64L << 20;

    private static final int BAGS = 2048;
    private static final int POOLING = 20;
    static final int IDS = BAGS * POOLING;
    private static final int BATCHES = 32;
    private static final long DISTINCT = 1 << 20;
    private static final long SEED = 5;

    private final Arena arena = Arena.ofShared();
    private final long numbers;
    private final MemorySegment values;
    private final MemorySegment vector = arena.allocate(COLUMNS * 4L, 64);
    private final MemorySegment out;
    private final Bags bags;
    private int batch;

    private PlainSide(long numbers) {
        this.numbers = numbers;
        values = arena.allocate(numbers * 4, 64);
        out = arena.allocate(Math.max((long) BAGS * WIDTH, rows()) * 4, 64);
        long distinct = Math.min(DISTINCT, numbers);
        for (long i = 0; i < distinct; i++) {
            values.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) CounterRandom.gaussian(SEED, 0, i));
        }
        for (long i = distinct; i < numbers; i += distinct) {
            MemorySegment.copy(values, 0, values, i * 4, distinct * 4);
        }
        MemorySegment.copy(values, 0, vector, 0, COLUMNS * 4L);
        long[] ids = new long[BATCHES * IDS];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = CounterRandom.below(SEED, 1, i, numbers / WIDTH);
        }
        int[] offsets = new int[BATCHES * BAGS + 1];
        for (int bag = 0; bag < offsets.length; bag++) {
            offsets[bag] = bag * POOLING;
        }
        bags = new Bags(ids, offsets, null, false);
    }

    /// @param numbers a multiple of 4096, above 2^20 of 2^20
    static PlainSide create(long numbers) {
        return new PlainSide(numbers);
    }

    long numbers() {
        return numbers;
    }

    /// Rows of the matrix.
    int rows() {
        return (int) (numbers / COLUMNS);
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
        pool(values, batch, out);
    }

    /// Pools a batch of rows that lie as fp32 numbers.
    void pool(MemorySegment table, int batch, MemorySegment to) {
        Rows rows = new Rows(table, ElementType.FP32, numbers / WIDTH, WIDTH);
        Pooling.pool(rows, bags, batch * BAGS, BAGS, to, 0, WIDTH);
    }

    void multiply() {
        multiply(values, out);
    }

    /// Multiplies a matrix that lies as fp32 numbers.
    void multiply(MemorySegment matrix, MemorySegment to) {
        RowDots.multiply(matrix, 0, rows(), vector, 0, 1, COLUMNS, to, 0, rows());
    }

    @Override
    public void close() {
        arena.close();
    }
}
