package dev.herd.data;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The columns a model learns from and what each of them means, after the dataset's transforms.
///
/// @param labels names of the K targets; a binary label is 0 or 1
/// @param dense the I numeric inputs, in the order of `Features.dense`
/// @param sparse the F id features, in the order of the keys of `Features.sparse`
/// @param session column that groups rows: the session or user (grouped metrics, clustering); null when
///     there is none
/// @param timestamp column with the time of the row; null when there is none
/// @param item feature that names the candidate item; null when there is none
public record FeatureSchema(
        List<String> labels,
        List<DenseFeature> dense,
        List<SparseFeature> sparse,
        @Nullable String session,
        @Nullable String timestamp,
        @Nullable String item) {

    public FeatureSchema {
        labels = List.copyOf(labels);
        dense = List.copyOf(dense);
        sparse = List.copyOf(sparse);
        if (labels.isEmpty()) {
            throw new IllegalArgumentException("a schema needs at least one label");
        }
        Set<String> seen = new HashSet<>();
        labels.forEach(name -> addOnce(seen, name));
        dense.forEach(feature -> addOnce(seen, feature.name()));
        sparse.forEach(feature -> addOnce(seen, feature.name()));
    }

    /// This schema without some of its id features.
    public FeatureSchema without(Set<String> features) {
        List<SparseFeature> rest =
                sparse.stream().filter(f -> !features.contains(f.name())).toList();
        return new FeatureSchema(labels, dense, rest, session, timestamp, item);
    }

    private static void addOnce(Set<String> seen, String name) {
        if (!seen.add(name)) {
            throw new IllegalArgumentException("column '" + name + "' is declared twice in the schema");
        }
    }

    /// A numeric input.
    public record DenseFeature(String name) {}

    /// An id feature.
    ///
    /// @param rows number of ids, so that every id lies in `[0, rows)`, the out-of-vocabulary row included
    /// @param weighted whether every id carries a weight
    public record SparseFeature(String name, Arity arity, long rows, boolean weighted) {
        public SparseFeature {
            if (rows <= 0) {
                throw new IllegalArgumentException("feature '" + name + "' needs at least one row, got " + rows);
            }
        }
    }

    /// How many ids one row holds, and whether their order matters.
    public enum Arity {
        /// exactly one id
        SINGLE,
        /// any number of ids, pooled
        MULTI,
        /// any number of ids in time order, oldest first
        SEQUENCE
    }
}
