package dev.herd.data;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Rows to score that share most of what they hold: the n candidates of one request, and once what holds
/// for all of them, such as the user and a history.
///
/// **Shapes**: `context` has stride 1; `candidates` has n rows of the other id features, and all numeric
/// inputs `dense[n*I]`, those of the user too: a number is cheaper to repeat than to look up.
///
/// **Throws** `IllegalArgumentException` when the context is not one row.
/// **Paper**: RecD (arXiv 2211.05239), deduplicated lookup and compute, for a batch that is known to have
/// one distinct row.
public record Request(KeyedJaggedTensor context, Features candidates) {
    public Request {
        if (context.stride() != 1) {
            throw new IllegalArgumentException("the context of a request is one row, got " + context.stride() + " of "
                    + context.keys() + "; what differs from candidate to candidate belongs to the candidates");
        }
    }

    /// The candidates as rows of a schema; the context is one row that all of them equal.
    ///
    /// **Throws** `IllegalArgumentException` when context and candidates together do not hold each id
    /// feature of the schema once, or a candidate does not have every numeric input.
    public Features features(FeatureSchema schema) {
        List<String> keys =
                schema.sparse().stream().map(FeatureSchema.SparseFeature::name).toList();
        List<String> held = new ArrayList<>(context.keys());
        held.addAll(candidates.keys());
        int size = candidates.size();
        if (held.size() != keys.size() || !Set.copyOf(held).equals(new HashSet<>(keys))) {
            throw new IllegalArgumentException(
                    "a request holds each id feature once, in its context or with its candidates; the context has "
                            + context.keys() + ", the candidates " + candidates.keys() + ", the model reads " + keys);
        }
        if (candidates.dense().length != size * schema.dense().size()) {
            throw new IllegalArgumentException("each of " + size + " candidates needs "
                    + schema.dense().size() + " numeric inputs, got " + candidates.dense().length + " numbers");
        }
        KeyedJaggedTensor shared = size == 0 ? context.slice(0, 0) : context;
        List<InverseKeyedJaggedTensor> groups = new ArrayList<>(candidates.groups());
        groups.add(InverseKeyedJaggedTensor.of(shared, new int[size]));
        return new Features(size, candidates.dense(), candidates.sparse(), groups, keys);
    }
}
