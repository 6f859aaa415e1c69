package dev.herd.models.fm;

import dev.herd.data.FeatureSchema;
import dev.herd.data.config.Doc;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.Fields;
import dev.herd.models.ModelFactory;
import dev.herd.models.RankingModel;
import dev.herd.models.lr.LinearTerm;
import dev.herd.nn.Parameters;
import java.util.List;
import java.util.stream.Stream;

/// A factorization machine of second order.
///
/// **Paper**: Rendle 2010, equation 1. Numeric inputs are features whose value scales their factors.
public final class FactorizationMachine implements ModelFactory<FactorizationMachine.Config> {
    /// The keys of the model.
    public record Config(
            @Doc("factors D per feature and task") int embeddingDim) {
        public Config {
            EmbeddingGroup.checkWidth(embeddingDim);
        }

        public static Config defaults() {
            return new Config(10);
        }

        int width(FeatureSchema schema) {
            return Math.multiplyExact(embeddingDim, schema.labels().size());
        }
    }

    @Override
    public String name() {
        return "fm";
    }

    @Override
    public String summary() {
        return "Factorization machine: a linear term and all pairs of features through their factors.";
    }

    @Override
    public String paper() {
        return "Rendle: Factorization Machines, ICDM 2010";
    }

    @Override
    public Config defaults() {
        return Config.defaults();
    }

    @Override
    public List<EmbeddingGroup> embeddings(Config config, FeatureSchema schema) {
        return Stream.concat(LinearTerm.groups(schema).stream(), Fields.groups(schema, config.width(schema)).stream())
                .toList();
    }

    @Override
    public RankingModel create(Config config, FeatureSchema schema, Parameters.Scope parameters) {
        LinearTerm linear = LinearTerm.create(parameters.scope("linear"), schema);
        Fields fields = Fields.factors(parameters, schema, config.width(schema));
        PairwiseTerm pairs = new PairwiseTerm(schema.labels().size(), config.embeddingDim());
        return (ops, input) -> ops.add(linear.forward(ops, input), pairs.forward(ops, fields.forward(ops, input)));
    }
}
