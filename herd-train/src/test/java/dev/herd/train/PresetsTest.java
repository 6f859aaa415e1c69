package dev.herd.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.InputException;
import dev.herd.data.config.Config;
import dev.herd.embedding.EmbeddingOptimizer;
import dev.herd.embedding.RowInit;
import dev.herd.nn.LearningRateConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PresetsTest {
    @Test
    void barsIsTheRecipeOfTheBenchmark() {
        TrainConfig bars = Presets.named("bars");
        assertThat(bars.learningRate())
                .isEqualTo(
                        new LearningRateConfig(1e-3, 0, 0, new LearningRateConfig.Decay.Plateau(0.1, 1, 1e-6, 1e-6)));
        assertThat(bars.batchSize()).isEqualTo(4096);
        assertThat(bars.epochs()).isEqualTo(100);
        assertThat(bars.gradientNorm()).isEqualTo(10);
        assertThat(bars.evaluation().monitor()).isEqualTo("auc");
        assertThat(bars.stopping()).isEqualTo(new TrainConfig.Stopping(2, 1e-6, true));
        assertThat(bars.tables().init()).isEqualTo(RowInit.normal(1e-4));
        assertThat(bars.tables().optimizer()).isEqualTo(EmbeddingOptimizer.bars(0));
        assertThat(bars.tableRate()).isEqualTo(1e-3);
    }

    @Test
    void onePassIsTheRecipeOfLargeTraining() {
        TrainConfig onePass = Presets.named("one-pass");
        assertThat(onePass.epochs()).isEqualTo(1);
        assertThat(onePass.tables().optimizer()).isEqualTo(EmbeddingOptimizer.rowWiseAdagrad());
        assertThat(onePass.tableRate()).isEqualTo(0.1);
        assertThat(onePass.learningRate())
                .isEqualTo(new LearningRateConfig(1e-3, 0, 0.1, new LearningRateConfig.Decay.Constant()));
    }

    @Test
    void everyPresetNamesItself() {
        for (String name : Presets.names()) {
            assertThat(Presets.named(name).preset()).isEqualTo(name);
        }
    }

    @Test
    void aFileIsLaidOverThePresetItNames(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("train.yaml");
        Files.writeString(
                file, "preset: bars\nbatch_size: 1024\ntables: {optimizer: {decay: {table_l2: 0.05}}}\nmodel: fm\n");
        TrainConfig config = Presets.read(file, List.of("epochs=3"));
        assertThat(config.batchSize()).isEqualTo(1024);
        assertThat(config.epochs()).isEqualTo(3);
        assertThat(config.gradientNorm()).isEqualTo(10);
        assertThat(config.tables().optimizer()).isEqualTo(EmbeddingOptimizer.bars(0.05));
        assertThat(config.model().name()).isEqualTo("fm");
        assertThat(Config.parse(Config.write(config), "written", List.of(), TrainConfig.defaults()))
                .isEqualTo(config);
    }

    @Test
    void anUnknownPresetIsAnsweredWithTheKnownOnes() {
        assertThatThrownBy(() -> Presets.named("bar"))
                .isInstanceOf(InputException.class)
                .hasMessage("unknown preset 'bar'; did you mean 'bars'? Known presets: bars, one-pass");
    }

    @Test
    void settingsOutOfRangeAreRefusedByName(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("train.yaml");
        Files.writeString(file, "seed: 1\n");
        assertThatThrownBy(() -> Presets.read(file, List.of("batch_size=0")))
                .isInstanceOf(InputException.class)
                .hasMessageEndingWith("batch_size must be positive, got 0");
        assertThatThrownBy(() -> Presets.read(file, List.of("stopping.patience=-1")))
                .isInstanceOf(InputException.class)
                .hasMessageEndingWith("'stopping': patience must not be negative, got -1.0");
        assertThatThrownBy(() -> Presets.read(file, List.of("tables.optimizer.kind=adam")))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("Known kinds: exact_sgd, exact_adagrad, exact_row_wise_adagrad, exact_adam");
    }
}
