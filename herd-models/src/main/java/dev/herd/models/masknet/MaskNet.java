package dev.herd.models.masknet;

import dev.herd.data.FeatureSchema;
import dev.herd.data.config.Doc;
import dev.herd.models.DenseInputs;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.Fields;
import dev.herd.models.ModelFactory;
import dev.herd.models.RankingModel;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Activation;
import dev.herd.nn.layer.Layer;
import dev.herd.nn.layer.LayerNorm;
import dev.herd.nn.layer.Linear;
import dev.herd.nn.layer.Mlp;
import java.util.ArrayList;
import java.util.List;

/// Blocks that multiply what they see by masks made of all embeddings, one behind the other or side by
/// side.
///
/// **Paper**: Wang et al. 2021, section 3.
public final class MaskNet implements ModelFactory<MaskNet.Config> {
    /// How the blocks are joined.
    public enum Structure {
        /// each reads the one before it, the first the embeddings
        SERIAL,
        /// all read the embeddings; a perceptron joins them
        PARALLEL
    }

    /// The keys of the model.
    public record Config(
            @Doc("columns D per feature") int embeddingDim,

            @Doc("how numeric inputs enter: embed, mlp or ignore")
            DenseInputs dense,

            @Doc("perceptron of the numeric inputs when `dense` is `mlp`")
            Mlp.Config bottom,

            @Doc("how the blocks are joined: serial or parallel")
            Structure structure,

            @Doc("columns that come out of each block") List<Integer> blocks,

            @Doc("hidden width of a mask's network over the mask's own width")
            double reduction,

            @Doc("layer normalization of every embedding before the blocks; masks are made of those before it")
            boolean embeddingNorm,

            @Doc("layer normalization inside the blocks") boolean blockNorm,

            @Doc("probability that an entry of a block's result is zeroed in training")
            double dropout,

            @Doc("perceptron over parallel blocks") Mlp.Config deep) {
        public Config {
            EmbeddingGroup.checkWidth(embeddingDim);
            blocks = List.copyOf(blocks);
            if (blocks.isEmpty() || blocks.stream().anyMatch(width -> width < 1)) {
                throw new IllegalArgumentException(
                        "`blocks` must hold a positive width for each of at least one block, got " + blocks);
            }
            if (!(reduction > 0)) {
                throw new IllegalArgumentException("`reduction` must be positive, got " + reduction);
            }
            if (!(dropout >= 0 && dropout < 1)) {
                throw new IllegalArgumentException("dropout must lie in [0, 1), got " + dropout);
            }
        }

        public static Config defaults() {
            return new Config(
                    10,
                    DenseInputs.EMBED,
                    Mlp.Config.of(512, 256),
                    Structure.PARALLEL,
                    List.of(64, 64, 64),
                    2,
                    true,
                    true,
                    0,
                    Mlp.Config.of(400, 400, 400));
        }
    }

    @Override
    public String name() {
        return "masknet";
    }

    @Override
    public String summary() {
        return "MaskNet: blocks multiplied by masks made of all embeddings, in series or in parallel.";
    }

    @Override
    public String paper() {
        return "Wang, She, Zhang: MaskNet: Introducing Feature-Wise Multiplication to CTR Ranking Models by"
                + " Instance-Guided Mask, DLP-KDD 2021 (arXiv 2102.07619)";
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
        Layer norm = config.embeddingNorm() ? embeddingNorm(parameters, fields) : Activation.IDENTITY;
        List<MaskBlock> blocks = blocks(parameters, fields.flatWidth(), config);
        int tasks = schema.labels().size();
        Layer head = head(parameters, config, tasks);
        return (ops, input) -> {
            Tensor embBND = fields.forward(ops, input);
            Tensor embBE = ops.reshape(embBND, -1, fields.flatWidth());
            Tensor x = ops.reshape(norm.forward(ops, embBND), -1, fields.flatWidth());
            return head.forward(
                    ops,
                    switch (config.structure()) {
                        case SERIAL -> serial(ops, blocks, embBE, x);
                        case PARALLEL -> parallel(ops, blocks, embBE, x);
                    });
        };
    }

    /// Every embedding by its own weights. **Shapes**: `[B, n, D]` to the same.
    private static Layer embeddingNorm(Parameters.Scope scope, Fields fields) {
        List<LayerNorm> norms = new ArrayList<>();
        for (int i = 0; i < fields.count(); i++) {
            norms.add(LayerNorm.create(scope.scope("embedding_norm" + i), fields.width()));
        }
        return (ops, embBND) -> {
            List<Tensor> parts = new ArrayList<>();
            for (int i = 0; i < norms.size(); i++) {
                parts.add(norms.get(i).forward(ops, ops.slice(embBND, 1, i, i + 1L)));
            }
            return ops.concat(parts, 1);
        };
    }

    private static List<MaskBlock> blocks(Parameters.Scope scope, long embeddings, Config config) {
        List<MaskBlock> blocks = new ArrayList<>();
        long in = embeddings;
        for (int i = 0; i < config.blocks().size(); i++) {
            int out = config.blocks().get(i);
            blocks.add(MaskBlock.create(scope.scope("block" + i), embeddings, in, out, config));
            in = config.structure() == Structure.SERIAL ? out : embeddings;
        }
        return blocks;
    }

    private static Layer head(Parameters.Scope scope, Config config, int tasks) {
        List<Integer> widths = config.blocks();
        return switch (config.structure()) {
            case SERIAL -> Linear.create(scope.scope("out"), widths.getLast(), tasks);
            case PARALLEL -> {
                long joined = widths.stream().mapToLong(Integer::longValue).sum();
                yield Mlp.create(scope.scope("deep"), config.deep(), joined, tasks);
            }
        };
    }

    private static Tensor serial(Ops ops, List<MaskBlock> blocks, Tensor embBE, Tensor xBC) {
        Tensor x = xBC;
        for (MaskBlock block : blocks) {
            x = block.forward(ops, embBE, x);
        }
        return x;
    }

    private static Tensor parallel(Ops ops, List<MaskBlock> blocks, Tensor embBE, Tensor xBE) {
        List<Tensor> parts =
                blocks.stream().map(block -> block.forward(ops, embBE, xBE)).toList();
        return ops.concat(parts, 1);
    }
}
