package dev.herd.models.sequence;

import dev.herd.models.Fields;
import dev.herd.models.ModelInput;
import dev.herd.nn.Ops;
import dev.herd.nn.Tensor;

/// One sequence feature as one embedding. Where the batch holds the sequence's unique rows, these are
/// pooled, and the results are copied to the rows that equal them.
///
/// **Paper**: Zhao et al. 2023, RecD (arXiv 2211.05239), deduplicated compute.
record PooledSequence(String feature, Pooling pooling) implements Fields.Source {
    @Override
    public Tensor forward(Ops ops, ModelInput input) {
        ModelInput.Sequence sequence = input.sequence(feature);
        Tensor pooled = pooling.forward(ops, sequence.embedding(), sequence.mask());
        long[] rows = sequence.rows();
        return rows == null ? pooled : ops.select(pooled, 0, rows);
    }
}
