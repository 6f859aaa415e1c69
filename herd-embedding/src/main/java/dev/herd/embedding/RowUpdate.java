package dev.herd.embedding;

import dev.herd.numerics.CounterRandom;
import dev.herd.numerics.kernel.RowBlock;
import dev.herd.numerics.kernel.RowMath;
import dev.herd.numerics.kernel.RowSteps;
import java.lang.foreign.MemorySegment;

/// One optimizer step on a block of rows whose summed gradients are ready: L2, scale, decoupled decay, the optimizer,
/// and, for rows of fewer bits, widening before and stochastic rounding after.
final class RowUpdate implements RowPass.Work {
    private static final long ROUNDING = 0x526F756E64L;

    private final RowOptimizer optimizer;
    private final float l2;
    private final float scale;
    private final float keep;
    private final boolean perRowState;
    private final long noiseSeed;

    RowUpdate(EmbeddingOptimizer optimizer, double learningRate, double gradientScale, long step, long seed) {
        this.optimizer = RowOptimizer.of(optimizer, learningRate, step);
        this.l2 = l2(optimizer);
        this.scale = (float) gradientScale;
        this.keep = (float) (1 - learningRate * optimizer.decay().decoupled());
        this.perRowState = optimizer.states().stream().anyMatch(EmbeddingOptimizer.State::perRow);
        this.noiseSeed = CounterRandom.bits(seed, ROUNDING, step);
    }

    /// L2 factor on the rows that a step visits.
    static float l2(EmbeddingOptimizer optimizer) {
        return (float) (optimizer.decay().l2() + optimizer.decay().tableL2());
    }

    @Override
    public void block(EmbeddingTable table, RowScratch scratch, int count, boolean neighbors, int chunk) {
        if (table.precision() == RowFormat.FP32) {
            step(table, scratch, table.weights(), count, neighbors);
            return;
        }
        widen(table, scratch, count);
        step(table, scratch, scratch.weights, count, neighbors);
        long stream = table.stream();
        for (int k = 0; k < count; k++) {
            long random = CounterRandom.bits(noiseSeed, stream, scratch.rows[k]);
            table.stored().write(scratch.rows[k], scratch.weights, (long) k * table.dim(), random);
        }
    }

    /// Copies the block's rows to the scratch in fp32 and points `weightAt` there.
    private static void widen(EmbeddingTable table, RowScratch scratch, int count) {
        int dim = table.dim();
        for (int k = 0; k < count; k++) {
            table.stored().read(scratch.rows[k], scratch.weights, (long) k * dim);
            scratch.weightAt[k] = (long) k * dim * Float.BYTES;
        }
    }

    private void step(EmbeddingTable table, RowScratch scratch, MemorySegment weights, int count, boolean neighbors) {
        RowBlock block = scratch.block(weights, table.dim());
        int rows = count;
        if (neighbors && !perRowState) {
            // Neighbors without a number per row are one long row to formulas that go weight by weight.
            block = scratch.block(weights, table.dim() * count);
            rows = 1;
        }
        if (l2 != 0 || scale != 1) {
            RowSteps.regularize(block, rows, l2, scale);
        }
        if (keep != 1) {
            RowSteps.decay(block, rows, keep);
        }
        optimizer.step(block, rows, table);
    }

    /// Adds up the squares of the gradients that [RowUpdate] would use at scale 1, one sum a chunk.
    record Norm(double[] sums, float l2) implements RowPass.Work {
        @Override
        public void block(EmbeddingTable table, RowScratch scratch, int count, boolean neighbors, int chunk) {
            if (l2 != 0) {
                MemorySegment weights = table.weights();
                if (table.precision() != RowFormat.FP32) {
                    widen(table, scratch, count);
                    weights = scratch.weights;
                }
                RowSteps.regularize(scratch.block(weights, table.dim()), count, l2, 1f);
            }
            sums[chunk] += RowMath.squaredNorm(scratch.gradients, 0, (long) count * table.dim());
        }
    }
}
