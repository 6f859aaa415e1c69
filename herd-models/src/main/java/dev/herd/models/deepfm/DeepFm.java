package dev.herd.models.deepfm;

import dev.herd.data.FeatureSchema;
import dev.herd.data.config.Doc;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.Fields;
import dev.herd.models.ModelFactory;
import dev.herd.models.RankingModel;
import dev.herd.models.fm.PairwiseTerm;
import dev.herd.models.lr.LinearTerm;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Mlp;
import java.util.List;
import java.util.stream.Stream;

/// A factorization machine and a perceptron over the same embeddings, added.
///
/// **Paper**: Guo et al. 2017, equations 1 to 4. The perceptron's output map holds the only bias.
public final class DeepFm implements ModelFactory<DeepFm.Config> {
    /// The keys of the model.
    public record Config(
            @Doc("factors D per feature and task") int embeddingDim,
            @Doc("the perceptron") Mlp.Config deep) {
        public Config {
            EmbeddingGroup.checkWidth(embeddingDim);
        }

        public static Config defaults() {
            return new Config(10, Mlp.Config.defaults());
        }

        int width(FeatureSchema schema) {
            return Math.multiplyExact(embeddingDim, schema.labels().size());
        }
    }

    @Override
    public String name() {
        return "deepfm";
    }

    @Override
    public String summary() {
        return "DeepFM: a factorization machine and a perceptron over the same embeddings.";
    }

    @Override
    public String paper() {
        return "Guo, Tang, Ye, Li, He: DeepFM: A Factorization-Machine based Neural Network for CTR Prediction,"
                + " IJCAI 2017 (arXiv 1703.04247)";
    }

    @Override
    public Config defaults() {
        return Config.defaults();
    }

    @Override
    public List<EmbeddingGroup> embeddings(Config config, FeatureSchema schema) {
        return Stream.concat(LinearTerm.groups(schema).stream(), Fields.groups(schema, config.width(schema)).stream())
                .toList();
    }

    @Override
    public RankingModel create(Config config, FeatureSchema schema, Parameters.Scope parameters) {
        int tasks = schema.labels().size();
        LinearTerm linear = LinearTerm.withoutBias(parameters.scope("linear"), schema);
        Fields fields = Fields.factors(parameters, schema, config.width(schema));
        PairwiseTerm pairs = new PairwiseTerm(tasks, config.embeddingDim());
        Mlp deep = Mlp.create(parameters.scope("deep"), config.deep(), fields.flatWidth(), tasks);
        return (ops, input) -> {
            Tensor embBND = fields.forward(ops, input);
            Tensor wide = ops.add(linear.forward(ops, input), pairs.forward(ops, embBND));
            return ops.add(wide, deep.forward(ops, ops.reshape(embBND, -1, fields.flatWidth())));
        };
    }
}
