package dev.herd.models.ple;

import dev.herd.data.FeatureSchema;
import dev.herd.data.config.Doc;
import dev.herd.models.DenseInputs;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.Fields;
import dev.herd.models.ModelFactory;
import dev.herd.models.RankingModel;
import dev.herd.models.multitask.Experts;
import dev.herd.models.multitask.Towers;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Mlp;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Levels of shared experts and experts of each label, mixed more at every level. One level is customized
/// gate control (CGC); with one label it is a mixture of experts.
///
/// **Paper**: Tang et al. 2020, progressive layered extraction.
public final class Ple implements ModelFactory<Ple.Config> {
    /// The keys of the model.
    public record Config(
            @Doc("columns D per feature") int embeddingDim,

            @Doc("how numeric inputs enter: embed, mlp or ignore")
            DenseInputs dense,

            @Doc("perceptron of the numeric inputs when `dense` is `mlp`")
            Mlp.Config bottom,

            @Doc("extraction levels; one is CGC") int levels,
            @Doc("experts of each label per level") int taskExperts,
            @Doc("shared experts per level") int sharedExperts,
            @Doc("perceptron of each expert") Mlp.Config expert,

            @Doc("hidden layers of each gate; none for a linear map and a softmax, as in the paper")
            Mlp.Config gate,

            @Doc("perceptron of each label") Mlp.Config tower) {
        public Config {
            EmbeddingGroup.checkWidth(embeddingDim);
            if (levels < 1) {
                throw new IllegalArgumentException("`levels` must be at least 1, got " + levels);
            }
            Experts.check("task_experts", taskExperts, expert);
            Experts.check("shared_experts", sharedExperts, expert);
        }

        public static Config defaults() {
            return new Config(
                    10,
                    DenseInputs.EMBED,
                    Mlp.Config.of(512, 256),
                    2,
                    2,
                    2,
                    Mlp.Config.of(256, 128),
                    Mlp.Config.of(),
                    Mlp.Config.of(128, 64));
        }
    }

    @Override
    public String name() {
        return "ple";
    }

    @Override
    public String summary() {
        return "PLE: levels of shared experts and experts of each label, joined by gates.";
    }

    @Override
    public String paper() {
        return "Tang, Liu, Zhao, Gong: Progressive Layered Extraction (PLE): A Novel Multi-Task Learning (MTL) Model"
                + " for Personalized Recommendations, RecSys 2020";
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
        int tasks = schema.labels().size();
        List<ExtractionLevel> levels = new ArrayList<>();
        long in = fields.flatWidth();
        for (int i = 0; i < config.levels(); i++) {
            boolean last = i == config.levels() - 1;
            levels.add(ExtractionLevel.create(parameters.scope("level" + i), config, tasks, in, last));
            in = config.expert().hidden().getLast();
        }
        Towers towers = Towers.create(parameters.scope("tower"), config.tower(), tasks, in);
        return (ops, input) -> {
            List<Tensor> x = Collections.nCopies(tasks + 1, fields.flat(ops, input));
            for (ExtractionLevel level : levels) {
                x = level.forward(ops, x);
            }
            return towers.forward(ops, x);
        };
    }
}
