package dev.herd.models;

import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.nn.Parameters;
import java.lang.foreign.Arena;
import java.util.Map;
import java.util.stream.Collectors;

/// Scalars of all tables and the network of a model, and the data sets for which others published theirs.
public final class ParameterCount {
    public static final FeatureSchema FRAPPE = Schemas.of(0, 10, 5_389);
    public static final FeatureSchema MOVIELENS = Schemas.of(0, 3, 90_239);
    /// Newer FuxiCTR, with which the Wukong paper's baselines were run, adds a padding row per field.
    public static final FeatureSchema FRAPPE_PADDED = Schemas.of(0, 10, 5_389 + 10);

    public static final FeatureSchema MOVIELENS_PADDED = Schemas.of(0, 3, 90_239 + 3);

    private ParameterCount() {}

    public static <C extends Record> long of(ModelFactory<C> factory, C config, FeatureSchema schema) {
        Map<String, Long> rows =
                schema.sparse().stream().collect(Collectors.toMap(SparseFeature::name, SparseFeature::rows));
        long tables = 0;
        for (EmbeddingGroup group : factory.embeddings(config, schema)) {
            for (String feature : group.pooled()) {
                tables += rows.getOrDefault(feature, 0L) * group.width();
            }
        }
        try (Arena arena = Arena.ofConfined()) {
            Parameters parameters = Parameters.create(arena, 1);
            factory.create(config, schema, parameters.root());
            return tables + parameters.count();
        }
    }
}
