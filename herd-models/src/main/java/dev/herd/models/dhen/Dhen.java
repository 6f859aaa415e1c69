package dev.herd.models.dhen;

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
import dev.herd.models.interaction.StackedInteractions;
import dev.herd.nn.Parameters;
import dev.herd.nn.layer.Mlp;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Layers that each ensemble different interactions of the same embeddings.
///
/// **Paper**: Zhang et al. 2022 (arXiv 2203.11014), section 3.
public final class Dhen implements ModelFactory<Dhen.Config> {
    /// The interactions of one layer.
    public record LayerConfig(
            @Doc("interactions side by side: dot, attention, linear, cross or convolution, each with its keys")
            List<Module> modules,

            @Doc("how their results become one list: concat, sum, weighted_sum or gated")
            Ensemble ensemble) {
        public LayerConfig {
            modules = List.copyOf(modules);
            if (modules.isEmpty()) {
                throw new IllegalArgumentException("`modules` must name at least one interaction");
            }
            for (Module module : modules) {
                if (module.embeddings() < 1) {
                    throw new IllegalArgumentException(
                            "`embeddings` of a module must be positive, got " + module.embeddings());
                }
            }
            List<Integer> counts = modules.stream().map(Module::embeddings).toList();
            if (ensemble != Ensemble.CONCAT && counts.stream().distinct().count() > 1) {
                throw new IllegalArgumentException(
                        "`ensemble: " + ensemble.name().toLowerCase(Locale.ROOT)
                                + "` needs modules that give the same number of `embeddings`, got " + counts
                                + "; make them equal or use `concat`");
            }
        }

        public static LayerConfig defaults() {
            return new LayerConfig(List.of(Module.Dot.defaults(), Module.Linear.defaults()), Ensemble.CONCAT);
        }
    }

    /// The keys of the model.
    public record Config(
            @Doc("columns D per feature") int embeddingDim,

            @Doc("how numeric inputs enter: mlp (the paper), embed or ignore")
            DenseInputs dense,

            @Doc("perceptron of the numeric inputs when `dense` is `mlp`")
            Mlp.Config bottom,

            @Doc("number of layers") int layers,

            @Doc("the layers in order; with fewer of them than `layers` they are repeated in turn")
            List<LayerConfig> stack,

            @Doc("perceptron over the last layer's embeddings")
            Mlp.Config head) {
        public Config {
            EmbeddingGroup.checkWidth(embeddingDim);
            stack = List.copyOf(stack);
            if (layers < 1) {
                throw new IllegalArgumentException("`layers` must be at least 1, got " + layers);
            }
            if (stack.isEmpty() || stack.size() > layers) {
                throw new IllegalArgumentException(
                        "`stack` must describe between 1 and `layers` (" + layers + ") layers, got " + stack.size());
            }
            stack.forEach(layer -> layer.modules().forEach(module -> checkHeads(module, embeddingDim)));
        }

        private static void checkHeads(Module module, int width) {
            if (module instanceof Module.Attention attention
                    && width % attention.encoder().heads() != 0) {
                throw new IllegalArgumentException("`heads` of an attention module must divide `embedding_dim` ("
                        + width + "), got " + attention.encoder().heads());
            }
        }

        public static Config defaults() {
            return new Config(
                    16,
                    DenseInputs.MLP,
                    Mlp.Config.of(512, 256),
                    2,
                    List.of(LayerConfig.defaults()),
                    Mlp.Config.of(512, 512));
        }
    }

    @Override
    public String name() {
        return "dhen";
    }

    @Override
    public String summary() {
        return "DHEN: layers that each ensemble several kinds of interaction.";
    }

    @Override
    public String paper() {
        return "Zhang et al.: DHEN: A Deep and Hierarchical Ensemble Network for Large-Scale Click-Through Rate"
                + " Prediction, arXiv 2203.11014";
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
        List<LayerConfig> stack = config.stack();
        return StackedInteractions.create(
                parameters,
                fields,
                config.layers(),
                (scope, number, n) -> layer(scope, n, fields.width(), stack.get(number % stack.size())),
                config.head(),
                schema.labels().size());
    }

    private static InteractionLayer layer(Parameters.Scope scope, int n, int width, LayerConfig config) {
        List<Interaction> interactions = new ArrayList<>();
        for (Module module : config.modules()) {
            interactions.add(module.create(scope.scope("module" + interactions.size()), n, width));
        }
        InteractionLayer.Shape shape = new InteractionLayer.Shape(config.ensemble(), Shortcut.RESIDUAL, true);
        return InteractionLayer.create(scope, n, width, interactions, shape);
    }
}
