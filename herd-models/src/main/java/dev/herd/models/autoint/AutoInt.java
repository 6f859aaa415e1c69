package dev.herd.models.autoint;

import dev.herd.data.FeatureSchema;
import dev.herd.data.config.Doc;
import dev.herd.models.DenseInputs;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.Fields;
import dev.herd.models.ModelFactory;
import dev.herd.models.RankingModel;
import dev.herd.models.lr.LinearTerm;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Linear;
import dev.herd.nn.layer.Mlp;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Fields that attend to each other, layer upon layer; with a perceptron added to the answer it is
/// AutoInt+.
///
/// **Paper**: Song et al. 2019, section 4; its experiments for AutoInt+.
public final class AutoInt implements ModelFactory<AutoInt.Config> {
    /// The keys of the model.
    public record Config(
            @Doc("columns per feature") int embeddingDim,

            @Doc("how numeric inputs enter: embed, mlp or ignore")
            DenseInputs dense,

            @Doc("perceptron of the numeric inputs when `dense` is `mlp`")
            Mlp.Config bottom,

            @Doc("the attention layers") Attention attention,

            @Doc("whether a linear term is added to the answer")
            boolean wide,

            @Doc("the perceptron added to the answer; without hidden layers none, which leaves AutoInt")
            Mlp.Config deep) {
        public Config {
            EmbeddingGroup.checkWidth(embeddingDim);
        }

        public static Config defaults() {
            return new Config(
                    10, DenseInputs.EMBED, Mlp.Config.of(512, 256), Attention.defaults(), false, Mlp.Config.defaults());
        }
    }

    /// The attention layers.
    public record Attention(
            @Doc("number of attention layers") int layers,

            @Doc("columns of every layer, all heads together")
            int width,

            @Doc("heads of every layer, a divisor of its width")
            int heads,

            @Doc("whether a layer's input is added to its result, through a linear map if widths differ")
            boolean residual,

            @Doc("whether scores are divided by the root of a head's width")
            boolean scale,

            @Doc("whether results are normalized before the activation")
            boolean layerNorm,

            @Doc("probability that an attention weight is zeroed in training")
            double dropout) {
        public Attention {
            if (layers < 1) {
                throw new IllegalArgumentException("`layers` must be positive, got " + layers);
            }
            if (width < 1 || heads < 1 || width % heads != 0) {
                throw new IllegalArgumentException("`heads` must divide `width`, got " + heads + " and " + width);
            }
            if (!(dropout >= 0 && dropout < 1)) {
                throw new IllegalArgumentException("`dropout` must lie in [0, 1), got " + dropout);
            }
        }

        /// As the BARS benchmark tuned AutoInt+ to MovieLens.
        public static Attention defaults() {
            return new Attention(2, 128, 4, true, true, true, 0);
        }
    }

    @Override
    public String name() {
        return "autoint";
    }

    @Override
    public String summary() {
        return "AutoInt+: fields attend to each other, beside a perceptron (AutoInt: without).";
    }

    @Override
    public String paper() {
        return "Song et al.: AutoInt: Automatic Feature Interaction Learning via Self-Attentive Neural Networks,"
                + " CIKM 2019 (arXiv 1810.11921)";
    }

    @Override
    public Config defaults() {
        return Config.defaults();
    }

    @Override
    public List<EmbeddingGroup> embeddings(Config config, FeatureSchema schema) {
        List<EmbeddingGroup> linear = config.wide() ? LinearTerm.groups(schema) : List.of();
        return Stream.concat(linear.stream(), Fields.groups(schema, config.embeddingDim()).stream())
                .toList();
    }

    @Override
    public RankingModel create(Config config, FeatureSchema schema, Parameters.Scope parameters) {
        int tasks = schema.labels().size();
        Fields fields = Fields.create(parameters, schema, config.embeddingDim(), config.dense(), config.bottom());
        List<InteractingLayer> layers = layers(parameters.scope("attention"), config.attention(), fields);
        int attended = Math.multiplyExact(fields.count(), config.attention().width());
        Linear out = Linear.create(parameters.scope("out"), attended, tasks);
        LinearTerm wide =
                config.wide() ? LinearTerm.withoutBias(parameters.scope("linear"), schema, config.dense()) : null;
        Mlp deep = config.deep().hidden().isEmpty()
                ? null
                : Mlp.create(parameters.scope("deep"), config.deep(), fields.flatWidth(), tasks);
        return (ops, input) -> {
            Tensor embBND = fields.forward(ops, input);
            Tensor x = embBND;
            for (InteractingLayer layer : layers) {
                x = layer.forward(ops, x);
            }
            Tensor logits = out.forward(ops, ops.reshape(x, -1, attended));
            if (wide != null) {
                logits = ops.add(logits, wide.forward(ops, input));
            }
            return deep == null
                    ? logits
                    : ops.add(logits, deep.forward(ops, ops.reshape(embBND, -1, fields.flatWidth())));
        };
    }

    private static List<InteractingLayer> layers(Parameters.Scope scope, Attention config, Fields fields) {
        List<InteractingLayer> layers = new ArrayList<>();
        for (int i = 0; i < config.layers(); i++) {
            int in = i == 0 ? fields.width() : config.width();
            layers.add(InteractingLayer.create(scope.scope(Integer.toString(i)), config, fields.count(), in));
        }
        return layers;
    }
}
