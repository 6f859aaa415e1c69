package dev.herd.models.afn;

import dev.herd.data.FeatureSchema;
import dev.herd.data.config.Doc;
import dev.herd.models.DenseInputs;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.Fields;
import dev.herd.models.ModelFactory;
import dev.herd.models.RankingModel;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Mlp;
import java.util.List;
import java.util.stream.Stream;

/// A perceptron over products of powers of the fields, whose orders are learned; weighed against a
/// perceptron with embeddings of its own it is AFN+.
///
/// **Paper**: Cheng et al. 2020, "Adaptive Factorization Network" and "Ensemble AFN with DNN".
public final class Afn implements ModelFactory<Afn.Config> {
    private static final String DEEP_GROUP = "deep_embedding";

    /// The keys of the model.
    public record Config(
            @Doc("columns per feature") int embeddingDim,

            @Doc("how numeric inputs enter: embed, mlp or ignore")
            DenseInputs dense,

            @Doc("perceptron of the numeric inputs when `dense` is `mlp`")
            Mlp.Config bottom,

            @Doc("products of powers that are learned, the logarithmic neurons")
            int neurons,

            @Doc("the perceptron over the products") Mlp.Config afn,

            @Doc("the perceptron beside, with its own embeddings; without hidden layers none, which leaves AFN")
            Mlp.Config deep) {
        public Config {
            EmbeddingGroup.checkWidth(embeddingDim);
            if (neurons < 1) {
                throw new IllegalArgumentException("`neurons` must be positive, got " + neurons);
            }
        }

        /// As the BARS benchmark tuned AFN+ to Frappe.
        public static Config defaults() {
            return new Config(
                    10,
                    DenseInputs.EMBED,
                    Mlp.Config.of(512, 256),
                    1000,
                    Mlp.Config.of(400),
                    Mlp.Config.of(400, 400, 400));
        }

        boolean hasEnsemble() {
            return !deep.hidden().isEmpty();
        }
    }

    @Override
    public String name() {
        return "afn";
    }

    @Override
    public String summary() {
        return "AFN+: products of powers of the fields with learned orders, beside a perceptron (AFN: without).";
    }

    @Override
    public String paper() {
        return "Cheng, Shen, Huang: Adaptive Factorization Network: Learning Adaptive-Order Feature Interactions,"
                + " AAAI 2020 (arXiv 1909.03276)";
    }

    @Override
    public Config defaults() {
        return Config.defaults();
    }

    @Override
    public List<EmbeddingGroup> embeddings(Config config, FeatureSchema schema) {
        List<EmbeddingGroup> products = Fields.groups(schema, config.embeddingDim());
        return config.hasEnsemble()
                ? Stream.concat(products.stream(), Fields.groups(DEEP_GROUP, schema, config.embeddingDim()).stream())
                        .toList()
                : products;
    }

    @Override
    public RankingModel create(Config config, FeatureSchema schema, Parameters.Scope parameters) {
        int width = config.embeddingDim();
        int tasks = schema.labels().size();
        Fields fields = Fields.create(parameters, schema, width, config.dense(), config.bottom());
        LogarithmicLayer products =
                LogarithmicLayer.create(parameters.scope("products"), fields.count(), width, config.neurons());
        Mlp afn = Mlp.create(parameters.scope("afn"), config.afn(), products.outWidth(), tasks);
        if (!config.hasEnsemble()) {
            return (ops, input) -> afn.forward(ops, products.forward(ops, fields.forward(ops, input)));
        }
        Parameters.Scope scope = parameters.scope("deep");
        Fields deepFields = Fields.create(scope, DEEP_GROUP, schema, width, config.dense(), config.bottom());
        Mlp deep = Mlp.create(scope, config.deep(), deepFields.flatWidth(), tasks);
        Ensemble ensemble = Ensemble.create(parameters.scope("ensemble"), tasks);
        return (ops, input) -> {
            Tensor fromProducts = afn.forward(ops, products.forward(ops, fields.forward(ops, input)));
            return ensemble.forward(ops, fromProducts, deep.forward(ops, deepFields.flat(ops, input)));
        };
    }
}
