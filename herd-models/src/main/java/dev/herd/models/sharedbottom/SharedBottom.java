package dev.herd.models.sharedbottom;

import dev.herd.data.FeatureSchema;
import dev.herd.data.config.Doc;
import dev.herd.models.DenseInputs;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.Fields;
import dev.herd.models.ModelFactory;
import dev.herd.models.RankingModel;
import dev.herd.models.multitask.Towers;
import dev.herd.nn.Parameters;
import dev.herd.nn.layer.Mlp;
import java.util.Collections;
import java.util.List;

/// One perceptron for all labels, and a perceptron of its own for each behind it. With one label it is a
/// deep network.
///
/// **Paper**: Caruana 1997; in the form that Ma et al. 2018 compare with.
public final class SharedBottom implements ModelFactory<SharedBottom.Config> {
    /// The keys of the model.
    public record Config(
            @Doc("columns D per feature") int embeddingDim,

            @Doc("how numeric inputs enter: embed, mlp or ignore")
            DenseInputs dense,

            @Doc("perceptron of the numeric inputs when `dense` is `mlp`")
            Mlp.Config bottom,

            @Doc("perceptron that all labels share") Mlp.Config shared,
            @Doc("perceptron of each label") Mlp.Config tower) {
        public Config {
            EmbeddingGroup.checkWidth(embeddingDim);
        }

        public static Config defaults() {
            return new Config(
                    10,
                    DenseInputs.EMBED,
                    Mlp.Config.of(512, 256),
                    Mlp.Config.of(512, 256, 128),
                    Mlp.Config.of(128, 64));
        }
    }

    @Override
    public String name() {
        return "sharedbottom";
    }

    @Override
    public String summary() {
        return "Shared bottom: one network for all labels, a tower for each.";
    }

    @Override
    public String paper() {
        return "Caruana: Multitask Learning, Machine Learning 28, 1997";
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
        Mlp shared = Mlp.hidden(parameters.scope("shared"), config.shared(), fields.flatWidth());
        int tasks = schema.labels().size();
        Towers towers = Towers.create(parameters.scope("tower"), config.tower(), tasks, shared.width());
        return (ops, input) ->
                towers.forward(ops, Collections.nCopies(tasks, shared.forward(ops, fields.flat(ops, input))));
    }
}
