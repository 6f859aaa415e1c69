package dev.herd.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WindowedJaggedTensorTest {
    private static JaggedTensor rows(long[]... rows) {
        int[] offsets = new int[rows.length + 1];
        List<Long> values = new ArrayList<>();
        for (int b = 0; b < rows.length; b++) {
            for (long id : rows[b]) {
                values.add(id);
            }
            offsets[b + 1] = values.size();
        }
        return KeyedJaggedTensor.of(
                        List.of("a"),
                        rows.length,
                        values.stream().mapToLong(i -> i).toArray(),
                        offsets)
                .jagged("a");
    }

    @Test
    void slidingRowsAreWindowsOfOneList() {
        WindowedJaggedTensor windows = WindowedJaggedTensor.of(
                rows(new long[] {3, 4, 5}, new long[] {4, 5, 6}, new long[] {4, 5, 6}, new long[] {4, 5, 6, 7, 8}));
        assertThat(windows.values()).containsExactly(3, 4, 5, 6, 7, 8);
        assertThat(windows.starts()).containsExactly(0, 1, 1, 1);
        assertThat(windows.lengths()).containsExactly(3, 3, 3, 5);
        assertThat(windows.runs()).isEqualTo(1);
        assertThat(windows.factor()).isEqualTo(14.0 / 6);
        assertThat(windows.bytes()).isEqualTo(6 * 8 + 4 * 8);
    }

    @Test
    void theLargestOverlapIsTakenShorterRowsAreWindowsTooAndStrangersBeginARun() {
        WindowedJaggedTensor windows = WindowedJaggedTensor.of(rows(
                new long[] {1, 2, 1, 2},
                new long[] {1, 2, 1, 2, 9},
                new long[] {2, 1},
                new long[] {},
                new long[] {2, 9, 4},
                new long[] {9, 5},
                new long[] {5, 5}));
        assertThat(windows.values()).containsExactly(1, 2, 1, 2, 9, 4, 9, 5, 5);
        assertThat(windows.starts()).containsExactly(0, 0, 1, 1, 3, 6, 7);
        assertThat(windows.runs()).isEqualTo(2);
    }

    /// Sessions whose lists stay, slide by a few or start anew; of few different ids in every second seed.
    private static JaggedTensor sliding(long seed, boolean weighted) {
        SplittableRandom random = new SplittableRandom(seed);
        int bound = seed % 2 == 0 ? 2 : 1000;
        List<Long> current = new ArrayList<>();
        List<Long> all = new ArrayList<>();
        int[] offsets = new int[301];
        for (int b = 0; b < 300; b++) {
            switch (random.nextInt(5)) {
                case 0 -> {
                    current.clear();
                    for (int i = random.nextInt(12); i > 0; i--) {
                        current.add((long) random.nextInt(bound));
                    }
                }
                case 1, 2 -> {
                    for (int i = random.nextInt(3); i > 0 && !current.isEmpty(); i--) {
                        current.removeFirst();
                    }
                    for (int i = random.nextInt(3); i > 0; i--) {
                        current.add((long) random.nextInt(bound));
                    }
                }
                default -> {}
            }
            all.addAll(current);
            offsets[b + 1] = all.size();
        }
        long[] values = all.stream().mapToLong(i -> i).toArray();
        float[] weights = new float[values.length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = random.nextInt(10) == 0 ? 2 : 1;
        }
        List<String> key = List.of("a");
        return (weighted
                        ? KeyedJaggedTensor.ofWeighted(key, 300, values, offsets, weights)
                        : KeyedJaggedTensor.of(key, 300, values, offsets))
                .jagged("a");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void expandingGivesBackTheRowsByteForByteAndWindowsServeTransformsAndLookups(long seed) {
        for (boolean weighted : new boolean[] {false, true}) {
            JaggedTensor rows = sliding(seed, weighted);
            WindowedJaggedTensor windows = WindowedJaggedTensor.of(rows);
            assertThat(windows.expand()).isEqualTo(rows);
            assertThat(windows.rows()).isEqualTo(300);
            assertThat(windows.factor()).isGreaterThan(weighted ? 1 : 2);
            long[] transformed =
                    java.util.Arrays.stream(rows.values()).map(id -> 7 * id + 1).toArray();
            JaggedTensor mapped = windows.map(id -> 7 * id + 1).expand();
            assertThat(mapped.values()).isEqualTo(transformed);
            assertThat(mapped.offsets()).isEqualTo(rows.offsets());
            assertThat(mapped.weights()).isEqualTo(rows.weights());
            assertThat(windows.expand(table(windows.values()), 2)).isEqualTo(table(rows.values()));
        }
    }

    /// A lookup in a table of two columns.
    private static float[] table(long[] ids) {
        float[] found = new float[2 * ids.length];
        for (int i = 0; i < ids.length; i++) {
            found[2 * i] = ids[i];
            found[2 * i + 1] = -3 * ids[i];
        }
        return found;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void collectingIsTheTransposeOfExpanding(long seed) {
        WindowedJaggedTensor windows = WindowedJaggedTensor.of(sliding(seed, false));
        SplittableRandom random = new SplittableRandom(seed);
        float[] held = new float[3 * windows.values().length];
        for (int i = 0; i < held.length; i++) {
            held[i] = random.nextInt(8);
        }
        float[] expanded = windows.expand(held, 3);
        float[] gradients = new float[expanded.length];
        for (int i = 0; i < gradients.length; i++) {
            gradients[i] = random.nextInt(8);
        }
        float[] collected = windows.collect(gradients, 3);
        double left = 0;
        for (int i = 0; i < expanded.length; i++) {
            left += expanded[i] * gradients[i];
        }
        double right = 0;
        for (int i = 0; i < held.length; i++) {
            right += held[i] * collected[i];
        }
        assertThat(left).isEqualTo(right);
    }

    @Test
    void listsOfOneIdCostNoMoreThanABoundedSearch() {
        long[][] rows = new long[200][];
        for (int b = 0; b < rows.length; b++) {
            rows[b] = new long[1000];
            rows[b][500 + b] = 1;
        }
        JaggedTensor hard = rows(rows);
        assertThat(WindowedJaggedTensor.of(hard).expand()).isEqualTo(hard);
    }

    @Test
    void theFactorOfSlidingListsIsThatOfWhatIsNew() {
        long[][] rows = new long[160][20];
        for (int b = 0; b < rows.length; b++) {
            for (int i = 0; i < 20; i++) {
                rows[b][i] = 1000L * (b / 16) + b % 16 + i;
            }
        }
        assertThat(WindowedJaggedTensor.of(rows(rows)).factor()).isCloseTo(16 * 20 / (20.0 + 15), within(1e-12));
    }

    @Test
    void misuseIsExplained() {
        WindowedJaggedTensor windows = WindowedJaggedTensor.of(rows(new long[] {1, 2}));
        assertThatThrownBy(() -> windows.expand(new float[5], 2))
                .hasMessage("held must have 2 rows of 2 numbers, got 5 numbers");
        assertThatThrownBy(() -> windows.collect(new float[6], 2))
                .hasMessageContaining("gradients must hold 4 numbers, width 2 for each id, got 6");
    }
}
