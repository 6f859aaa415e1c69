package dev.herd.llama.engine;

import dev.herd.llama.engine.WeightProduct.Target;
import dev.herd.llama.weights.WeightTensor;
import dev.herd.numerics.WorkerPool;
import dev.herd.numerics.int8.Int8Product;
import dev.herd.numerics.int8.Int8Scratch;
import dev.herd.numerics.int8.Int8Tokens;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Products of activations, rounded to eight bits, with weights in blocks of whole numbers.
///
/// **Owner**: the arena holds the rounded activations, and scratch space for each thread of the pool.
final class Int8Way implements WeightProduct.Way {
    /// Rows that one task takes for one activation.
    private static final int RUN = 64;

    /// Weights that one task lays out for several activations: they stay in a core's second cache, beside a
    /// few of the activations.
    private static final int NUMBERS = 1 << 18;

    private static final int MOST_ROWS = 64;
    private static final int LEAST_ROWS = 16;

    private final WorkerPool pool;
    private final Int8Tokens tokens;
    private final Int8Scratch[] scratch;

    /// @param batch most activations of one product
    /// @param widest longest of them
    Int8Way(Arena arena, WorkerPool pool, int batch, int widest) {
        this.pool = pool;
        tokens = Int8Tokens.create(arena, batch, widest);
        scratch = new Int8Scratch[pool.threads()];
        Arrays.setAll(scratch, i -> Int8Scratch.create(arena, MOST_ROWS, widest));
    }

    @Override
    public void take(MemorySegment x, int count, int columns) {
        tokens.expect(count, columns);
        pool.run(tokens.groups(), group -> tokens.round(group, x, 0));
    }

    @Override
    public int rows() {
        if (tokens.count() == 1) {
            return RUN;
        }
        int rows = NUMBERS / tokens.columns() / LEAST_ROWS * LEAST_ROWS;
        return Math.max(LEAST_ROWS, Math.min(MOST_ROWS, rows));
    }

    @Override
    public void multiply(Target target, int first, int rows, int worker) {
        WeightTensor weights = target.weights();
        long at = first * weights.rowBytes();
        Int8Product.multiply(
                weights.format(),
                weights.data(),
                at,
                rows,
                tokens,
                target.out(),
                first,
                target.rows(),
                scratch[worker]);
    }
}
