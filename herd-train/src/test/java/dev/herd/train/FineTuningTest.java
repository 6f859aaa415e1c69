package dev.herd.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.Arity;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.data.InputException;
import dev.herd.data.Progress;
import dev.herd.data.config.Config;
import dev.herd.data.dataset.DatasetWriter;
import dev.herd.embedding.EmbeddingTable;
import dev.herd.embedding.RowFormat;
import dev.herd.train.checkpoint.CheckpointFolder;
import dev.herd.train.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FineTuningTest {
    private static final String MODEL =
            "model={name: dcnv2, embedding_dim: 16, deep: {hidden: [16], normalization: none}}";

    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private static Path data;
    private static Path trained;

    @BeforeAll
    static void train() {
        data = SmallClicks.write(shared.resolve("clicks"), 4000, 1000);
        trained = shared.resolve("trained");
        Trainer.train(
                TrainerTest.config(data, trained, MODEL, "epochs=4", "tables.init.standard_deviation=0.1"),
                Progress.SILENT);
    }

    private TrainConfig config(String name, String... overrides) {
        List<String> all = new ArrayList<>(List.of(MODEL, "from=\"" + trained + "\"", "steps=6"));
        all.addAll(List.of(overrides));
        return TrainerTest.config(data, folder.resolve(name), all.toArray(String[]::new));
    }

    private TrainResult tune(String name, String... overrides) {
        return Trainer.train(config(name, overrides), Progress.SILENT);
    }

    private static double ne(TrainResult result) {
        return result.test().getOrDefault("ne", Double.NaN);
    }

    @Test
    void aRunStartsWithTheWeightsOfAnother() throws IOException {
        TrainResult still = tune("still", "steps=1", "learning_rate.rate=1e-30");
        assertThat(still.steps()).isOne();
        assertThat(TrainerTest.weights(still.folder())).isEqualTo(TrainerTest.weights(trained));
        assertThat(Files.readString(still.folder().resolve("log.txt")))
                .contains("started from the weights of " + trained);
    }

    @Test
    void aFewStepsInABlockFormatGoOnFromWhatWasLearntBitByBitOnAnyNumberOfThreads() throws IOException {
        TrainResult tuned = tune("a", "numerics=mx6");
        tune("b", "numerics=mx6", "threads=1");
        TrainResult fresh = tune("fresh", "numerics=mx6", "from=null");
        assertThat(tuned.steps()).isEqualTo(6);
        assertThat(TrainerTest.weights(folder.resolve("b"))).isEqualTo(TrainerTest.weights(tuned.folder()));
        assertThat(ne(tuned)).isLessThan(ne(fresh) - 0.02);
    }

    @Test
    void aPausedRunGoesOnToTheSameBitsAndBeginsAgainWhereItLeftNoCheckpoint() throws IOException {
        tune("whole");
        for (boolean keep : new boolean[] {true, false}) {
            Path paused = folder.resolve("paused-" + keep);
            Trainer.train(config("paused-" + keep), 3, Progress.SILENT);
            if (!keep) {
                CheckpointFolder.delete(RunFolder.checkpoints(paused));
            }
            assertThat(Trainer.resume(paused, Progress.SILENT).steps()).isEqualTo(6);
            assertThat(TrainerTest.weights(paused)).isEqualTo(TrainerTest.weights(folder.resolve("whole")));
        }
    }

    @Test
    void tablesAreTakenOverInAnotherFormat() {
        TrainResult packed = tune("packed", "steps=1", "learning_rate.rate=1e-30", "tables.precision=mx9");
        try (TrainedModel before = TrainedModel.open(trained, 1);
                TrainedModel after = TrainedModel.open(packed.folder(), 1)) {
            List<EmbeddingTable> held = tables(before);
            held.forEach(table -> table.hold(RowFormat.MX9));
            for (int i = 0; i < held.size(); i++) {
                assertThat(tables(after).get(i).precision()).isEqualTo(RowFormat.MX9);
                for (long row = 0; row < held.get(i).rows(); row++) {
                    assertThat(tables(after).get(i).row(row))
                            .isEqualTo(held.get(i).row(row));
                }
            }
        }
        Path back = folder.resolve("back");
        Trainer.train(
                TrainerTest.config(data, back, MODEL, "from=\"" + packed.folder() + "\"", "steps=2"), Progress.SILENT);
        assertThat(Config.read(back.resolve("config.yaml"), List.of(), TrainConfig.defaults())
                        .from())
                .isEqualTo(packed.folder());
    }

    private static List<EmbeddingTable> tables(TrainedModel model) {
        return model.tables().values().stream().flatMap(List::stream).toList();
    }

    @Test
    void anotherModelIsRefusedWithWhatDiffersAndLeavesNoRun() {
        assertThatThrownBy(() -> Trainer.train(
                        TrainerTest.config(data, folder.resolve("refused"), "from=\"" + trained + "\""),
                        Progress.SILENT))
                .isInstanceOf(InputException.class)
                .hasMessage(trained + ": cannot be started from: it was trained with `model: dcnv2`, this run says"
                        + " `model: fm`; give both the same");
        refuses(
                "`model.deep.hidden: [16]`, this run says `model.deep.hidden: [16, 8]`",
                MODEL.replace("16]", "16, 8]"));
        refuses("`tables.pooling: SUM`, this run says `tables.pooling: MEAN`", "tables.pooling=mean");
        assertThat(folder.resolve("refused")).doesNotExist();
    }

    private void refuses(String message, String... overrides) {
        assertThatThrownBy(() -> tune("refused", overrides))
                .isInstanceOf(InputException.class)
                .hasMessageContaining(trained + ": cannot be started from: it was trained with " + message);
    }

    @Test
    void otherFeaturesAreRefusedByName() {
        FeatureSchema known = SmallClicks.SCHEMA;
        List<SparseFeature> grown = new ArrayList<>(known.sparse());
        grown.set(1, new SparseFeature("item", Arity.SINGLE, 31, false));
        FeatureSchema schema = new FeatureSchema(known.labels(), known.dense(), grown, "session", null, null);
        Path other = shared.resolve("grown");
        try (DatasetWriter writer = DatasetWriter.create(other, schema)) {
            for (String split : List.of("train", "validation", "test")) {
                writer.write(split, SmallClicks.batch(0, 250));
            }
            writer.finish();
        }
        assertThatThrownBy(() -> tune("refused", "dataset=\"" + other + "\""))
                .isInstanceOf(InputException.class)
                .hasMessageContaining(
                        "the ids of 'item' of its dataset are SparseFeature[name=item, arity=SINGLE, rows=30")
                .hasMessageContaining(
                        ", rows=31, weighted=false]; prepare this one with the transforms and vocabularies")
                .hasMessageEndingWith(data.toString());
    }

    @Test
    void anUnfinishedRunIsRefused() {
        Trainer.train(config("half"), 2, Progress.SILENT);
        assertThatThrownBy(() -> tune("refused", "from=\"" + folder.resolve("half") + "\""))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("is not finished; go on with it by herd train --resume");
    }
}
