package dev.herd.models.dnn;

import dev.herd.data.FeatureSchema;
import dev.herd.data.config.Doc;
import dev.herd.models.DenseInputs;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.Fields;
import dev.herd.models.ModelFactory;
import dev.herd.models.RankingModel;
import dev.herd.nn.Parameters;
import dev.herd.nn.layer.Mlp;
import java.util.List;

/// One perceptron over all embeddings side by side.
///
/// **Paper**: Covington et al. 2016, section 4 (the ranking network), as benchmarked by BARS.
public final class DeepNetwork implements ModelFactory<DeepNetwork.Config> {
    /// The keys of the model.
    public record Config(
            @Doc("columns D per feature") int embeddingDim,

            @Doc("how numeric inputs enter: embed, mlp or ignore")
            DenseInputs dense,

            @Doc("perceptron of the numeric inputs when `dense` is `mlp`")
            Mlp.Config bottom,

            @Doc("the perceptron") Mlp.Config deep) {
        public Config {
            EmbeddingGroup.checkWidth(embeddingDim);
        }

        public static Config defaults() {
            return new Config(10, DenseInputs.EMBED, Mlp.Config.of(512, 256), Mlp.Config.defaults());
        }
    }

    @Override
    public String name() {
        return "dnn";
    }

    @Override
    public String summary() {
        return "Deep network: one perceptron over all embeddings side by side.";
    }

    @Override
    public String paper() {
        return "Covington, Adams, Sargin: Deep Neural Networks for YouTube Recommendations, RecSys 2016";
    }

    @Override
    public Config defaults() {
        return Config.defaults();
    }

    @Override
    public List<EmbeddingGroup> embeddings(Config config, FeatureSchema schema) {
        return Fields.groups(schema, config.embeddingDim());
    }

    @Override
    public RankingModel create(Config config, FeatureSchema schema, Parameters.Scope parameters) {
        Fields fields = Fields.create(parameters, schema, config.embeddingDim(), config.dense(), config.bottom());
        Mlp deep = Mlp.create(
                parameters.scope("deep"),
                config.deep(),
                fields.flatWidth(),
                schema.labels().size());
        return (ops, input) -> deep.forward(ops, fields.flat(ops, input));
    }
}
