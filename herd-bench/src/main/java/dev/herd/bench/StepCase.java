package dev.herd.bench;

import dev.herd.bench.torch.TorchDhen;
import dev.herd.bench.torch.TorchDlrm;
import dev.herd.bench.torch.TorchNet;
import dev.herd.bench.torch.TorchParameters;
import dev.herd.bench.torch.TorchWukong;
import dev.herd.data.config.Subtree;
import dev.herd.embedding.Decay;
import dev.herd.embedding.EmbeddingOptimizer;
import dev.herd.models.ConfiguredModel;
import dev.herd.models.DenseInputs;
import dev.herd.models.ModelGraph;
import dev.herd.models.dhen.Dhen;
import dev.herd.models.dhen.Module;
import dev.herd.models.dlrm.Dlrm;
import dev.herd.models.interaction.Ensemble;
import dev.herd.models.wukong.Projection;
import dev.herd.models.wukong.Wukong;
import dev.herd.nn.LearningRateConfig;
import dev.herd.nn.graph.Graph;
import dev.herd.nn.layer.Mlp;
import dev.herd.train.TrainConfig;
import java.lang.foreign.Arena;
import java.util.List;

/// The nets whose training step is measured.
enum StepCase {
    /// The authors' configuration for the Kaggle log: width 16, bottom 512-256-64-16, top 512-256-1.
    DLRM_D16("step/dlrm/d16", 16) {
        @Override
        ConfiguredModel<?> model() {
            return dlrm(Mlp.Config.of(512, 256, 64), Mlp.Config.of(512, 256));
        }
    },
    /// Width 64, bottom 512-256-64, top 512-256-1.
    DLRM_D64("step/dlrm/d64", 64) {
        @Override
        ConfiguredModel<?> model() {
            return dlrm(Mlp.Config.of(512, 256), Mlp.Config.of(512, 256));
        }
    },
    /// Width 128, bottom 512-256-128, top 1024-1024-512-256-1: the net of the MLPerf benchmark.
    DLRM_D128("step/dlrm/d128", 128) {
        @Override
        ConfiguredModel<?> model() {
            return dlrm(Mlp.Config.of(512, 256), Mlp.Config.of(1024, 1024, 512, 256));
        }
    },
    /// Width 64, two layers of 16 + 16 embeddings, rank 24, perceptrons of 512.
    WUKONG_D64("step/wukong/d64", 64) {
        @Override
        ConfiguredModel<?> model() {
            return wukong(2, Mlp.Config.of(512), Mlp.Config.of(512));
        }

        @Override
        TorchNet torch(TorchParameters parameters) {
            return new TorchWukong(parameters, 2, width());
        }
    },
    /// Width 64, four layers of 16 + 16 embeddings, rank 24, perceptrons of 256-256.
    WUKONG_L4("step/wukong/d64/l4", 64) {
        @Override
        ConfiguredModel<?> model() {
            return wukong(4, Mlp.Config.of(256, 256), Mlp.Config.of(256, 256));
        }

        @Override
        TorchNet torch(TorchParameters parameters) {
            return new TorchWukong(parameters, 4, width());
        }
    },
    /// Width 64, three layers that each join 8 embeddings of inner products through a perceptron of 256, 8
    /// of attention with two heads, and 8 linear combinations; head 256-256.
    DHEN_L3("step/dhen/d64/l3", 64) {
        @Override
        ConfiguredModel<?> model() {
            List<Module> modules =
                    List.of(Module.Dot.defaults(), Module.Attention.defaults(), Module.Linear.defaults());
            return new ConfiguredModel<>(
                    new Dhen(),
                    new Dhen.Config(
                            width(),
                            DenseInputs.MLP,
                            Mlp.Config.of(512, 256),
                            3,
                            List.of(new Dhen.LayerConfig(modules, Ensemble.CONCAT)),
                            Mlp.Config.of(256, 256)));
        }

        @Override
        TorchNet torch(TorchParameters parameters) {
            return new TorchDhen(parameters, 3, width(), 2);
        }
    };

    static final double TABLE_RATE = 0.02;
    static final double DENSE_RATE = 1e-3;
    static final double EPS = 1e-8;

    private static final long SEED = 3;

    private final String label;
    private final int width;

    StepCase(String label, int width) {
        this.label = label;
        this.width = width;
    }

    abstract ConfiguredModel<?> model();

    /// The trainer's configuration: its defaults but for the net, row-wise Adagrad on the tables, and the
    /// rates.
    TrainConfig config(int threads) {
        ConfiguredModel<?> model = model();
        TrainConfig.Tables tables = TrainConfig.Tables.defaults();
        TrainConfig d = TrainConfig.defaults();
        return new TrainConfig(
                null,
                d.dataset(),
                Subtree.of(model.factory().name(), model.config()),
                d.from(),
                new TrainConfig.Tables(
                        new EmbeddingOptimizer.ExactRowWiseAdagrad(EPS, Decay.NONE),
                        TABLE_RATE,
                        tables.init(),
                        tables.pooling(),
                        tables.precision(),
                        tables.outOfRange()),
                d.dense(),
                d.numerics(),
                LearningRateConfig.constant(DENSE_RATE),
                d.loss(),
                d.epochs(),
                d.steps(),
                CriteoShape.BATCH,
                d.shuffle(),
                d.deduplicate(),
                d.gradientNorm(),
                d.evaluation(),
                d.stopping(),
                d.checkpoints(),
                SEED,
                threads,
                d.slices(),
                d.logEvery(),
                null);
    }

    TorchNet torch(TorchParameters parameters) {
        return new TorchDlrm(parameters, CriteoShape.SPARSE + 1);
    }

    /// The recorded forward pass.
    Graph graph() {
        try (Arena arena = Arena.ofConfined()) {
            return ModelGraph.of(model(), shape().schema(), arena);
        }
    }

    String label() {
        return label;
    }

    int width() {
        return width;
    }

    CriteoShape shape() {
        return new CriteoShape(width);
    }

    ConfiguredModel<?> dlrm(Mlp.Config bottom, Mlp.Config top) {
        return new ConfiguredModel<>(
                new Dlrm(), new Dlrm.Config(width, Dlrm.Interaction.DOT, DenseInputs.MLP, bottom, top));
    }

    /// 16 embeddings from the factorization machines and 16 linear combinations a layer, rank 24.
    ConfiguredModel<?> wukong(int layers, Mlp.Config perceptron, Mlp.Config head) {
        return new ConfiguredModel<>(
                new Wukong(),
                new Wukong.Config(
                        width,
                        DenseInputs.MLP,
                        Mlp.Config.of(512, 256),
                        layers,
                        List.of(16),
                        List.of(16),
                        new Projection.Static(24),
                        perceptron,
                        true,
                        head,
                        List.of()));
    }
}
