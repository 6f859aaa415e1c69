package dev.herd.models.fibinet;

import dev.herd.data.FeatureSchema;
import dev.herd.data.InputException;
import dev.herd.data.config.Doc;
import dev.herd.models.DenseInputs;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.Fields;
import dev.herd.models.ModelFactory;
import dev.herd.models.RankingModel;
import dev.herd.models.lr.LinearTerm;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Mlp;
import java.util.List;
import java.util.stream.Stream;

/// Bilinear products of all pairs of embeddings and of all pairs of reweighted embeddings through a
/// perceptron, beside a linear term. Numeric inputs are embedded each.
///
/// **Paper**: Huang et al. 2019, section 3. The perceptron's output map holds the only bias.
public final class FiBiNet implements ModelFactory<FiBiNet.Config> {
    /// Which pairs share a matrix.
    public enum Bilinear {
        /// all
        FIELD_ALL,
        /// those with the same first embedding
        FIELD_EACH,
        /// none
        FIELD_INTERACTION
    }

    /// The keys of the model.
    public record Config(
            @Doc("columns D per feature") int embeddingDim,

            @Doc("embeddings per number in the narrow part of the network that weighs them")
            double reduction,

            @Doc("which pairs share a matrix: field_all, field_each (same first field) or field_interaction (none)")
            Bilinear bilinear,

            @Doc("whether embeddings and reweighted embeddings share their matrices, as in the benchmark's runs")
            boolean sharedBilinear,

            @Doc("the perceptron") Mlp.Config deep) {
        public Config {
            EmbeddingGroup.checkWidth(embeddingDim);
            if (!(reduction > 0)) {
                throw new IllegalArgumentException("`reduction` must be positive, got " + reduction);
            }
        }

        public static Config defaults() {
            return new Config(10, 3, Bilinear.FIELD_INTERACTION, true, Mlp.Config.defaults());
        }
    }

    @Override
    public String name() {
        return "fibinet";
    }

    @Override
    public String summary() {
        return "FiBiNET: bilinear products of all pairs, of the embeddings and of reweighted ones.";
    }

    @Override
    public String paper() {
        return "Huang, Zhang, Zhang: FiBiNET: Combining Feature Importance and Bilinear Feature Interaction for"
                + " Click-Through Rate Prediction, RecSys 2019 (arXiv 1905.09433)";
    }

    @Override
    public Config defaults() {
        return Config.defaults();
    }

    @Override
    public List<EmbeddingGroup> embeddings(Config config, FeatureSchema schema) {
        return Stream.concat(LinearTerm.groups(schema).stream(), Fields.groups(schema, config.embeddingDim()).stream())
                .toList();
    }

    @Override
    public RankingModel create(Config config, FeatureSchema schema, Parameters.Scope parameters) {
        int tasks = schema.labels().size();
        LinearTerm linear = LinearTerm.withoutBias(parameters.scope("linear"), schema);
        Fields fields = Fields.create(parameters, schema, config.embeddingDim(), DenseInputs.EMBED, Mlp.Config.of());
        int n = fields.count();
        if (n < 2) {
            throw new InputException("fibinet multiplies pairs of embeddings, but the schema gives only one;"
                    + " declare another feature or use the model `dnn`");
        }
        SqueezeExcitation reweight = SqueezeExcitation.create(parameters.scope("senet"), n, config.reduction());
        BilinearInteraction plain = bilinear(parameters.scope("bilinear"), n, config);
        BilinearInteraction reweighted =
                config.sharedBilinear() ? plain : bilinear(parameters.scope("reweighted_bilinear"), n, config);
        long width = 2L * BilinearInteraction.pairs(n) * config.embeddingDim();
        Mlp deep = Mlp.create(parameters.scope("deep"), config.deep(), width, tasks);
        return (ops, input) -> {
            Tensor embBND = fields.forward(ops, input);
            Tensor pairsBPD = plain.forward(ops, embBND);
            Tensor reweightedBPD = reweighted.forward(ops, reweight.forward(ops, embBND));
            Tensor all = ops.reshape(ops.concat(List.of(pairsBPD, reweightedBPD), 1), -1, width);
            return ops.add(linear.forward(ops, input), deep.forward(ops, all));
        };
    }

    private static BilinearInteraction bilinear(Parameters.Scope scope, int n, Config config) {
        return BilinearInteraction.create(scope, config.bilinear(), n, config.embeddingDim());
    }
}
