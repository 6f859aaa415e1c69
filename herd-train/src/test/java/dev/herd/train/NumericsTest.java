package dev.herd.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.InputException;
import dev.herd.data.Progress;
import dev.herd.data.dataset.Dataset;
import dev.herd.nn.Numerics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NumericsTest {
    private static final String MODEL = "model={name: dcnv2, embedding_dim: 4, deep: {hidden: [16]}}";

    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private static Path data;

    @BeforeAll
    static void data() {
        data = SmallClicks.write(shared.resolve("clicks"), 2000, 500);
    }

    private TrainResult train(String name, String... overrides) {
        String[] all = Arrays.copyOf(overrides, overrides.length + 1);
        all[overrides.length] = MODEL;
        return Trainer.train(TrainerTest.config(data, folder.resolve(name), all), Progress.SILENT);
    }

    @Test
    void aRunInABlockFormatSaysSoEverywhereAndIsMeasuredInIt() throws IOException {
        TrainResult result = train("mx6", "numerics=mx6");
        String told = "MX6 (floor, half-even)";
        assertThat(read("mx6/config.yaml")).contains("numerics:\n  weights: mx6\n  activations: mx6\n");
        assertThat(read("mx6/log.txt")).contains("operands of matrix products: " + told);
        assertThat(read("mx6/result.json")).contains("\"numerics\" : \"" + told + "\"");
        assertThat(read("mx6/report.html")).contains("matrix products", told);
        try (TrainedModel model = TrainedModel.open(result.folder(), 2)) {
            assertThat(measured(model)).isEqualTo(result.test());
        }
    }

    @Test
    void theSameSeedGivesTheSameWeightsAndFp32IsTheDefault() throws IOException {
        train("a", "numerics={weights: mx4, activations: mx6, gradients: mx9}");
        train("b", "numerics={weights: mx4, activations: mx6, gradients: mx9}", "threads=1");
        train("plain");
        train("fp32", "numerics=fp32");
        assertThat(weights("b")).isEqualTo(weights("a"));
        assertThat(weights("fp32")).isEqualTo(weights("plain"));
        assertThat(weights("a")).isNotEqualTo(weights("plain"));
    }

    @Test
    void aPlainRunCanBeScoredInAnotherFormat() {
        TrainResult result = train("plain");
        try (TrainedModel plain = TrainedModel.open(result.folder(), 2, Numerics.FP32);
                TrainedModel fine = TrainedModel.open(result.folder(), 2, Numerics.parse("mx9"));
                TrainedModel coarse = TrainedModel.open(result.folder(), 2, Numerics.parse("mx4"))) {
            assertThat(measured(plain)).isEqualTo(result.test());
            double ne = result.test().getOrDefault("ne", Double.NaN);
            double ofFine = Math.abs(measured(fine).getOrDefault("ne", Double.NaN) - ne);
            double ofCoarse = Math.abs(measured(coarse).getOrDefault("ne", Double.NaN) - ne);
            assertThat(ofFine).isPositive().isLessThan(ofCoarse);
        }
    }

    @Test
    void aFormatThatIsNotKnownIsAnsweredWithThoseThatAre() {
        assertThatThrownBy(() -> TrainerTest.config(data, folder, "numerics=mx7"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("'numerics': there is no number format 'mx7'; did you mean 'mx")
                .hasMessageContaining("Known formats: fp32, mx9");
    }

    private Map<String, Double> measured(TrainedModel model) {
        return Predictor.evaluate(model, Dataset.open(data), "test", Progress.SILENT);
    }

    private String read(String file) throws IOException {
        return Files.readString(folder.resolve(file));
    }

    private List<String> weights(String run) throws IOException {
        return TrainerTest.weights(folder.resolve(run));
    }
}
