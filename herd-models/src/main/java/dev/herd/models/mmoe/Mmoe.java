package dev.herd.models.mmoe;

import dev.herd.data.FeatureSchema;
import dev.herd.data.config.Doc;
import dev.herd.models.DenseInputs;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.Fields;
import dev.herd.models.ModelFactory;
import dev.herd.models.RankingModel;
import dev.herd.models.multitask.Experts;
import dev.herd.models.multitask.Gate;
import dev.herd.models.multitask.Towers;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Mlp;
import java.util.List;
import java.util.stream.IntStream;

/// Experts that all labels share, averaged for each label by a gate of its own. With one label it is a
/// mixture of experts.
///
/// **Paper**: Ma et al. 2018, multi-gate mixture-of-experts.
public final class Mmoe implements ModelFactory<Mmoe.Config> {
    /// The keys of the model.
    public record Config(
            @Doc("columns D per feature") int embeddingDim,

            @Doc("how numeric inputs enter: embed, mlp or ignore")
            DenseInputs dense,

            @Doc("perceptron of the numeric inputs when `dense` is `mlp`")
            Mlp.Config bottom,

            @Doc("number of experts") int experts,
            @Doc("perceptron of each expert") Mlp.Config expert,

            @Doc("hidden layers of each gate; none for a linear map and a softmax, as in the paper")
            Mlp.Config gate,

            @Doc("perceptron of each label") Mlp.Config tower) {
        public Config {
            EmbeddingGroup.checkWidth(embeddingDim);
            Experts.check("experts", experts, expert);
        }

        public static Config defaults() {
            return new Config(
                    10,
                    DenseInputs.EMBED,
                    Mlp.Config.of(512, 256),
                    4,
                    Mlp.Config.of(512, 256, 128),
                    Mlp.Config.of(),
                    Mlp.Config.of(128, 64));
        }
    }

    @Override
    public String name() {
        return "mmoe";
    }

    @Override
    public String summary() {
        return "MMoE: experts that all labels share, averaged by a gate for each label.";
    }

    @Override
    public String paper() {
        return "Ma, Zhao, Yi, Chen, Hong, Chi: Modeling Task Relationships in Multi-task Learning with Multi-gate"
                + " Mixture-of-Experts, KDD 2018";
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
        int in = fields.flatWidth();
        Experts experts = Experts.create(parameters.scope("expert"), config.expert(), config.experts(), in);
        Parameters.Scope scope = parameters.scope("gate");
        int tasks = schema.labels().size();
        List<Gate> gates = IntStream.range(0, tasks)
                .mapToObj(task -> Gate.create(scope.scope("" + task), config.gate(), in, config.experts()))
                .toList();
        long width = config.expert().hidden().getLast();
        Towers towers = Towers.create(parameters.scope("tower"), config.tower(), tasks, width);
        return (ops, input) -> {
            Tensor x = fields.flat(ops, input);
            List<Tensor> outputs = experts.forward(ops, x);
            return towers.forward(
                    ops,
                    gates.stream().map(gate -> gate.forward(ops, x, outputs)).toList());
        };
    }
}
