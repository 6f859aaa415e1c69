package dev.herd.data.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.herd.data.Batch;
import dev.herd.data.InputException;
import dev.herd.data.KeyedJaggedTensor;
import dev.herd.data.config.Config;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SyntheticLogTest {
    private static final PlantedLabel LABEL = PlantedLabel.defaults();

    @Test
    void doesNotDependOnTheNumberOfThreads() {
        SyntheticLog.Config config = Logs.rich(60_000);
        List<LogBlock> one = Logs.blocks(config, 1);
        List<LogBlock> three = Logs.blocks(config, 3);
        assertThat(three).hasSameSizeAs(one);
        for (int i = 0; i < one.size(); i++) {
            assertSame(three.get(i), one.get(i));
        }
        assertThat(SyntheticLog.generate(config, 3, block -> {}))
                .isEqualTo(SyntheticLog.generate(config, 1, block -> {}));
    }

    private static void assertSame(LogBlock actual, LogBlock expected) {
        assertThat(actual.split()).isEqualTo(expected.split());
        assertThat(actual.batch().features().sparse())
                .isEqualTo(expected.batch().features().sparse());
        assertThat(actual.batch().features().dense())
                .isEqualTo(expected.batch().features().dense());
        assertThat(actual.batch().labels()).isEqualTo(expected.batch().labels());
        assertThat(actual.batch().sessions()).isEqualTo(expected.batch().sessions());
        assertThat(actual.batch().timestamps()).isEqualTo(expected.batch().timestamps());
        assertThat(actual.clickProbabilities()).isEqualTo(expected.clickProbabilities());
    }

    @Test
    void anotherSeedMakesAnotherLog() {
        SyntheticLog.Config config = Logs.rich(5000);
        SyntheticLog.Config other = new SyntheticLog.Config(
                12, config.rows(), config.traffic(), config.features(), config.label(), 0.1, 0.2);
        assertThat(Logs.blocks(other, 1).getFirst().batch().features().sparse())
                .isNotEqualTo(
                        Logs.blocks(config, 1).getFirst().batch().features().sparse());
    }

    @Test
    void splitsFollowEachOtherInTime() {
        Map<String, Integer> rows = new HashMap<>();
        List<String> order = new ArrayList<>();
        long last = 1_767_225_600;
        for (LogBlock block : Logs.blocks(Logs.rich(60_001), 2)) {
            rows.merge(block.split(), block.batch().size(), Integer::sum);
            if (!order.contains(block.split())) {
                order.add(block.split());
            }
            long[] timestamps = block.batch().timestamps();
            assertThat(timestamps).isSorted();
            assertThat(timestamps[0]).isGreaterThanOrEqualTo(last);
            last = timestamps[timestamps.length - 1];
        }
        assertThat(order).containsExactly("train", "validation", "test");
        assertThat(rows)
                .containsEntry("train", 42_001)
                .containsEntry("validation", 6000)
                .containsEntry("test", 12_000);
        assertThat(last).isBetween(1_767_225_600L + 5 * 86_400 - 3600, 1_767_225_600L + 5 * 86_400);
    }

    @Test
    void sessionsHaveTheMeanLengthAskedForAndOneUser() {
        Map<Long, Integer> lengths = new HashMap<>();
        Map<Long, Long> users = new HashMap<>();
        int strangers = 0;
        for (LogBlock block : Logs.blocks(Logs.rich(100_000), 2)) {
            Batch batch = block.batch();
            for (int row = 0; row < batch.size(); row++) {
                lengths.merge(batch.sessions()[row], 1, Integer::sum);
                long user = id(batch, 0, row);
                strangers += users.merge(batch.sessions()[row], user, (before, now) -> before) == user ? 0 : 1;
            }
        }
        assertThat(strangers).isZero();
        double mean = 100_000.0 / lengths.size();
        assertThat(mean).isCloseTo(6, within(6 * 0.04));
        long ones = lengths.values().stream().filter(length -> length == 1).count();
        assertThat(ones / (double) lengths.size()).isCloseTo(1 / 6.0, within(0.02)); // geometric
    }

    @Test
    void theShareOfUnchangedValuesWithinASessionIsTheOneAskedFor() {
        // uniform over many ids, so that hardly any redrawn value is the old one by chance
        Traffic traffic = new Traffic(100_000, 100_000, 5, 10, 0.7, 0);
        SyntheticLog.Config config = new SyntheticLog.Config(
                3,
                60_000,
                traffic,
                new LogFeatures(List.of(1_000_000L), List.of(new LogFeatures.Tags(100_000, 2, 4, false)), 6, 1),
                LABEL,
                0.1,
                0.1);
        Map<Long, List<Object>> before = new HashMap<>();
        int[] same = new int[6];
        int pairs = 0;
        for (LogBlock block : Logs.blocks(config, 2)) {
            for (int row = 0; row < block.batch().size(); row++) {
                List<Object> now = values(block.batch(), row);
                List<Object> old = before.put(block.batch().sessions()[row], now);
                if (old != null) {
                    pairs++;
                    for (int column = 0; column < same.length; column++) {
                        same[column] += old.get(column).equals(now.get(column)) ? 1 : 0;
                    }
                }
            }
        }
        assertThat(pairs).isGreaterThan(50_000);
        assertThat(same[0]).as("user").isEqualTo(pairs);
        assertThat(same[1]).as("item").isLessThan(10);
        for (int column = 2; column < 6; column++) {
            assertThat(same[column] / (double) pairs).isCloseTo(0.7, within(0.012));
        }
    }

    private static List<Object> values(Batch batch, int row) {
        List<Object> values = new ArrayList<>();
        KeyedJaggedTensor sparse = batch.features().sparse();
        for (int column = 0; column < sparse.keys().size(); column++) {
            int at = column * sparse.stride() + row;
            values.add(Arrays.toString(
                    Arrays.copyOfRange(sparse.values(), sparse.offsets()[at], sparse.offsets()[at + 1])));
        }
        values.add(batch.features().dense()[row]);
        return values;
    }

    @Test
    void aHistoryGrowsByOneItemAndDropsItsOldestWhenFull() {
        Map<Long, long[]> before = new HashMap<>();
        int changed = 0;
        int shifted = 0;
        int longest = 0;
        for (LogBlock block : Logs.blocks(Logs.rich(30_000), 2)) {
            KeyedJaggedTensor sparse = block.batch().features().sparse();
            int column = sparse.keys().indexOf("history");
            for (int row = 0; row < block.batch().size(); row++) {
                int at = column * sparse.stride() + row;
                long[] now = Arrays.copyOfRange(sparse.values(), sparse.offsets()[at], sparse.offsets()[at + 1]);
                longest = Math.max(longest, now.length);
                long[] old = before.put(block.batch().sessions()[row], now);
                if (old != null && !Arrays.equals(old, now)) {
                    int dropped = old.length == 5 ? 1 : 0;
                    long[] kept = Arrays.copyOfRange(old, dropped, old.length);
                    shifted += Arrays.equals(Arrays.copyOf(now, now.length - 1), kept) ? 1 : 0;
                    changed++;
                }
            }
        }
        assertThat(changed).isGreaterThan(1000);
        assertThat(shifted).isEqualTo(changed);
        assertThat(longest).isEqualTo(5);
    }

    @Test
    void listsStayWithinTheirLengthsAndCarryWeights() {
        int[] lengths = new int[5];
        float lightest = 1;
        float heaviest = 1;
        for (LogBlock block : Logs.blocks(Logs.rich(30_000), 2)) {
            KeyedJaggedTensor sparse = block.batch().features().sparse();
            int column = sparse.keys().indexOf("tags0");
            float[] weights = Objects.requireNonNull(sparse.weights());
            for (int row = 0; row < sparse.stride(); row++) {
                lengths[sparse.length(column, row)]++;
                int at = column * sparse.stride() + row;
                for (int i = sparse.offsets()[at]; i < sparse.offsets()[at + 1]; i++) {
                    lightest = Math.min(lightest, weights[i]);
                    heaviest = Math.max(heaviest, weights[i]);
                }
            }
        }
        assertThat(lightest).isBetween(0.5f, 0.51f);
        assertThat(heaviest).isBetween(1.49f, 1.5f);
        for (int count : lengths) {
            assertThat(count / 30_000.0).isCloseTo(0.2, within(0.03));
        }
    }

    @Test
    void itemsFollowTheirPopularityExponent() {
        Traffic traffic = new Traffic(10, 1000, 1, 5, 0.5, 1.2);
        int[] counts = new int[1000];
        for (LogBlock block : Logs.blocks(Logs.plain(300_000, traffic, LABEL, 5L, 5L, 5L), 2)) {
            for (int row = 0; row < block.batch().size(); row++) {
                counts[(int) id(block.batch(), 1, row)]++;
            }
        }
        assertThat(counts[0]).as("ids are not sorted by popularity").isLessThan(counts.length * 100);
        int[] sorted = Arrays.stream(counts)
                .map(count -> -count)
                .sorted()
                .map(count -> -count)
                .toArray();
        // slope between ranks 1 and 64 in log-log
        double slope = Math.log(sorted[0] / (double) sorted[63]) / Math.log(64);
        assertThat(slope).isCloseTo(1.2, within(0.04));
    }

    @Test
    void labelsAreDrawnFromTheStatedProbabilities() {
        double[] expected = new double[10];
        double[] clicks = new double[10];
        double[] variance = new double[10];
        for (LogBlock block : Logs.blocks(Logs.rich(200_000), 2)) {
            for (int row = 0; row < block.batch().size(); row++) {
                double p = block.clickProbabilities()[row];
                int bin = (int) (p * 10);
                expected[bin] += p;
                clicks[bin] += block.batch().labels()[row];
                variance[bin] += p * (1 - p);
            }
        }
        for (int bin = 0; bin < 10; bin++) {
            assertThat(clicks[bin]).isCloseTo(expected[bin], within(4 * Math.sqrt(variance[bin]) + 1e-9));
        }
        double rate = Arrays.stream(expected).sum() / 200_000;
        assertThat(rate).isCloseTo(0.3, within(0.02));
    }

    @Test
    void keepsOnlyAFewBlocksInMemory() {
        List<WeakReference<Batch>> blocks = new ArrayList<>();
        int[] alive = new int[1];
        SyntheticLog.generate(Logs.plain(80L * Blocks.ROWS, Traffic.defaults(), LABEL, 9L, 9L), 2, block -> {
            blocks.add(new WeakReference<>(block.batch()));
            if (blocks.size() == 60) {
                System.gc();
                alive[0] =
                        (int) blocks.stream().filter(ref -> ref.get() != null).count();
            }
        });
        assertThat(blocks).hasSizeGreaterThan(75);
        assertThat(alive[0]).isLessThanOrEqualTo(3);
    }

    @Test
    void truthIsTheMeanOfWhatIsKnownOfEveryRow() {
        SyntheticLog.Config config = Logs.rich(40_000);
        double entropy = 0;
        double loss = 0;
        double clicks = 0;
        double rates = 0;
        for (LogBlock block : Logs.blocks(config, 1)) {
            for (int row = 0;
                    block.split().equals("test") && row < block.batch().size();
                    row++) {
                double p = block.clickProbabilities()[row];
                entropy += -p * Math.log(p) - (1 - p) * Math.log(1 - p);
                loss += -Math.log(block.batch().labels()[row] == 1 ? p : 1 - p);
                clicks += block.batch().labels()[row];
                rates += p;
            }
        }
        Truth truth = SyntheticLog.generate(config, 2, block -> {});
        Truth.Split test = Objects.requireNonNull(truth.splits().get("test"));
        assertThat(test.rows()).isEqualTo(8000);
        assertThat(test.labelRate()).isEqualTo(clicks / 8000);
        assertThat(test.expectedLogLoss()).isCloseTo(entropy / 8000, within(1e-12));
        assertThat(test.realizedLogLoss()).isCloseTo(loss / 8000, within(1e-12));
        double rate = clicks / 8000;
        double base = -rate * Math.log(rate) - (1 - rate) * Math.log(1 - rate);
        assertThat(test.realizedNe()).isCloseTo(loss / 8000 / base, within(1e-12));
        double mean = rates / 8000;
        double meanBase = -mean * Math.log(mean) - (1 - mean) * Math.log(1 - mean);
        assertThat(test.expectedNe()).isCloseTo(entropy / 8000 / meanBase, within(1e-12));
        assertThat(truth.bestNe("test")).isEqualTo(test.realizedNe());
        assertThat(truth.gapClosed("test", 1)).isZero();
        assertThat(truth.gapClosed("test", test.realizedNe())).isEqualTo(1);
        assertThatThrownBy(() -> truth.bestNe("tset"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("[train, validation, test]");
    }

    @Test
    void configurationsSurviveYaml() {
        for (SyntheticLog.Config config : List.of(Logs.rich(10), SyntheticLog.Config.defaults())) {
            assertThat(Config.parse(Config.write(config), "log.yaml", List.of(), SyntheticLog.Config.defaults()))
                    .isEqualTo(config);
        }
        SyntheticLog.Config some = Config.parse(
                "rows: 77\ntraffic: {rows_per_session: 3.5}\nlabel: {interactions: [{order: 2, count: 3, share: 1}]}",
                "log.yaml",
                List.of("features.dense=2"),
                SyntheticLog.Config.defaults());
        assertThat(some.rows()).isEqualTo(77);
        assertThat(some.traffic().rowsPerSession()).isEqualTo(3.5);
        assertThat(some.label().interactions()).containsExactly(new PlantedLabel.Interactions(2, 3, 1));
        assertThat(some.features().dense()).isEqualTo(2);
        assertThat(Config.describe(SyntheticLog.Config.defaults()))
                .allMatch(key -> !key.doc().isBlank());
    }

    @Test
    void impossibleConfigurationsAreRefusedWithTheKey() {
        assertRefused("label: {interactions: [{order: 9, count: 1, share: 1}]}", "order must lie in [1, 8], got 9");
        assertRefused("traffic: {unchanged: 1.5}", "unchanged is a share and must lie in [0, 1], got 1.5");
        assertRefused("rows: 0", "rows must be positive");
        assertRefused("validation: 0.6\ntest: 0.5", "add up to at most 1");
        assertRefused("traffic: {user: 3}", "unknown key 'user'");
        assertRefused(
                "features: {categories: [], tags: [], dense: 0}",
                "needs as many features, this log has 2; add categories");
    }

    private static void assertRefused(String yaml, String message) {
        assertThatThrownBy(() -> Config.parse(yaml, "log.yaml", List.of(), SyntheticLog.Config.defaults()))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("log.yaml")
                .hasMessageContaining(message);
    }

    private static long id(Batch batch, int column, int row) {
        KeyedJaggedTensor sparse = batch.features().sparse();
        return sparse.values()[sparse.offsets()[column * sparse.stride() + row]];
    }
}
