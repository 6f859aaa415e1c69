package dev.herd.models;

import dev.herd.data.FeatureSchema;
import dev.herd.data.config.Subtree;
import dev.herd.nn.Parameters;
import java.util.List;

/// How to build one kind of ranking model; each paper's package has one, listed in `ModelZoo`.
///
/// @param <C> the record of the model's configuration keys with their defaults
public interface ModelFactory<C extends Record> {
    /// The name in configuration files: `wukong`.
    String name();

    /// One sentence for `herd models`.
    String summary();

    /// Authors, title and number of the paper.
    String paper();

    /// The configuration when nothing is set.
    C defaults();

    /// The tables the model needs.
    List<EmbeddingGroup> embeddings(C config, FeatureSchema schema);

    /// Declares the dense parameters and returns the network.
    RankingModel create(C config, FeatureSchema schema, Parameters.Scope parameters);

    /// This model with the keys that a configuration file gives, laid over the defaults.
    default ConfiguredModel<C> configure(Subtree keys) {
        return new ConfiguredModel<>(this, keys.as(defaults()));
    }
}
