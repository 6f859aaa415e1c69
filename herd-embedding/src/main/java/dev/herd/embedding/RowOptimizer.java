package dev.herd.embedding;

import dev.herd.numerics.kernel.RowBlock;
import dev.herd.numerics.kernel.RowSteps;

/// The optimizer of one step, its factors worked out: moves the rows of a block.
@FunctionalInterface
interface RowOptimizer {
    void step(RowBlock block, int count, EmbeddingTable table);

    /// @param step number of the step, counted from 1
    static RowOptimizer of(EmbeddingOptimizer optimizer, double learningRate, long step) {
        float rate = (float) learningRate;
        return switch (optimizer) {
            case EmbeddingOptimizer.ExactSgd sgd -> (block, count, table) -> RowSteps.sgd(block, count, rate);
            case EmbeddingOptimizer.ExactAdagrad adagrad -> {
                float epsilon = (float) adagrad.epsilon();
                yield (block, count, table) -> RowSteps.adagrad(block, count, table.stateSegment(0), rate, epsilon);
            }
            case EmbeddingOptimizer.ExactRowWiseAdagrad adagrad -> {
                float epsilon = (float) adagrad.epsilon();
                yield (block, count, table) ->
                        RowSteps.rowWiseAdagrad(block, count, table.stateSegment(0), rate, epsilon);
            }
            case EmbeddingOptimizer.ExactAdam adam ->
                adam(RowSteps.Adam.of(adam.beta1(), adam.beta2(), adam.epsilon(), learningRate, step));
            case EmbeddingOptimizer.DenseAdam adam ->
                adam(RowSteps.Adam.of(adam.beta1(), adam.beta2(), adam.epsilon(), learningRate, step));
        };
    }

    private static RowOptimizer adam(RowSteps.Adam factors) {
        return (block, count, table) ->
                RowSteps.adam(block, count, table.stateSegment(0), table.stateSegment(1), factors);
    }
}
