package dev.herd.models.wukong;

import dev.herd.data.FeatureSchema;
import dev.herd.data.config.Doc;
import dev.herd.models.DenseInputs;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.Fields;
import dev.herd.models.ModelFactory;
import dev.herd.models.RankingModel;
import dev.herd.models.interaction.Ensemble;
import dev.herd.models.interaction.Interaction;
import dev.herd.models.interaction.InteractionLayer;
import dev.herd.models.interaction.InteractionLayer.Shortcut;
import dev.herd.models.interaction.LinearCombinations;
import dev.herd.models.interaction.StackedInteractions;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Mlp;
import java.util.List;

/// Stacked factorization machines: layer l holds interactions of orders 1 to 2^l.
///
/// **Paper**: Zhang et al. 2024, section 3. Every one of the last layer's embeddings goes into the head.
public final class Wukong implements ModelFactory<Wukong.Config> {
    /// What a layer is made of.
    public enum Part {
        /// the factorization machine block
        FMB,
        /// the linear compress block
        LCB,
        RESIDUAL
    }

    /// The keys of the model.
    public record Config(
            @Doc("columns D per feature") int embeddingDim,

            @Doc("how numeric inputs enter: mlp (the paper), embed or ignore")
            DenseInputs dense,

            @Doc("perceptron of the numeric inputs when `dense` is `mlp`")
            Mlp.Config bottom,

            @Doc("number of layers") int layers,

            @Doc("embeddings n_F from the factorization machine block: one number for all layers, or one each")
            List<Integer> fmEmbeddings,

            @Doc("embeddings n_L from the linear compress block: one number for all layers, or one each")
            List<Integer> lcbEmbeddings,

            @Doc("how the products of embeddings are cut: full, static or attentive")
            Projection projection,

            @Doc("perceptron of the factorization machine block")
            Mlp.Config mlp,

            @Doc("layer normalization inside and after each layer")
            boolean layerNorm,

            @Doc("perceptron over the last layer's embeddings")
            Mlp.Config head,

            @Doc("parts of every layer that give zeros, for ablations: fmb, lcb, residual")
            List<Part> without) {
        public Config {
            EmbeddingGroup.checkWidth(embeddingDim);
            fmEmbeddings = List.copyOf(fmEmbeddings);
            lcbEmbeddings = List.copyOf(lcbEmbeddings);
            without = List.copyOf(without);
            if (layers < 1) {
                throw new IllegalArgumentException("`layers` must be at least 1, got " + layers);
            }
            checkCounts("fm_embeddings", fmEmbeddings, layers);
            checkCounts("lcb_embeddings", lcbEmbeddings, layers);
        }

        private static void checkCounts(String key, List<Integer> counts, int layers) {
            if (counts.size() != 1 && counts.size() != layers) {
                throw new IllegalArgumentException(
                        "`" + key + "` must hold one number or one per layer (" + layers + "), got " + counts);
            }
            for (int count : counts) {
                if (count < 1) {
                    throw new IllegalArgumentException("`" + key + "` must be positive, got " + counts);
                }
            }
        }

        public static Config defaults() {
            return new Config(
                    16,
                    DenseInputs.MLP,
                    Mlp.Config.of(512, 256),
                    2,
                    List.of(8),
                    List.of(8),
                    Projection.Static.defaults(),
                    Mlp.Config.of(512, 512),
                    true,
                    Mlp.Config.of(512, 512),
                    List.of());
        }

        private static int at(List<Integer> counts, int layer) {
            return counts.get(counts.size() == 1 ? 0 : layer);
        }
    }

    @Override
    public String name() {
        return "wukong";
    }

    @Override
    public String summary() {
        return "Wukong: stacked factorization machines; quality follows compute.";
    }

    @Override
    public String paper() {
        return "Zhang et al.: Wukong: Towards a Scaling Law for Large-Scale Recommendation, ICML 2024"
                + " (arXiv 2403.02545)";
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
        return StackedInteractions.create(
                parameters,
                fields,
                config.layers(),
                (scope, number, n) -> layer(scope, number, n, config),
                config.head(),
                schema.labels().size());
    }

    /// `X' = LN(concat(FMB(X), LCB(X)) + R(X))`.
    private static InteractionLayer layer(Parameters.Scope scope, int number, int n, Config config) {
        int fm = Config.at(config.fmEmbeddings(), number);
        int lcb = Config.at(config.lcbEmbeddings(), number);
        List<Interaction> blocks = List.of(
                unless(config, Part.FMB, FactorizationMachineBlock.create(scope.scope("fmb"), n, fm, config)),
                unless(config, Part.LCB, LinearCombinations.create(scope.scope("lcb"), n, lcb)));
        Shortcut shortcut = config.without().contains(Part.RESIDUAL) ? Shortcut.NONE : Shortcut.RESIDUAL;
        InteractionLayer.Shape shape = new InteractionLayer.Shape(Ensemble.CONCAT, shortcut, config.layerNorm());
        return InteractionLayer.create(scope, n, config.embeddingDim(), blocks, shape);
    }

    private static Interaction unless(Config config, Part part, Interaction block) {
        return config.without().contains(part) ? new Zeroed(block) : block;
    }

    /// A block that is computed and then ignored.
    private record Zeroed(Interaction block) implements Interaction {
        @Override
        public Tensor forward(Ops ops, Tensor embBND) {
            return ops.scale(block.forward(ops, embBND), 0);
        }

        @Override
        public int embeddings() {
            return block.embeddings();
        }
    }
}
