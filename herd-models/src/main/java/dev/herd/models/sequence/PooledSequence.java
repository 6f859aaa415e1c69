package dev.herd.models.sequence;

import dev.herd.models.Fields;
import dev.herd.models.ModelInput;
import dev.herd.nn.Ops;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Linear;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Sequences that tell of the same events as one embedding; most often there is one. At each place the
/// embeddings of several are put side by side and mapped to one of the same width. Where the batch holds
/// the sequences' unique rows, these are pooled, and the results are copied to the rows that equal them.
///
/// @param join map from the embeddings of a place to one; null for a single sequence
///
/// **Paper**: Zhao et al. 2023, RecD (arXiv 2211.05239), deduplicated compute.
record PooledSequence(List<String> features, @Nullable Linear join, Pooling pooling) implements Fields.Source {
    PooledSequence {
        features = List.copyOf(features);
        if (features.size() > 1 == (join == null)) {
            throw new IllegalArgumentException("several sequences need a join, one has none: " + features);
        }
    }

    PooledSequence(String feature, Pooling pooling) {
        this(List.of(feature), null, pooling);
    }

    @Override
    public Tensor forward(Ops ops, ModelInput input) {
        ModelInput.Sequence first = input.sequence(features.getFirst());
        Tensor pooled = pooling.forward(ops, embedding(ops, input), first.mask());
        long[] rows = first.rows();
        return rows == null ? pooled : ops.select(pooled, 0, rows);
    }

    /// **Shapes**: result `[U, T, D]`.
    private Tensor embedding(Ops ops, ModelInput input) {
        if (join == null) {
            return input.sequence(features.getFirst()).embedding();
        }
        List<Tensor> beside = new ArrayList<>();
        features.forEach(feature -> beside.add(input.sequence(feature).embedding()));
        return join.forward(ops, ops.concat(beside, 2));
    }
}
