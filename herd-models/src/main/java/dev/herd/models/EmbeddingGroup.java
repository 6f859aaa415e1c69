package dev.herd.models;

/// A set of embedding tables that a model asks for: one table per sparse feature, all of one width, looked up and
/// pooled together. Most models want one group; FM-like models add a second of width 1 for the linear part.
///
/// @param name key into [ModelInput#embeddings], also the first part of the tables' names (`name/feature`)
/// @param width D, columns of every table
public record EmbeddingGroup(String name, int width) {
    public EmbeddingGroup {
        checkWidth(width);
    }

    /// Refuses a width that is not positive, for the key `embedding_dim` of the models' configurations.
    public static void checkWidth(int width) {
        if (width <= 0) {
            throw new IllegalArgumentException("`embedding_dim` must be positive, got " + width);
        }
    }
}
