package dev.herd.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.InputException;
import dev.herd.data.Progress;
import dev.herd.data.config.Config;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.prepare.Preparation;
import dev.herd.data.prepare.PrepareConfig;
import dev.herd.data.raw.FaultLog;
import dev.herd.data.raw.OnError;
import dev.herd.data.raw.RawFormat;
import dev.herd.data.raw.RawInput;
import dev.herd.data.transform.FittedFeatures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RawPredictionTest {
    @TempDir
    Path folder;

    private static String csv(int rows, String... more) {
        StringBuilder text = new StringBuilder("user,item,price,click\n");
        for (int i = 0; i < rows; i++) {
            int user = i * 7 % 13;
            int item = i * 5 % 11;
            text.append(
                    String.format(Locale.ROOT, "u%d,i%d,%.2f,%d%n", user, item, i % 9 * 0.5, (user + item) % 3 / 2));
        }
        for (String line : more) {
            text.append(line).append('\n');
        }
        return text.toString();
    }

    private Dataset prepared() throws IOException {
        Path raw = folder.resolve("raw.csv");
        Files.writeString(raw, csv(600));
        PrepareConfig config = Config.parse("""
                inputs: {clicks: {path: "%s"}}
                split: {kind: random, ratios: {train: 8, validation: 1, test: 1}}
                features:
                  labels: [{name: click}]
                  dense: [{name: price, steps: [standardize]}]
                  sparse: [{name: user}, {name: item}]
                """.formatted(raw), "prepare.yaml", List.of(), PrepareConfig.defaults());
        Preparation.run(config, folder.resolve("clicks"), 2, Progress.SILENT, fault -> {});
        return Dataset.open(folder.resolve("clicks"));
    }

    @Test
    void rawRowsAreScoredAsTheDatasetsRowsAre() throws IOException {
        Dataset dataset = prepared();
        Trainer.train(
                TrainerTest.config(dataset.folder(), folder.resolve("run"), "tables.init.standard_deviation=0.5"),
                Progress.SILENT);
        FittedFeatures features = dataset.features().orElseThrow();
        try (TrainedModel model = TrainedModel.open(folder.resolve("run"), 2)) {
            List<String> expected = new ArrayList<>();
            for (String split : dataset.splits()) {
                Path out = folder.resolve(split + ".csv");
                Predictor.predict(model, dataset, split, out, Progress.SILENT);
                scores(out).forEach(line -> expected.add(line.substring(line.indexOf(',') + 1)));
            }
            Path fresh = folder.resolve("fresh.csv");
            Files.writeString(fresh, csv(600, "u99,i0,1,0", "u1,i1,cheap,0"));
            RawInput input = RawInput.of(fresh, RawFormat.Csv.defaults());
            Path out = folder.resolve("out.csv");
            FaultLog skipping = new FaultLog(OnError.SKIP, fault -> {});
            assertThat(Predictor.predictRaw(model, features, input, true, skipping, out, Progress.SILENT))
                    .isEqualTo(601);
            assertThat(skipping.skipped()).isEqualTo(1);
            List<String> lines = scores(out);
            assertThat(lines.getFirst()).startsWith("2,");
            assertThat(lines.getLast()).startsWith("602,0,");
            assertThat(lines.subList(0, 600).stream().map(line -> line.substring(line.indexOf(',') + 1)))
                    .containsExactlyInAnyOrderElementsOf(expected);

            FaultLog failing = new FaultLog(OnError.FAIL, fault -> {});
            assertThatThrownBy(() -> Predictor.predictRaw(model, features, input, true, failing, out, Progress.SILENT))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("fresh.csv:603");
            assertThat(scores(out)).as("what was there before").hasSize(601);
        }
    }

    private static List<String> scores(Path csv) throws IOException {
        List<String> lines = Files.readAllLines(csv);
        return lines.subList(1, lines.size());
    }
}
