package dev.herd.data.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.Batch;
import dev.herd.data.BatchReader;
import dev.herd.data.InputException;
import dev.herd.data.Progress;
import dev.herd.data.SmallDisk;
import dev.herd.data.cluster.SessionOrder;
import dev.herd.data.config.Config;
import dev.herd.data.dataset.ClusterBy;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.dataset.ReadOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ClusteredPreparationTest {
    private static final String FEATURES = """
            features:
              labels: [{name: y}]
              sparse: [{name: v}]
              session: s
              timestamp: {source: t}
            """;
    private static final long LEAST = 64L << 20;

    @TempDir
    Path temp;

    /// Rows of `sessions` sessions, in no order of time; v names the row.
    private Path csv(String name, int from, int rows, int sessions) throws IOException {
        SplittableRandom random = new SplittableRandom(from);
        StringBuilder text = new StringBuilder("s,t,y,v\n");
        for (int i = from; i < from + rows; i++) {
            text.append(random.nextInt(sessions))
                    .append(',')
                    .append(random.nextInt(1000))
                    .append(',');
            text.append(i % 2).append(",w").append(i).append('\n');
        }
        return Files.writeString(temp.resolve(name), text);
    }

    private PreparationReport prepare(String folder, String yaml, Resources resources) {
        PrepareConfig config = Config.parse(yaml + FEATURES, "prepare.yaml", List.of(), PrepareConfig.defaults());
        return Preparation.run(config, temp.resolve(folder), resources, Progress.SILENT, fault -> {});
    }

    private PreparationReport prepare(String folder, String yaml) {
        return prepare(folder, yaml, new Resources(2, LEAST, null));
    }

    private Batch rows(String folder, String split) {
        Dataset dataset = Dataset.open(temp.resolve(folder));
        try (BatchReader reader = dataset.reader(split, ReadOptions.inOrder(5_000_000, 1))) {
            return reader.next().orElseThrow();
        }
    }

    private static void assertClustered(Batch batch) {
        long[] sessions = batch.sessions();
        long[] times = batch.timestamps();
        for (int r = 1; r < sessions.length; r++) {
            int by = SessionOrder.compare(sessions[r - 1], sessions[r]);
            assertThat(by).isNotPositive();
            if (by == 0) {
                assertThat(times[r]).isGreaterThanOrEqualTo(times[r - 1]);
            }
        }
    }

    @Test
    void sessionsOfSeveralFilesAreJoinedAndTheirRowsPutInOrderOfTime() throws IOException {
        csv("a.csv", 0, 4000, 300);
        csv("b.csv", 4000, 4000, 300);
        PreparationReport report = prepare("set", "inputs: {train: {path: " + temp + "/*.csv}}\ncluster_by: session\n");
        assertThat(report.rowsRead()).isEqualTo(8000);
        Batch batch = rows("set", "train");
        assertThat(batch.size()).isEqualTo(8000);
        assertClustered(batch);
        assertThat(LongStream.of(batch.sessions()).distinct().count()).isEqualTo(300);
        long changes = 1;
        for (int r = 1; r < batch.size(); r++) {
            changes += batch.sessions()[r] == batch.sessions()[r - 1] ? 0 : 1;
        }
        assertThat(changes).isEqualTo(300);
        assertThat(Dataset.open(temp.resolve("set")).clusterBy()).isEqualTo(ClusterBy.SESSION);
        assertThat(Files.readString(temp.resolve("set/dataset.yaml"))).contains("cluster_by: session");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"random", "{kind: time_ordered, order: [t, v]}", "{kind: per_user, user: s, order: [t, v]}"})
    void everySplitHoldsTheRowsItHasWithoutClustering(String split) throws IOException {
        Path file = csv("rows.csv", 0, 3000, 200);
        String yaml = "inputs: {rows: {path: " + file + "}}\nsplit: " + split + "\n";
        prepare("plain", yaml);
        prepare("clustered", yaml + "cluster_by: session\n");
        assertThat(Dataset.open(temp.resolve("plain")).clusterBy()).isEqualTo(ClusterBy.NONE);
        for (String name : List.of("train", "validation", "test")) {
            Batch plain = rows("plain", name);
            Batch clustered = rows("clustered", name);
            assertClustered(clustered);
            assertThat(keys(clustered)).containsExactlyInAnyOrderElementsOf(keys(plain));
        }
    }

    private static List<String> keys(Batch batch) {
        List<String> keys = new ArrayList<>();
        for (int r = 0; r < batch.size(); r++) {
            keys.add(batch.sessions()[r] + " " + batch.timestamps()[r] + " " + batch.labels()[r] + " "
                    + batch.features().sparse().values()[r]);
        }
        return keys;
    }

    @Test
    void aSampleTakesWholeSessionsAndSmallerSamplesArePartsOfLargerOnes() throws IOException {
        Path file = csv("rows.csv", 0, 20_000, 2000);
        String yaml = "inputs: {train: {path: " + file + "}}\n";
        prepare("all", yaml);
        PreparationReport report = prepare("fifth", yaml + "cluster_by: session\nsample_sessions: 0.2\n");
        prepare("tenth", yaml + "sample_sessions: 0.1\n");
        Batch fifth = rows("fifth", "train");
        List<Long> chosen = LongStream.of(fifth.sessions()).distinct().boxed().toList();
        assertThat(chosen.size()).isBetween(340, 460);
        long rows = LongStream.of(rows("all", "train").sessions())
                .filter(chosen::contains)
                .count();
        assertThat(fifth.size()).isEqualTo((int) rows);
        assertThat(report.rowsNotSampled()).isEqualTo(20_000 - rows);
        assertThat(chosen)
                .containsAll(
                        LongStream.of(rows("tenth", "train").sessions()).boxed().toList());
    }

    @Test
    void whatCannotBeClusteredIsExplainedBeforeAnythingIsRead() throws IOException {
        Path file = csv("rows.csv", 0, 10, 2);
        String yaml = "inputs: {train: {path: " + file + "}}\ncluster_by: session\n";
        PrepareConfig config = Config.parse(
                yaml + FEATURES.replace("  session: s\n", ""), "prepare.yaml", List.of(), PrepareConfig.defaults());
        assertThatThrownBy(() -> Preparation.run(config, temp.resolve("set"), 1, Progress.SILENT, fault -> {}))
                .isInstanceOf(InputException.class)
                .hasMessage("cluster_by: session needs a session column: set features.session to the column that groups"
                        + " rows");
        assertThatThrownBy(() -> prepare("set", yaml + "sample_sessions: 10\n"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("sample_sessions is a share and must lie in (0, 1], got 10");
        assertThatThrownBy(() -> prepare("set", yaml.replace("session\n", "user\n")))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("one of none, session");
        Path missing = temp.resolve("nowhere");
        assertThatThrownBy(() -> prepare("set", yaml, new Resources(1, LEAST, missing)))
                .isInstanceOf(InputException.class)
                .hasMessage(missing + ": no such folder for temporary files; name an existing one");
        assertThat(temp.resolve("set")).doesNotExist();
        try (var left = Files.list(temp)) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    void rowsWithoutASessionAreFaults() throws IOException {
        Path file = Files.writeString(temp.resolve("rows.csv"), "s,t,y,v\n1,5,1,a\n,4,0,b\n1,3,0,c\n");
        String yaml = "inputs: {train: {path: " + file + "}}\ncluster_by: session\n";
        assertThatThrownBy(() -> prepare("set", yaml))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("rows.csv:3:")
                .hasMessageContaining("the session is missing");
        assertThat(prepare("set", yaml + "on_error: skip\n").rowsSkipped()).isEqualTo(1);
        assertThat(rows("set", "train").timestamps()).containsExactly(3, 5);
    }

    @Test
    void aSessionOfAMillionRowsSpillsAndIsCutIntoParts() throws IOException {
        StringBuilder text = new StringBuilder("s,t,y,v\n");
        for (int i = 0; i < 1_000_000; i++) {
            text.append("7,").append(i * 7919L % 1_000_003).append(",1,x\n");
        }
        text.append("8,1,0,x\n");
        Path file = Files.writeString(temp.resolve("rows.csv"), text);
        prepare("set", "inputs: {train: {path: " + file + "}}\ncluster_by: session\n");
        Batch batch = rows("set", "train");
        assertThat(batch.size()).isEqualTo(1_000_001);
        assertClustered(batch);
        Dataset dataset = Dataset.open(temp.resolve("set"));
        assertThat(dataset.provenance())
                .containsEntry("sessions_cut", "1 sessions are longer than a part and lie in several");
        assertThat(Integer.parseInt(dataset.provenance().getOrDefault("clustered_in_runs", "0")))
                .isGreaterThan(1);
        try (BatchReader reader = dataset.reader("train", ReadOptions.shuffled(2_000_000, 1, 0, 2))) {
            long[] read = reader.next().orElseThrow().timestamps();
            assertThat(Arrays.stream(read).sorted().toArray())
                    .isEqualTo(Arrays.stream(batch.timestamps()).sorted().toArray());
        }
    }

    @Test
    void aFullTemporaryFolderIsReportedAndNothingIsLeft() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(temp.resolve("small"))) {
            Path mount = disk.folder();
            Path file = csv("rows.csv", 0, 500_000, 50_000);
            String yaml = "inputs: {train: {path: " + file + "}}\ncluster_by: session\n";
            assertThatThrownBy(() -> prepare("set", yaml, new Resources(2, LEAST, mount)))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining(
                            "run-00000: cannot be written (is the disk full?); --temp names another folder");
            assertThat(mount).isEmptyDirectory();
            assertThat(temp.resolve("set")).doesNotExist();
            assertThat(temp.resolve("set.incomplete")).doesNotExist();
        }
    }

    @Test
    void whatAKilledPreparationLeftIsRemovedByTheNext() throws IOException {
        Path file = csv("rows.csv", 0, 100, 10);
        Files.createDirectories(temp.resolve("set.spill"));
        Files.writeString(temp.resolve("set.spill/run-00000"), "half");
        Files.createDirectories(temp.resolve("set.incomplete"));
        Files.writeString(temp.resolve("set.incomplete/train-00000.parquet"), "half");
        assertThatThrownBy(() -> Dataset.open(temp.resolve("set.incomplete")))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("not found");
        prepare("set", "inputs: {train: {path: " + file + "}}\ncluster_by: session\n");
        assertThat(rows("set", "train").size()).isEqualTo(100);
        try (var left = Files.list(temp)) {
            assertThat(left).containsExactlyInAnyOrder(file, temp.resolve("set"));
        }
    }
}
