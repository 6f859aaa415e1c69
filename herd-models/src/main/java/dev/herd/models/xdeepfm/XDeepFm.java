package dev.herd.models.xdeepfm;

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
import dev.herd.nn.layer.Mlp;
import java.util.List;
import java.util.stream.Stream;

/// A linear term, a compressed interaction network and a perceptron, added.
///
/// **Paper**: Lian et al. 2018, section 3.4.
public final class XDeepFm implements ModelFactory<XDeepFm.Config> {
    /// The keys of the model.
    public record Config(
            @Doc("columns D per feature") int embeddingDim,

            @Doc("how numeric inputs enter: embed, mlp or ignore")
            DenseInputs dense,

            @Doc("perceptron of the numeric inputs when `dense` is `mlp`")
            Mlp.Config bottom,

            @Doc("embeddings in every layer of the compressed interaction network, first to last")
            List<Integer> cin,

            @Doc("the perceptron; none without hidden layers, which leaves the model that is known as CIN")
            Mlp.Config deep) {
        public Config {
            EmbeddingGroup.checkWidth(embeddingDim);
            cin = List.copyOf(cin);
            if (cin.isEmpty() || cin.stream().anyMatch(size -> size < 1)) {
                throw new IllegalArgumentException(
                        "`cin` needs at least one layer, and every layer a positive number of embeddings, got " + cin);
            }
        }

        public static Config defaults() {
            return new Config(
                    10, DenseInputs.EMBED, Mlp.Config.of(512, 256), List.of(64, 64, 64), Mlp.Config.defaults());
        }
    }

    @Override
    public String name() {
        return "xdeepfm";
    }

    @Override
    public String summary() {
        return "xDeepFM: a linear term, explicit interactions of growing order (CIN) and a perceptron.";
    }

    @Override
    public String paper() {
        return "Lian et al.: xDeepFM: Combining Explicit and Implicit Feature Interactions for Recommender Systems,"
                + " KDD 2018 (arXiv 1803.05170)";
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
        Fields fields = Fields.create(parameters, schema, config.embeddingDim(), config.dense(), config.bottom());
        LinearTerm linear = LinearTerm.withoutBias(parameters.scope("linear"), schema, config.dense());
        CompressedInteractions cin = CompressedInteractions.create(
                parameters.scope("cin"), fields.count(), fields.width(), config.cin(), tasks);
        Mlp deep = config.deep().hidden().isEmpty()
                ? null
                : Mlp.create(parameters.scope("deep"), config.deep(), fields.flatWidth(), tasks);
        return (ops, input) -> {
            Tensor embBND = fields.forward(ops, input);
            Tensor logits = ops.add(linear.forward(ops, input), cin.forward(ops, embBND));
            return deep == null
                    ? logits
                    : ops.add(logits, deep.forward(ops, ops.reshape(embBND, -1, fields.flatWidth())));
        };
    }
}
