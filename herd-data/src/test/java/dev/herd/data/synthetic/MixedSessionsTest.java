package dev.herd.data.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.herd.data.Batch;
import dev.herd.data.InputException;
import dev.herd.data.KeyedJaggedTensor;
import dev.herd.data.config.Config;
import dev.herd.data.synthetic.LogFeatures.Sequence;
import dev.herd.data.synthetic.LogFeatures.Sequence.Change;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Logs whose sessions are spread over a long time, with long lists that change together.
final class MixedSessionsTest {
    private static final PlantedLabel LABEL = PlantedLabel.defaults();

    private static SyntheticLog.Config config(long rows, int sessionsAtOnce, Sequence... sequences) {
        return new SyntheticLog.Config(
                4,
                rows,
                new Traffic(10_000, 1000, 1, 16.5, 0.5, 0, sessionsAtOnce),
                new LogFeatures(
                        List.of(1_000_000L, 7L),
                        List.of(new LogFeatures.Tags(50, 0, 4, true)),
                        5,
                        1,
                        List.of(sequences)),
                LABEL,
                0,
                0);
    }

    @Test
    void aBatchInOrderOfTimeHoldsHardlyTwoRowsOfASession() {
        SyntheticLog.Config config = config(330_000, 20_000);
        Map<Long, Integer> lengths = new HashMap<>();
        List<Long> sessions = new ArrayList<>();
        long last = 0;
        for (LogBlock block : Logs.blocks(config, 2)) {
            assertThat(block.batch().timestamps()).isSorted();
            assertThat(block.batch().timestamps()[0]).isGreaterThanOrEqualTo(last);
            last = block.batch().timestamps()[block.batch().size() - 1];
            for (long session : block.batch().sessions()) {
                lengths.merge(session, 1, Integer::sum);
                sessions.add(session);
            }
        }
        assertThat(sessions).hasSize(330_000);
        assertThat(330_000.0 / lengths.size()).isCloseTo(16.5, within(0.4));
        double perSession = 0;
        int batches = 0;
        for (int from = 0; from + 4096 <= sessions.size(); from += 4096, batches++) {
            perSession += 4096.0 / new HashSet<>(sessions.subList(from, from + 4096)).size();
        }
        assertThat(perSession / batches).isBetween(1.1, 1.2);
    }

    /// Values of every sparse column by row of its session.
    private static Map<Long, List<List<long[]>>> bySession(SyntheticLog.Config config, int columns) {
        Map<Long, List<List<long[]>>> sessions = new HashMap<>();
        for (LogBlock block : Logs.blocks(config, 2)) {
            Batch batch = block.batch();
            KeyedJaggedTensor sparse = batch.features().sparse();
            for (int row = 0; row < batch.size(); row++) {
                List<long[]> values = new ArrayList<>();
                for (int f = 0; f < columns; f++) {
                    int at = f * sparse.stride() + row;
                    values.add(Arrays.copyOfRange(sparse.values(), sparse.offsets()[at], sparse.offsets()[at + 1]));
                }
                sessions.computeIfAbsent(batch.sessions()[row], s -> new ArrayList<>())
                        .add(values);
            }
        }
        return sessions;
    }

    @Test
    void everyListChangesAsOftenAsAskedAndGroupsChangeTogether() {
        SyntheticLog.Config config = config(
                40_000,
                2500,
                new Sequence(100_000, 20, 60, 0.5, Change.REDRAW, 1),
                new Sequence(100_000, 20, 60, 0.8, Change.REDRAW, 2),
                new Sequence(100_000, 20, 200, 0.95, Change.SLIDE, 2));
        assertThat(SyntheticLog.schema(config).sparse().stream().map(f -> f.name()))
                .endsWith("history", "sequence0", "sequence1_0", "sequence1_1", "sequence2_0", "sequence2_1");
        int[] same = new int[11];
        int pairs = 0;
        for (List<List<long[]>> rows : bySession(config, 11).values()) {
            for (int r = 1; r < rows.size(); r++) {
                pairs++;
                List<long[]> before = rows.get(r - 1);
                List<long[]> now = rows.get(r);
                for (int f = 0; f < same.length; f++) {
                    same[f] += Arrays.equals(before.get(f), now.get(f)) ? 1 : 0;
                }
                assertThat(Arrays.equals(before.get(7), now.get(7)))
                        .isEqualTo(Arrays.equals(before.get(8), now.get(8)));
                assertThat(now.get(7)).hasSameSizeAs(now.get(8));
                long[] old = before.get(9);
                long[] slid = now.get(9);
                if (!Arrays.equals(old, slid)) {
                    assertThat(Arrays.copyOf(slid, slid.length - 1)).isEqualTo(Arrays.copyOfRange(old, 1, old.length));
                }
            }
        }
        double n = pairs;
        assertThat(same[2] / n).as("category0").isCloseTo(0.5, within(0.01));
        assertThat(same[6] / n).isCloseTo(0.5, within(0.01));
        assertThat(same[7] / n).isCloseTo(0.8, within(0.01));
        assertThat(same[9] / n).isCloseTo(0.95, within(0.01));
        assertThat(same[10]).isEqualTo(same[9]);
    }

    @Test
    void rowsDoNotDependOnThreadsAndMixingChangesOnlyTheirTimes() {
        Sequence slide = new Sequence(1000, 3, 9, 0.6, Change.SLIDE, 2);
        List<LogBlock> one = Logs.blocks(config(20_000, 600, slide), 1);
        List<LogBlock> three = Logs.blocks(config(20_000, 600, slide), 3);
        for (int i = 0; i < one.size(); i++) {
            assertThat(three.get(i).batch().features().sparse())
                    .isEqualTo(one.get(i).batch().features().sparse());
            assertThat(three.get(i).batch().labels())
                    .isEqualTo(one.get(i).batch().labels());
        }
        // sessions are numbered by their first row, and a whole session lies in one span or block alike
        Map<Long, List<List<long[]>>> mixed = bySession(config(8000, 600, slide), 8);
        Map<Long, List<List<long[]>>> near = bySession(config(8000, 0, slide), 8);
        Set<Long> sessions = mixed.keySet();
        assertThat(near.keySet()).isEqualTo(sessions);
        for (long session : sessions) {
            List<List<long[]>> a = mixed.getOrDefault(session, List.of());
            List<List<long[]>> b = near.getOrDefault(session, List.of());
            assertThat(a.stream().map(MixedSessionsTest::text).toList())
                    .isEqualTo(b.stream().map(MixedSessionsTest::text).toList());
        }
    }

    private static String text(List<long[]> row) {
        return Arrays.deepToString(row.toArray());
    }

    @Test
    void splitsAndBlocksCoverEveryRowOnce() {
        SyntheticLog.Config whole = config(50_000, 700);
        SyntheticLog.Config split = new SyntheticLog.Config(
                whole.seed(), whole.rows(), whole.traffic(), whole.features(), whole.label(), 0.1, 0.2);
        Map<String, Integer> rows = new HashMap<>();
        Map<Long, String> splits = new HashMap<>();
        for (LogBlock block : Logs.blocks(split, 2)) {
            rows.merge(block.split(), block.batch().size(), Integer::sum);
            for (long session : block.batch().sessions()) {
                assertThat(splits.merge(session, block.split(), (before, now) -> before))
                        .isEqualTo(block.split());
            }
        }
        assertThat(rows).containsEntry("train", 35_000).containsEntry("validation", 5000);
        assertThat(rows).containsEntry("test", 10_000);
    }

    @Test
    void impossibleListsAreRefusedWithTheKey() {
        refused("features: {sequences: [{min_length: 0}]}", "sequences need 1 <= min_length <= max_length");
        refused("features: {sequences: [{unchanged: 2}]}", "unchanged is a share and must lie in [0, 1], got 2");
        refused("features: {sequences: [{together: 0}]}", "together must lie in [1, 1000], got 0");
        refused("features: {sequences: [{change: grow}]}", "one of slide, redraw");
        refused("traffic: {sessions_at_once: -1}", "sessions_at_once must lie in [0, 1000000], got -1");
    }

    private static void refused(String yaml, String message) {
        assertThatThrownBy(() -> Config.parse(yaml, "log.yaml", List.of(), SyntheticLog.Config.defaults()))
                .isInstanceOf(InputException.class)
                .hasMessageContaining(message);
    }
}
