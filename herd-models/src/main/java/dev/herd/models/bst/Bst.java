package dev.herd.models.bst;

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
import dev.herd.nn.layer.TransformerEncoder;
import java.util.List;

/// Behavior sequence transformer: behaviors and candidate attend to each other; a perceptron sees the
/// outcome beside all other features.
///
/// **Paper**: Chen et al. 2019, Behavior Sequence Transformer for E-commerce Recommendation in Alibaba
/// (arXiv 1905.06874).
public final class Bst implements ModelFactory<Bst.Config> {
    /// The keys of the model.
    public record Config(
            @Doc("columns D per feature; positions of a sequence have 2 D, the item's and the place's")
            int embeddingDim,

            @Doc("sequences and their candidates; empty: every sequence of the dataset with its item")
            List<Behavior> behaviors,

            @Doc("how numeric inputs enter: embed, mlp or ignore")
            DenseInputs dense,

            @Doc("perceptron of the numeric inputs when `dense` is `mlp`")
            Mlp.Config bottom,

            @Doc("transformer layers per sequence") int layers,
            @Doc("the transformer layers") TransformerEncoder.Config transformer,

            @Doc("what of the positions goes on: target (the candidate's), mean or sum")
            PositionPooling pooling,

            @Doc("perceptron over all embeddings") Mlp.Config deep) {
        public Config {
            EmbeddingGroup.checkWidth(embeddingDim);
            behaviors = List.copyOf(behaviors);
            if (layers < 1) {
                throw new IllegalArgumentException("`layers` must be positive, got " + layers);
            }
            if (2 * embeddingDim % transformer.heads() != 0) {
                throw new IllegalArgumentException("`transformer.heads` (" + transformer.heads()
                        + ") must divide twice the `embedding_dim` (" + 2 * embeddingDim + ")");
            }
        }

        public static Config defaults() {
            return new Config(
                    16,
                    List.of(),
                    DenseInputs.EMBED,
                    Mlp.Config.of(512, 256),
                    1,
                    new TransformerEncoder.Config(8, 32, 0),
                    PositionPooling.TARGET,
                    Mlp.Config.of(256, 128, 64).withNormalization(Normalization.BATCH));
        }
    }

    @Override
    public String name() {
        return "bst";
    }

    @Override
    public String summary() {
        return "Behavior sequence transformer: behaviors and candidate through self-attention.";
    }

    @Override
    public String paper() {
        return "Chen et al.: Behavior Sequence Transformer for E-commerce Recommendation in Alibaba, DLP-KDD 2019,"
                + " arXiv 1905.06874";
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
        List<BehaviorNetwork.Summary> transformers = behaviors.all().stream()
                .<BehaviorNetwork.Summary>map(b -> BehaviorTransformer.create(
                        parameters.scope("transformer").scope(b.sequence()), config, b.maxLength()))
                .toList();
        Mlp deep = Mlp.create(
                parameters.scope("deep"),
                config.deep(),
                fields.flatWidth() + 2L * transformers.size() * width,
                schema.labels().size());
        return new BehaviorNetwork(fields, behaviors, transformers, deep);
    }
}
