package dev.herd.bench;

import dev.herd.bench.torch.TorchDlrm;
import dev.herd.bench.torch.TorchNet;
import dev.herd.bench.torch.TorchParameters;
import dev.herd.bench.torch.TorchWukong;
import dev.herd.data.config.Subtree;
import dev.herd.embedding.Decay;
import dev.herd.embedding.EmbeddingOptimizer;
import dev.herd.models.ConfiguredModel;
import dev.herd.models.DenseInputs;
import dev.herd.models.dlrm.Dlrm;
import dev.herd.models.wukong.Projection;
import dev.herd.models.wukong.Wukong;
import dev.herd.nn.LearningRateConfig;
import dev.herd.nn.layer.Mlp;
import dev.herd.train.TrainConfig;
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
            return new ConfiguredModel<>(
                    new Wukong(),
                    new Wukong.Config(
                            width(),
                            DenseInputs.MLP,
                            Mlp.Config.of(512, 256),
                            LAYERS,
                            List.of(16),
                            List.of(16),
                            new Projection.Static(24),
                            Mlp.Config.of(512),
                            true,
                            Mlp.Config.of(512),
                            List.of()));
        }

        @Override
        TorchNet torch(TorchParameters parameters) {
            return new TorchWukong(parameters, LAYERS, width());
        }
    };

    static final double TABLE_RATE = 0.02;
    static final double DENSE_RATE = 1e-3;
    static final double EPS = 1e-8;

    private static final int LAYERS = 2;
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
                new TrainConfig.Tables(
                        new EmbeddingOptimizer.ExactRowWiseAdagrad(EPS, Decay.NONE),
                        TABLE_RATE,
                        tables.init(),
                        tables.pooling(),
                        tables.precision(),
                        tables.outOfRange()),
                d.dense(),
                LearningRateConfig.constant(DENSE_RATE),
                d.loss(),
                d.epochs(),
                CriteoShape.BATCH,
                d.shuffle(),
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
}
