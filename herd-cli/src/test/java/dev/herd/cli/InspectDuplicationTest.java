package dev.herd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.herd.data.Batch;
import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.Arity;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.data.Features;
import dev.herd.data.KeyedJaggedTensor;
import dev.herd.data.dataset.DatasetWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class InspectDuplicationTest {
    private static final int ROWS = 400;

    @TempDir
    static Path temporary;

    private static String dataset;

    /// Sessions of ten rows each: a history of five ids that stays, an item that never does.
    @BeforeAll
    static void write() {
        long[] ids = new long[6 * ROWS];
        int[] offsets = new int[2 * ROWS + 1];
        long[] sessions = new long[ROWS];
        for (int b = 0; b < ROWS; b++) {
            sessions[b] = b / 10;
            for (int i = 0; i < 5; i++) {
                ids[5 * b + i] = 7 * (b / 10) + i;
            }
            ids[5 * ROWS + b] = b;
            offsets[b + 1] = 5 * (b + 1);
            offsets[ROWS + b + 1] = 5 * ROWS + b + 1;
        }
        FeatureSchema schema = new FeatureSchema(
                List.of("click"),
                List.of(),
                List.of(
                        new SparseFeature("history", Arity.SEQUENCE, 10_000, false),
                        new SparseFeature("item", Arity.SINGLE, 10_000, false)),
                "visit",
                null,
                "item");
        KeyedJaggedTensor sparse = KeyedJaggedTensor.of(List.of("history", "item"), ROWS, ids, offsets);
        try (DatasetWriter writer = DatasetWriter.create(temporary.resolve("set"), schema)) {
            writer.write(
                    "train",
                    new Batch(new Features(ROWS, new float[0], sparse), new float[ROWS], sessions, new long[0]));
            dataset = writer.finish().folder().toString();
        }
    }

    @Test
    void theReportShowsFactorsBarsAndAGroupToPasteIntoTheConfiguration() {
        CommandRun shown = CommandRun.of("inspect", dataset, "--duplication", "--batch-size", "100", "--in-order");
        assertThat(shown.code()).as(shown.err()).isEqualTo(ExitCodes.DONE);
        assertThat(shown.out())
                .containsPattern("history +5\\.00 +100\\.0 % +10\\.00 +10\\.00 +#{20} +10\\.00 ")
                .containsPattern("item +1\\.00 +0\\.0 % +1\\.00 +1\\.00 ")
                .contains("deduplicate: {kind: groups, groups: [[history]]}");
        assertThat(shown.err())
                .contains("400 rows of train, as they were written, batches of 100: 10.00 rows of a session")
                .contains("A feature is recommended from a factor of 1.50 on, a group from 16 bytes saved a row on.");
    }

    @Test
    void machinesReadTheSameAsJson() {
        CommandRun shown =
                CommandRun.of("inspect", dataset, "--duplication", "--batch-size", "100", "--in-order", "--json");
        JsonNode report = JsonMapper.shared().readTree(shown.out());
        assertThat(report.path("session_rows").asDouble()).isEqualTo(10);
        JsonNode history = report.path("features").path(0);
        assertThat(history.path("name").asString()).isEqualTo("history");
        assertThat(history.path("measured").asDouble()).isEqualTo(10);
        assertThat(history.path("predicted").asDouble()).isEqualTo(10);
        assertThat(history.path("bytes").asLong()).isEqualTo(4 * (100 * 5 * 8 + 101 * 4));
        assertThat(history.path("saved").asLong())
                .isEqualTo(history.path("bytes").asLong() - 4 * (10 * 5 * 8 + 11 * 4 + 100 * 4));
        assertThat(report.path("groups").path(0).path("features").path(0).asString())
                .isEqualTo("history");
    }

    @Test
    void theReportIsDrawnOnRequest() throws IOException {
        Path page = temporary.resolve("duplication.html");
        CommandRun shown = CommandRun.of(
                "inspect", dataset, "--duplication", "--batch-size", "100", "--in-order", "--html", page.toString());
        assertThat(shown.err()).contains("Report: " + page);
        assertThat(Files.readString(page))
                .contains("What repeats in set", "<svg", ">history</text>", "Groups to deduplicate", "<td>10.00")
                .doesNotContain("http");
        assertThat(CommandRun.of("inspect", dataset, "--duplication", "--html", "/nonexistent/x/y.html")
                        .err())
                .contains("/nonexistent/x/y.html: cannot be written");
    }

    @Test
    void nothingToSaveIsSaid() {
        CommandRun shown =
                CommandRun.of("inspect", dataset, "--duplication", "--batch-size", "100", "--threshold", "11");
        assertThat(shown.out())
                .contains(
                        "No features reach a factor of 11.00 and save 16 bytes a row: nothing to deduplicate in batches"
                                + " of 100 rows.");
    }

    @Test
    void wrongUseIsExplained() {
        assertThat(CommandRun.of("inspect", dataset, "--threshold", "2").err()).contains("--duplication");
        assertThat(CommandRun.of("inspect", dataset, "--duplication", "--threshold", "0")
                        .err())
                .contains("threshold must be a factor of at least 1, got 0.0");
        assertThat(CommandRun.of("inspect", dataset, "--duplication", "--split", "tests")
                        .err())
                .contains("has no split 'tests'; it has [train]");
        assertThat(CommandRun.of("inspect", temporary.toString(), "--duplication")
                        .err())
                .contains("holds no dataset (dataset.yaml), and --duplication looks at nothing else");
    }
}
