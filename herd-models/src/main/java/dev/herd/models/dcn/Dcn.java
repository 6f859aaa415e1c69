package dev.herd.models.dcn;

import dev.herd.data.FeatureSchema;
import dev.herd.data.config.Doc;
import dev.herd.models.DenseInputs;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.Fields;
import dev.herd.models.ModelFactory;
import dev.herd.models.RankingModel;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Linear;
import dev.herd.nn.layer.Mlp;
import java.util.List;

/// The first deep and cross network: cross layers with vector weights beside a perceptron.
///
/// **Paper**: Wang et al. 2017, sections 2.2 to 2.4.
public final class Dcn implements ModelFactory<Dcn.Config> {
    /// The keys of the model.
    public record Config(
            @Doc("columns per feature") int embeddingDim,

            @Doc("how numeric inputs enter: embed, mlp or ignore")
            DenseInputs dense,

            @Doc("perceptron of the numeric inputs when `dense` is `mlp`")
            Mlp.Config bottom,

            @Doc("number of cross layers") int layers,

            @Doc("the perceptron beside them; none without hidden layers")
            Mlp.Config deep) {
        public Config {
            EmbeddingGroup.checkWidth(embeddingDim);
            if (layers < 1) {
                throw new IllegalArgumentException("`layers` must be positive, got " + layers);
            }
        }

        public static Config defaults() {
            return new Config(10, DenseInputs.EMBED, Mlp.Config.of(512, 256), 3, Mlp.Config.defaults());
        }
    }

    @Override
    public String name() {
        return "dcn";
    }

    @Override
    public String summary() {
        return "DCN: cross layers with vector weights beside a perceptron.";
    }

    @Override
    public String paper() {
        return "Wang, Fu, Fu, Wang: Deep & Cross Network for Ad Click Predictions, ADKDD 2017 (arXiv 1708.05123)";
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
        int width = fields.flatWidth();
        VectorCrossNetwork cross = VectorCrossNetwork.create(parameters.scope("cross"), config.layers(), width);
        int tasks = schema.labels().size();
        if (config.deep().hidden().isEmpty()) {
            Linear out = Linear.create(parameters.scope("out"), width, tasks);
            return (ops, input) -> out.forward(ops, cross.forward(ops, fields.flat(ops, input)));
        }
        Mlp deep = Mlp.hidden(parameters.scope("deep"), config.deep(), width);
        Linear out = Linear.create(parameters.scope("out"), width + deep.width(), tasks);
        return (ops, input) -> {
            Tensor x0 = fields.flat(ops, input);
            return out.forward(ops, ops.concat(List.of(cross.forward(ops, x0), deep.forward(ops, x0)), 1));
        };
    }
}
