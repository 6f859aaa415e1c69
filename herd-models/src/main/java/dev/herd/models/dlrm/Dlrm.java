package dev.herd.models.dlrm;

import dev.herd.data.FeatureSchema;
import dev.herd.data.InputException;
import dev.herd.data.config.Doc;
import dev.herd.models.DenseInputs;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.Fields;
import dev.herd.models.ModelFactory;
import dev.herd.models.RankingModel;
import dev.herd.models.sequence.SequenceFields;
import dev.herd.models.sequence.SequencePooling;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Mlp;
import java.util.List;

/// The deep learning recommendation model: numeric inputs through a bottom perceptron to one embedding,
/// inner products of all pairs, a top perceptron.
///
/// **Paper**: Naumov et al. 2019, section 2. With `interaction: cat` the embeddings stand side by side
/// instead.
public final class Dlrm implements ModelFactory<Dlrm.Config> {
    /// How embeddings meet.
    public enum Interaction {
        /// inner products of all pairs, beside the embedding of the numeric inputs
        DOT,
        /// all embeddings side by side
        CAT
    }

    /// The keys of the model.
    public record Config(
            @Doc("columns D per feature") int embeddingDim,
            @Doc("how embeddings meet: dot or cat") Interaction interaction,

            @Doc("how numeric inputs enter: mlp (the paper), embed or ignore")
            DenseInputs dense,

            @Doc("perceptron of the numeric inputs when `dense` is `mlp`")
            Mlp.Config bottom,

            @Doc("how sequences are pooled: table (as other ids), attention or transformer")
            SequencePooling sequences,

            @Doc("perceptron over the interactions") Mlp.Config top) {
        public Config {
            EmbeddingGroup.checkWidth(embeddingDim);
            sequences.check(embeddingDim);
        }

        /// Sequences pooled in their tables.
        public Config(int embeddingDim, Interaction interaction, DenseInputs dense, Mlp.Config bottom, Mlp.Config top) {
            this(embeddingDim, interaction, dense, bottom, SequencePooling.Table.defaults(), top);
        }

        public static Config defaults() {
            return new Config(10, Interaction.DOT, DenseInputs.MLP, Mlp.Config.defaults(), Mlp.Config.defaults());
        }

        public Config withSequences(SequencePooling changed) {
            return new Config(embeddingDim, interaction, dense, bottom, changed, top);
        }
    }

    @Override
    public String name() {
        return "dlrm";
    }

    @Override
    public String summary() {
        return "DLRM: inner products of all pairs of embeddings (or the embeddings side by side) under a perceptron.";
    }

    @Override
    public String paper() {
        return "Naumov et al.: Deep Learning Recommendation Model for Personalization and Recommendation Systems,"
                + " arXiv 1906.00091";
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
        int tasks = schema.labels().size();
        return switch (config.interaction()) {
            case CAT -> {
                Mlp top = Mlp.create(parameters.scope("top"), config.top(), fields.flatWidth(), tasks);
                yield (ops, input) -> top.forward(ops, fields.flat(ops, input));
            }
            case DOT -> {
                DotInteraction dot = new DotInteraction(fields.count());
                int width = dot.width() + (fields.hasBottom() ? fields.width() : 0);
                if (width == 0) {
                    throw new InputException(
                            "dlrm with `interaction: dot` needs at least two embeddings, but the schema gives one;"
                                    + " use `interaction: cat`");
                }
                Mlp top = Mlp.create(parameters.scope("top"), config.top(), width, tasks);
                yield (ops, input) -> top.forward(ops, interact(ops, fields, dot, fields.forward(ops, input)));
            }
        };
    }

    private static Tensor interact(Ops ops, Fields fields, DotInteraction dot, Tensor embBND) {
        Tensor pairs = dot.forward(ops, embBND);
        if (!fields.hasBottom()) {
            return pairs;
        }
        int last = fields.count() - 1;
        Tensor bottom = ops.reshape(ops.slice(embBND, 1, last, last + 1L), -1, fields.width());
        return ops.concat(List.of(bottom, pairs), 1);
    }
}
