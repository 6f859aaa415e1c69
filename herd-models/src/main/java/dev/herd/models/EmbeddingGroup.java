package dev.herd.models;

import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.SparseFeature;
import java.util.List;

/// A set of embedding tables that a model asks for, all of one width: one table per feature that it pools,
/// and the sequences that it wants id by id. Most models want one group; FM-like models add a second of
/// width 1 for the linear part.
///
/// @param name key into [ModelInput#embeddings(String)], also the first part of the tables' names
///     (`name/feature`)
/// @param width D, columns of every table
/// @param pooled features whose ids are pooled to one embedding each, in the order of the result
/// @param sequences features whose embeddings stay apart, in the order of their ids
public record EmbeddingGroup(String name, int width, List<String> pooled, List<Sequence> sequences) {
    public EmbeddingGroup {
        checkWidth(width);
        pooled = List.copyOf(pooled);
        sequences = List.copyOf(sequences);
    }

    /// A feature looked up id by id.
    ///
    /// @param feature name in the schema
    /// @param table pooled feature of this group whose table it reads, or its own name for a table of its
    ///     own
    /// @param maxLength T at most; of longer rows the last ids count, which are the newest
    public record Sequence(String feature, String table, int maxLength) {
        public Sequence {
            if (maxLength < 1) {
                throw new IllegalArgumentException("`max_length` must be positive, got " + maxLength);
            }
        }
    }

    /// All id features of a schema, pooled.
    public static EmbeddingGroup pooled(String name, int width, FeatureSchema schema) {
        return new EmbeddingGroup(
                name, width, schema.sparse().stream().map(SparseFeature::name).toList(), List.of());
    }

    /// Refuses a width that is not positive, for the key `embedding_dim` of the models' configurations.
    public static void checkWidth(int width) {
        if (width <= 0) {
            throw new IllegalArgumentException("`embedding_dim` must be positive, got " + width);
        }
    }
}
