package dev.herd.models.din;

import dev.herd.data.FeatureSchema;
import dev.herd.data.config.Doc;
import dev.herd.models.DenseInputs;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.Fields;
import dev.herd.models.ModelFactory;
import dev.herd.models.RankingModel;
import dev.herd.models.behavior.Behavior;
import dev.herd.models.behavior.BehaviorNetwork;
import dev.herd.models.behavior.Behaviors;
import dev.herd.nn.Parameters;
import dev.herd.nn.layer.Mlp;
import dev.herd.nn.layer.Normalization;
import java.util.List;

/// Deep interest network: every sequence becomes one embedding, the sum of its behaviors weighed by how
/// they bear on the candidate; a perceptron sees it beside all other features.
///
/// **Paper**: Zhou et al. 2018, Deep Interest Network for Click-Through Rate Prediction (arXiv 1706.06978).
public final class Din implements ModelFactory<Din.Config> {
    /// The keys of the model.
    public record Config(
            @Doc("columns D per feature") int embeddingDim,

            @Doc("sequences and their candidates; empty: every sequence of the dataset with its item")
            List<Behavior> behaviors,

            @Doc("how numeric inputs enter: embed, mlp or ignore")
            DenseInputs dense,

            @Doc("perceptron of the numeric inputs when `dense` is `mlp`")
            Mlp.Config bottom,

            @Doc("the network that weighs behaviors") ActivationUnit.Config attention,
            @Doc("perceptron over all embeddings") Mlp.Config deep) {
        public Config {
            EmbeddingGroup.checkWidth(embeddingDim);
            behaviors = List.copyOf(behaviors);
        }

        public static Config defaults() {
            return new Config(
                    16,
                    List.of(),
                    DenseInputs.EMBED,
                    Mlp.Config.of(512, 256),
                    ActivationUnit.Config.defaults(),
                    Mlp.Config.of(200, 80).withNormalization(Normalization.BATCH));
        }
    }

    @Override
    public String name() {
        return "din";
    }

    @Override
    public String summary() {
        return "Deep interest network: behaviors weighed by how they bear on the candidate.";
    }

    @Override
    public String paper() {
        return "Zhou et al.: Deep Interest Network for Click-Through Rate Prediction, KDD 2018, arXiv 1706.06978";
    }

    @Override
    public Config defaults() {
        return Config.defaults();
    }

    @Override
    public List<EmbeddingGroup> embeddings(Config config, FeatureSchema schema) {
        return Behaviors.of(config.behaviors(), schema).groups(config.embeddingDim());
    }

    @Override
    public RankingModel create(Config config, FeatureSchema schema, Parameters.Scope parameters) {
        int width = config.embeddingDim();
        Fields.checkNotEmpty(schema);
        Behaviors behaviors = Behaviors.of(config.behaviors(), schema);
        Fields fields = Fields.create(parameters, behaviors.rest(), width, config.dense(), config.bottom());
        List<BehaviorNetwork.Summary> units = behaviors.all().stream()
                .<BehaviorNetwork.Summary>map(b -> ActivationUnit.create(
                        parameters.scope("attention").scope(b.sequence()), config.attention(), width))
                .toList();
        Mlp deep = Mlp.create(
                parameters.scope("deep"),
                config.deep(),
                fields.flatWidth() + (long) units.size() * width,
                schema.labels().size());
        return new BehaviorNetwork(fields, behaviors, units, deep);
    }
}
