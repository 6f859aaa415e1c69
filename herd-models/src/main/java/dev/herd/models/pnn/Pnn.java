package dev.herd.models.pnn;

import dev.herd.data.FeatureSchema;
import dev.herd.data.InputException;
import dev.herd.data.config.Doc;
import dev.herd.models.DenseInputs;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.Fields;
import dev.herd.models.ModelFactory;
import dev.herd.models.RankingModel;
import dev.herd.models.dlrm.DotInteraction;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Mlp;
import java.util.List;

/// The product-based neural network with inner products, IPNN: a perceptron over all embeddings and the
/// inner products of all their pairs.
///
/// **Paper**: Qu et al. 2016, section III-B. The first hidden layer's weights are the paper's W_z and W_p
/// side by side; W_p is full, not factorized.
public final class Pnn implements ModelFactory<Pnn.Config> {
    /// The keys of the model.
    public record Config(
            @Doc("columns D per feature") int embeddingDim,

            @Doc("how numeric inputs enter: embed, mlp or ignore")
            DenseInputs dense,

            @Doc("perceptron of the numeric inputs when `dense` is `mlp`")
            Mlp.Config bottom,

            @Doc("the perceptron over embeddings and products")
            Mlp.Config deep) {
        public Config {
            EmbeddingGroup.checkWidth(embeddingDim);
        }

        public static Config defaults() {
            return new Config(10, DenseInputs.EMBED, Mlp.Config.of(512, 256), Mlp.Config.of(400, 400, 400));
        }
    }

    @Override
    public String name() {
        return "pnn";
    }

    @Override
    public String summary() {
        return "IPNN: a perceptron over all embeddings and the inner products of all their pairs.";
    }

    @Override
    public String paper() {
        return "Qu et al.: Product-based Neural Networks for User Response Prediction, ICDM 2016 (arXiv 1611.00144)";
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
        if (fields.count() < 2) {
            throw new InputException("pnn multiplies pairs of embeddings, but the schema gives one; add a feature, or"
                    + " use the model `dnn`");
        }
        DotInteraction products = new DotInteraction(fields.count());
        Mlp deep = Mlp.create(
                parameters.scope("deep"),
                config.deep(),
                Math.addExact(fields.flatWidth(), products.width()),
                schema.labels().size());
        return (ops, input) -> {
            Tensor embBND = fields.forward(ops, input);
            Tensor flat = ops.reshape(embBND, -1, fields.flatWidth());
            return deep.forward(ops, ops.concat(List.of(flat, products.forward(ops, embBND)), 1));
        };
    }
}
