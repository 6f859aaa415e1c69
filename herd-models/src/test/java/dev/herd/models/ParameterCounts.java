package dev.herd.models;

import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.nn.Parameters;
import java.lang.foreign.Arena;

/// Counts a model's parameters on the data sets for which others published theirs.
public final class ParameterCounts {
    public static final FeatureSchema FRAPPE = Schemas.of(0, 10, 5_389);
    public static final FeatureSchema MOVIELENS = Schemas.of(0, 3, 90_239);
    /// Newer FuxiCTR, with which the Wukong paper's baselines were run, adds a padding row per field.
    public static final FeatureSchema FRAPPE_PADDED = Schemas.of(0, 10, 5_389 + 10);

    public static final FeatureSchema MOVIELENS_PADDED = Schemas.of(0, 3, 90_239 + 3);

    private ParameterCounts() {}

    /// Scalars of all tables and the network.
    public static <C extends Record> long count(ModelFactory<C> factory, C config, FeatureSchema schema) {
        long rows = schema.sparse().stream().mapToLong(SparseFeature::rows).sum();
        long columns = factory.embeddings(config, schema).stream()
                .mapToLong(EmbeddingGroup::width)
                .sum();
        try (Arena arena = Arena.ofConfined()) {
            Parameters parameters = Parameters.create(arena, 1);
            factory.create(config, schema, parameters.root());
            return rows * columns + parameters.count();
        }
    }
}
