package dev.herd.models;

import dev.herd.data.FeatureSchema;
import dev.herd.nn.Parameters;
import java.util.List;

/// A kind of model with its keys set: all that is missing is a schema.
public record ConfiguredModel<C extends Record>(ModelFactory<C> factory, C config) {
    /// The tables the model needs.
    public List<EmbeddingGroup> embeddings(FeatureSchema schema) {
        return factory.embeddings(config, schema);
    }

    /// Declares the dense parameters and returns the network.
    public RankingModel create(FeatureSchema schema, Parameters.Scope parameters) {
        return factory.create(config, schema, parameters);
    }
}
