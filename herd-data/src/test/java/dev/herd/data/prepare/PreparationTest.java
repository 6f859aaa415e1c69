package dev.herd.data.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.Batch;
import dev.herd.data.BatchReader;
import dev.herd.data.InputException;
import dev.herd.data.Progress;
import dev.herd.data.config.Config;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.dataset.ReadOptions;
import dev.herd.data.raw.FaultLog;
import dev.herd.data.raw.OnError;
import dev.herd.data.raw.RawFormat;
import dev.herd.data.raw.RawInput;
import dev.herd.data.transform.RawBatchReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PreparationTest {
    private static final String FEATURES = """
            features:
              labels: [{name: y}]
              dense: [{name: a, steps: [standardize]}]
              sparse: [{name: v}]
              timestamp: {source: t}
            """;

    @TempDir
    Path temp;

    private final List<String> reported = new ArrayList<>();

    private Path csv(String name, int rows) throws IOException {
        StringBuilder text = new StringBuilder("t,y,a,v\n");
        for (int i = 0; i < rows; i++) {
            text.append((i * 7919) % rows)
                    .append(',')
                    .append(i % 2)
                    .append(',')
                    .append(i)
                    .append(",w")
                    .append(i % 10)
                    .append('\n');
        }
        return Files.writeString(temp.resolve(name), text);
    }

    private PreparationReport prepare(String folder, String yaml, String... overrides) {
        PrepareConfig config =
                Config.parse(yaml + FEATURES, "prepare.yaml", List.of(overrides), PrepareConfig.defaults());
        return Preparation.run(
                config, temp.resolve(folder), 2, Progress.SILENT, fault -> reported.add(String.valueOf(fault)));
    }

    private Batch rows(String folder, String split) {
        Dataset dataset = Dataset.open(temp.resolve(folder));
        try (BatchReader reader = dataset.reader(split, ReadOptions.inOrder(1_000_000, 1))) {
            return reader.next().orElseThrow();
        }
    }

    @Test
    void aRandomSplitIsTheSameEachTimeAndChangesWithTheSeed() throws IOException {
        Path file = csv("rows.csv", 2000);
        String yaml = "inputs: {rows: {path: " + file + "}}\nsplit: random\n";
        PreparationReport report = prepare("one", yaml);
        prepare("two", yaml);
        prepare("other", yaml, "split.seed=2");
        assertThat(report.rowsRead()).isEqualTo(2000);
        assertThat(report.rows().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(2000);
        assertThat(report.rows().get("train")).isBetween(1500L, 1700L);
        assertThat(rows("two", "test").timestamps())
                .isEqualTo(rows("one", "test").timestamps())
                .isNotEqualTo(rows("other", "test").timestamps());
    }

    @Test
    void aSplitByTimeTrainsOnThePast() throws IOException {
        Path file = csv("rows.csv", 1000);
        prepare("set", "inputs: {rows: {path: " + file + "}}\nsplit: {kind: time_ordered, order: [t]}\n");
        assertThat(rows("set", "train").timestamps()).hasSize(800).isSorted().endsWith(799);
        assertThat(rows("set", "validation").timestamps()).hasSize(100).startsWith(800);
        assertThat(rows("set", "test").timestamps())
                .hasSize(100)
                .startsWith(900)
                .endsWith(999);
    }

    @Test
    void storedTransformsGiveTheSameFeaturesOnRawFiles() throws IOException {
        Path file = csv("rows.csv", 500);
        prepare("set", "inputs: {train: {path: " + file + "}}\n");
        Dataset dataset = Dataset.open(temp.resolve("set"));
        FaultLog faults = new FaultLog(OnError.FAIL, fault -> {});
        RawInput input = RawInput.of(file, RawFormat.Csv.defaults());
        try (RawBatchReader reader =
                RawBatchReader.open(input, dataset.features().orElseThrow(), true, 1000, 2, faults)) {
            Batch raw = reader.next().orElseThrow();
            Batch stored = rows("set", "train");
            assertThat(raw.features().dense()).isEqualTo(stored.features().dense());
            assertThat(raw.features().sparse()).isEqualTo(stored.features().sparse());
            assertThat(raw.labels()).isEqualTo(stored.labels());
        }
    }

    @Test
    void malformedRowsFailOrAreSkippedAndCountedWithTheirPlaceInTheFile() throws IOException {
        Path file =
                Files.writeString(temp.resolve("rows.csv"), "t,y,a,v\n3,1,1,x\n2,1,one,x\n1,0,2\n0,0,2,z\n9,1,5,x\n");
        String yaml = "inputs: {rows: {path: " + file + "}}\nsplit: {kind: time_ordered, order: [t]}\n";
        assertThatThrownBy(() -> prepare("set", yaml))
                .isInstanceOf(InputException.class)
                .hasMessage(file + ":4:1: expected 4 cells [t, y, a, v], found 3");
        assertThat(temp.resolve("set")).doesNotExist();
        PreparationReport report = prepare("set", yaml + "on_error: report\n");
        assertThat(report.rowsRead()).isEqualTo(5);
        assertThat(report.rowsSkipped()).isEqualTo(2);
        assertThat(reported).hasSize(2);
        assertThat(reported.get(1)).contains("rows.csv:3:").contains("expected a number, found 'one'");
        try (var left = Files.list(temp)) {
            assertThat(left.map(path -> path.getFileName().toString())).containsExactlyInAnyOrder("rows.csv", "set");
        }
    }

    @Test
    void wrongConfigurationsAreExplained() throws IOException {
        Path file = csv("rows.csv", 10);
        String input = "inputs: {rows: {path: " + file + "}}\n";
        refused("inputs: {rows: {}}\nsplit: random\n", "no input file given: set inputs.rows.path");
        refused(input, "split: given needs inputs named train");
        refused(input + "split: {kind: per_user, user: v}\n", "split.order is empty");
        refused(input + "split: {kind: given, column: part}\n", "the split column 'part' is not among");
        refused(input + "split: {kind: given, column: v}\n", "expected train, validation or test in the column 'v'");
        refused(
                input + "split: random\nquery: select nothing from rows\n",
                "the query or its staging failed",
                "nothing");
        refused("split: random\n", "`inputs` is empty");
        assertThat(temp.resolve("set")).doesNotExist();
    }

    private void refused(String yaml, String... parts) {
        var thrown = assertThatThrownBy(() -> prepare("set", yaml)).isInstanceOf(InputException.class);
        for (String part : parts) {
            thrown.hasMessageContaining(part);
        }
    }
}
