package dev.herd.models.dcnv2;

import dev.herd.data.FeatureSchema;
import dev.herd.data.config.Doc;
import dev.herd.models.DenseInputs;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.Fields;
import dev.herd.models.ModelFactory;
import dev.herd.models.RankingModel;
import dev.herd.models.sequence.SequenceFields;
import dev.herd.models.sequence.SequencePooling;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Layer;
import dev.herd.nn.layer.Linear;
import dev.herd.nn.layer.Mlp;
import java.util.List;

/// The second deep and cross network.
///
/// **Paper**: Wang et al. 2021, section 3; figure 1 shows the stacked and the parallel structure.
public final class Dcnv2 implements ModelFactory<Dcnv2.Config> {
    /// How the cross network and the perceptron stand to each other.
    public enum Structure {
        /// both over the embeddings, side by side under the output map
        PARALLEL,
        /// the perceptron over the cross network's result
        STACKED,
        /// no perceptron
        CROSS_ONLY
    }

    /// The keys of the model.
    public record Config(
            @Doc("columns per feature") int embeddingDim,

            @Doc("how numeric inputs enter: embed, mlp or ignore")
            DenseInputs dense,

            @Doc("perceptron of the numeric inputs when `dense` is `mlp`")
            Mlp.Config bottom,

            @Doc("how sequences are pooled: table (as other ids), attention or transformer")
            SequencePooling sequences,

            @Doc("parallel, stacked or cross_only") Structure structure,
            @Doc("the cross network") CrossNetwork.Config cross,
            @Doc("the perceptron") Mlp.Config deep) {
        public Config {
            EmbeddingGroup.checkWidth(embeddingDim);
            sequences.check(embeddingDim);
        }

        /// Sequences pooled in their tables.
        public Config(
                int embeddingDim,
                DenseInputs dense,
                Mlp.Config bottom,
                Structure structure,
                CrossNetwork.Config cross,
                Mlp.Config deep) {
            this(embeddingDim, dense, bottom, SequencePooling.Table.defaults(), structure, cross, deep);
        }

        public static Config defaults() {
            return new Config(
                    10,
                    DenseInputs.EMBED,
                    Mlp.Config.of(512, 256),
                    Structure.PARALLEL,
                    CrossNetwork.Config.defaults(),
                    Mlp.Config.defaults());
        }

        public Config withSequences(SequencePooling changed) {
            return new Config(embeddingDim, dense, bottom, changed, structure, cross, deep);
        }
    }

    @Override
    public String name() {
        return "dcnv2";
    }

    @Override
    public String summary() {
        return "DCNv2: cross layers (full, low rank or mixed) beside or below a perceptron.";
    }

    @Override
    public String paper() {
        return "Wang et al.: DCN V2: Improved Deep & Cross Network and Practical Lessons for Web-scale Learning to Rank"
                + " Systems, WWW 2021 (arXiv 2008.13535)";
    }

    @Override
    public Config defaults() {
        return Config.defaults();
    }

    @Override
    public List<EmbeddingGroup> embeddings(Config config, FeatureSchema schema) {
        return SequenceFields.groups(schema, config.embeddingDim(), config.sequences());
    }

    @Override
    public RankingModel create(Config config, FeatureSchema schema, Parameters.Scope parameters) {
        Fields fields = SequenceFields.create(
                parameters, schema, config.embeddingDim(), config.dense(), config.bottom(), config.sequences());
        long width = fields.flatWidth();
        long tasks = schema.labels().size();
        CrossNetwork cross = CrossNetwork.create(parameters.scope("cross"), config.cross(), width);
        Layer network = switch (config.structure()) {
            case PARALLEL -> {
                Mlp deep = Mlp.hidden(parameters.scope("deep"), config.deep(), width);
                Linear out = Linear.create(parameters.scope("out"), width + deep.width(), tasks);
                yield (ops, x0) -> {
                    List<Tensor> both = List.of(cross.forward(ops, x0), deep.forward(ops, x0));
                    return out.forward(ops, ops.concat(both, 1));
                };
            }
            case STACKED -> {
                Mlp deep = Mlp.create(parameters.scope("deep"), config.deep(), width, tasks);
                yield (ops, x0) -> deep.forward(ops, cross.forward(ops, x0));
            }
            case CROSS_ONLY -> {
                Linear out = Linear.create(parameters.scope("out"), width, tasks);
                yield (ops, x0) -> out.forward(ops, cross.forward(ops, x0));
            }
        };
        return (ops, input) -> network.forward(ops, fields.flat(ops, input));
    }
}
