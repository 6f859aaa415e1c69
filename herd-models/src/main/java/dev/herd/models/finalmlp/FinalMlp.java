package dev.herd.models.finalmlp;

import dev.herd.data.FeatureSchema;
import dev.herd.data.config.Doc;
import dev.herd.models.DenseInputs;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.Fields;
import dev.herd.models.ModelFactory;
import dev.herd.models.ModelInput;
import dev.herd.models.RankingModel;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Mlp;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Two perceptrons over the same embeddings, each behind gates of its own, joined by bilinear forms.
///
/// **Paper**: Mao et al. 2023.
public final class FinalMlp implements ModelFactory<FinalMlp.Config> {
    private static final String FIRST = "first";
    private static final String SECOND = "second";

    /// One of the two streams.
    public record Stream(
            @Doc("the perceptron") Mlp.Config mlp,

            @Doc("id features that the stream's gates look at; none for gates that are the same in all rows")
            List<String> context) {
        public Stream {
            context = List.copyOf(context);
            if (mlp.hidden().isEmpty()) {
                throw new IllegalArgumentException("a stream's `mlp.hidden` must hold at least one width, got []");
            }
        }

        public static Stream defaults() {
            return of(Mlp.Config.of(400));
        }

        /// A stream whose gates are the same in all rows.
        public static Stream of(Mlp.Config mlp) {
            return new Stream(mlp, List.of());
        }
    }

    /// The keys of the model.
    public record Config(
            @Doc("columns D per feature") int embeddingDim,

            @Doc("how numeric inputs enter: embed, mlp or ignore")
            DenseInputs dense,

            @Doc("perceptron of the numeric inputs when `dense` is `mlp`")
            Mlp.Config bottom,

            @Doc("whether gates multiply the embeddings of each stream")
            boolean featureSelection,

            @Doc("hidden widths of the gates' perceptrons") List<Integer> gate,
            @Doc("the first stream") Stream first,
            @Doc("the second stream") Stream second,

            @Doc("parts of the streams that meet in bilinear forms; divides the last width of both")
            int heads) {
        public Config {
            EmbeddingGroup.checkWidth(embeddingDim);
            gate = List.copyOf(gate);
            if (gate.stream().anyMatch(width -> width < 1)) {
                throw new IllegalArgumentException("the widths of `gate` must be positive, got " + gate);
            }
            int one = first.mlp().hidden().getLast();
            int other = second.mlp().hidden().getLast();
            if (heads < 1 || one % heads != 0 || other % heads != 0) {
                throw new IllegalArgumentException("`heads` must divide the last widths of both streams, " + one
                        + " and " + other + ", got " + heads);
            }
        }

        public static Config defaults() {
            return new Config(
                    10,
                    DenseInputs.EMBED,
                    Mlp.Config.of(512, 256),
                    true,
                    List.of(400),
                    Stream.defaults(),
                    Stream.defaults(),
                    10);
        }
    }

    @Override
    public String name() {
        return "finalmlp";
    }

    @Override
    public String summary() {
        return "FinalMLP: two gated perceptrons over the same embeddings, joined by bilinear forms.";
    }

    @Override
    public String paper() {
        return "Mao, Zhu, Su, Cai, Li, Dong: FinalMLP: An Enhanced Two-Stream MLP Model for CTR Prediction,"
                + " AAAI 2023 (arXiv 2304.00902)";
    }

    @Override
    public Config defaults() {
        return Config.defaults();
    }

    @Override
    public List<EmbeddingGroup> embeddings(Config config, FeatureSchema schema) {
        int width = config.embeddingDim();
        List<EmbeddingGroup> groups = new ArrayList<>(Fields.groups(schema, width));
        if (config.featureSelection()) {
            groups.addAll(FeatureGate.groups(FIRST, config.first().context(), width, schema));
            groups.addAll(FeatureGate.groups(SECOND, config.second().context(), width, schema));
        }
        return groups;
    }

    @Override
    public RankingModel create(Config config, FeatureSchema schema, Parameters.Scope parameters) {
        Fields fields = Fields.create(parameters, schema, config.embeddingDim(), config.dense(), config.bottom());
        GatedPerceptron first = GatedPerceptron.create(parameters, FIRST, config.first(), config, fields);
        GatedPerceptron second = GatedPerceptron.create(parameters, SECOND, config.second(), config, fields);
        int tasks = schema.labels().size();
        BilinearFusion fusion = BilinearFusion.create(
                parameters.scope("fusion"), first.mlp().width(), second.mlp().width(), config.heads(), tasks);
        return (ops, input) -> {
            Tensor embBE = fields.flat(ops, input);
            return fusion.forward(ops, first.forward(ops, input, embBE), second.forward(ops, input, embBE));
        };
    }

    /// One stream's layers.
    private record GatedPerceptron(@Nullable FeatureGate gate, Mlp mlp) {
        static GatedPerceptron create(
                Parameters.Scope parameters, String name, Stream stream, Config config, Fields fields) {
            Parameters.Scope scope = parameters.scope(name);
            FeatureGate gate = config.featureSelection()
                    ? FeatureGate.create(scope, name, stream.context(), config, fields.flatWidth())
                    : null;
            return new GatedPerceptron(gate, Mlp.hidden(scope.scope("mlp"), stream.mlp(), fields.flatWidth()));
        }

        Tensor forward(Ops ops, ModelInput input, Tensor embBE) {
            return mlp.forward(ops, gate == null ? embBE : gate.forward(ops, input, embBE));
        }
    }
}
