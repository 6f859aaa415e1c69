package dev.herd.train.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.InputException;
import dev.herd.data.Progress;
import dev.herd.data.config.Config;
import dev.herd.data.dataset.Dataset;
import dev.herd.embedding.EmbeddingTable;
import dev.herd.embedding.RowFormat;
import dev.herd.train.Predictor;
import dev.herd.train.SmallClicks;
import dev.herd.train.TrainConfig;
import dev.herd.train.TrainedModel;
import dev.herd.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableQuantizerTest {
    private static final double NO_LIMIT = Double.POSITIVE_INFINITY;

    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private static Dataset data;
    private static Path run;

    @BeforeAll
    static void train() {
        Path clicks = SmallClicks.write(shared.resolve("clicks"), 4000, 1500);
        data = Dataset.open(clicks);
        run = train(clicks, shared.resolve("run"), "fp32");
    }

    private static Path train(Path clicks, Path out, String precision) {
        TrainConfig config = Config.parse(
                "",
                "test",
                List.of(
                        "dataset=\"" + clicks + "\"",
                        "output=\"" + out + "\"",
                        "batch_size=256",
                        "epochs=3",
                        "learning_rate.rate=0.01",
                        "threads=1",
                        "tables.init.standard_deviation=0.1",
                        "tables.precision=" + precision,
                        "model={name: fm, embedding_dim: 16}"),
                TrainConfig.defaults());
        Trainer.train(config, Progress.SILENT);
        return out;
    }

    private static Receipt quantize(TrainedModel model, Choice choice) {
        return TableQuantizer.quantize(model, data, "validation", choice, Progress.SILENT);
    }

    private static List<EmbeddingTable> tables(TrainedModel model) {
        return model.tables().values().stream().flatMap(List::stream).toList();
    }

    @Test
    void aModelOnDiskKeepsItsTablesPackedAndMeasuresWhatTheReceiptSays() throws IOException {
        Receipt receipt;
        try (TrainedModel model = TrainedModel.open(run, 1)) {
            receipt = quantize(model, new Choice(List.of(RowFormat.MX6), NO_LIMIT, 0));
            model.save(folder);
        }
        // A block of numbers of one each would take more bytes than they do.
        assertThat(receipt.tables()).allSatisfy(table -> {
            assertThat(table.after()).isEqualTo(table.dim() == 16 ? "mx6" : "fp32");
            assertThat(table.saved() > 0).isEqualTo(table.dim() == 16);
        });
        assertThat(receipt.bytesAfter()).isLessThan(receipt.bytesBefore() / 2);
        try (TrainedModel packed = TrainedModel.open(folder, 2)) {
            assertThat(tables(packed).stream().filter(table -> table.dim() == 16))
                    .hasSize(3)
                    .allSatisfy(table -> {
                        assertThat(table.precision()).isEqualTo(RowFormat.MX6);
                        assertThat(table.weights().byteSize()).isEqualTo(table.rows() * 12);
                    });
            assertThat(Predictor.evaluate(packed, data, "validation", Progress.SILENT))
                    .containsEntry("ne", receipt.entropyAfter());
            assertThat(Predictor.predict(packed, data, "test", folder.resolve("scores.csv"), Progress.SILENT))
                    .isEqualTo(data.rows("test"));
        }
        assertThat(Files.readString(folder.resolve("model/manifest.json"))).contains("\"version\" : 2");
        assertThat(Files.readString(run.resolve("model/manifest.json"))).contains("\"version\" : 1");
    }

    @Test
    void aBudgetOfEntropyIsKeptByAllTablesTogether() {
        double budget = 2e-4;
        try (TrainedModel model = TrainedModel.open(run, 1)) {
            Receipt receipt =
                    quantize(model, new Choice(List.of(RowFormat.MX9, RowFormat.MX6, RowFormat.MX4), budget, 0));
            assertThat(receipt.change()).isLessThanOrEqualTo(budget * receipt.entropyBefore());
            assertThat(receipt.bytesAfter()).isLessThan(receipt.bytesBefore());
            assertThat(receipt.trials()).hasSize(3 * 3);
            assertThat(Predictor.evaluate(model, data, "validation", Progress.SILENT))
                    .containsEntry("ne", receipt.entropyAfter());
        }
    }

    @Test
    void aBudgetOfBytesIsReachedByTheStepsThatCostLeastOrRefusedWithWhatIsPossible() {
        try (TrainedModel model = TrainedModel.open(run, 1)) {
            long all = tables(model).stream()
                    .mapToLong(table -> table.weights().byteSize())
                    .sum();
            Receipt receipt = quantize(model, new Choice(List.of(RowFormat.MX9, RowFormat.MX4), NO_LIMIT, all * 3 / 4));
            assertThat(receipt.bytesAfter()).isLessThanOrEqualTo(all * 3 / 4);
            assertThat(receipt.tables())
                    .anyMatch(table -> table.dim() == 16 && table.after().equals("fp32"));
        }
        try (TrainedModel model = TrainedModel.open(run, 1)) {
            assertThatThrownBy(() -> quantize(model, new Choice(List.of(RowFormat.MX9), NO_LIMIT, 10)))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("the budget is 10; allow smaller formats or a larger budget");
        }
    }

    @Test
    void severalFormatsNeedABudget() {
        assertThatThrownBy(() -> new Choice(List.of(RowFormat.MX9, RowFormat.MX4), NO_LIMIT, 0))
                .hasMessageContaining("there must be a budget");
    }

    @Test
    void aRunTrainsInAPackedFormatAndLearns() {
        Path trained = train(data.folder(), folder.resolve("mx9"), "mx9");
        try (TrainedModel model = TrainedModel.open(trained, 1);
                TrainedModel plain = TrainedModel.open(run, 1)) {
            assertThat(tables(model))
                    .allSatisfy(table -> assertThat(table.precision()).isEqualTo(RowFormat.MX9));
            double packed = entropy(model);
            double full = entropy(plain);
            assertThat(packed).isLessThan(0.95).isBetween(full - 0.02, full + 0.02);
        }
    }

    private static double entropy(TrainedModel model) {
        return Predictor.evaluate(model, data, "test", Progress.SILENT).getOrDefault("ne", Double.NaN);
    }

    @Test
    void aCheckpointOfALaterVersionIsRefused() throws IOException {
        Path copy = folder.resolve("model");
        Files.createDirectories(copy);
        String manifest =
                Files.readString(run.resolve("model/manifest.json")).replace("\"version\" : 1", "\"version\" : 3");
        Files.writeString(copy.resolve("manifest.json"), manifest);
        Files.writeString(copy.resolve("manifest.json.sha256"), sha256(manifest) + "\n");
        assertThatThrownBy(() -> TrainedModel.open(copy, 1))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("is herd-checkpoint version 3; this Herd reads herd-checkpoint up to version 2");
    }

    private static String sha256(String text) {
        try {
            byte[] digest = java.security.MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            return java.util.HexFormat.of().formatHex(digest);
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
