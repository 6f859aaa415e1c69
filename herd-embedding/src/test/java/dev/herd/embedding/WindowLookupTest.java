package dev.herd.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.herd.data.Features;
import dev.herd.data.InputException;
import dev.herd.data.KeyedJaggedTensor;
import dev.herd.numerics.CounterRandom;
import dev.herd.numerics.WorkerPool;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Lists that slide, held as windows: values, norms and updates are those of every row written out, up to
/// the order of sums.
class WindowLookupTest {
    private static final List<String> KEYS = List.of("user", "item", "history", "other");
    private static final List<String> SLIDING = List.of("user", "history");
    private static final int SIZE = 137;
    private static final int ROWS = 50;

    /// Rows of which 'user' and 'history' mostly lose some of their oldest ids and gain some, sometimes repeat
    /// a row or lose the newest, and now and then begin anew; some are empty.
    private static Features rows(boolean weighted, long rows, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<KeyedJaggedTensor> features = new ArrayList<>();
        for (String key : KEYS) {
            long[] values = new long[SIZE * 40];
            float[] weights = new float[values.length];
            int[] offsets = new int[SIZE + 1];
            int begin = 0;
            int end = 0;
            int size = 0;
            for (int b = 0; b < SIZE; b++) {
                boolean anew = random.nextInt(SLIDING.contains(key) ? 20 : 2) == 0;
                begin = anew ? begin + 1000 : Math.min(end, begin + random.nextInt(3));
                end = anew ? begin + random.nextInt(12) : Math.max(begin, end + random.nextInt(4) - 1);
                for (int i = begin; i < end; i++, size++) {
                    values[size] = CounterRandom.below(seed, key.length(), i, rows);
                    weights[size] = (float) CounterRandom.uniform(seed, key.length() + 10, i) + 0.25f;
                }
                offsets[b + 1] = size;
            }
            long[] ids = Arrays.copyOf(values, size);
            List<String> own = List.of(key);
            features.add(
                    weighted
                            ? KeyedJaggedTensor.ofWeighted(own, SIZE, ids, offsets, Arrays.copyOf(weights, size))
                            : KeyedJaggedTensor.of(own, SIZE, ids, offsets));
        }
        return new Features(SIZE, new float[0], KeyedJaggedTensor.concat(features));
    }

    private static Features windowed(Features rows) {
        return rows.grouped(List.of(List.of("user"), List.of("history", "other")))
                .withWindows(SLIDING);
    }

    private static Features windowed(boolean weighted, long seed) {
        Features grouped = windowed(rows(weighted, ROWS, seed));
        int held = Objects.requireNonNull(grouped.groups().getFirst().windows("user"))
                .values()
                .length;
        assertThat(held).isLessThan(grouped.groups().getFirst().unique().values().length / 2);
        return grouped;
    }

    static List<EmbeddingExactnessTest.Case> cases() {
        return DeduplicatedLookupTest.cases();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void threeStepsMatchTheDoublePrecisionReference(EmbeddingExactnessTest.Case of) {
        DeduplicatedLookupTest.assertMatchesReference(of, step -> windowed(of.weighted(), 100 + step));
    }

    @ParameterizedTest
    @CsvSource({"SUM, FP16, 37", "MEAN, BF16, 16", "SUM, MX9, 64", "MEAN, MXFP8_E4M3, 64"})
    void tablesOfFewerBitsAreReadByPartsToo(PoolingType pooling, RowFormat format, int dim) {
        try (WorkerPool pool = WorkerPool.create(2);
                EmbeddingBagCollection tables = EmbeddingBagCollection.create(
                        EmbeddingExactnessTest.configs(pooling, format, dim),
                        EmbeddingOptimizer.rowWiseAdagrad(),
                        7,
                        pool)) {
            Features rows = rows(true, ROWS, 5);
            float[] expected = Batches.floats(tables.lookup(rows).values());
            float[] sums = Batches.floats(tables.lookup(windowed(rows)).values());
            for (int i = 0; i < sums.length; i++) {
                assertThat(sums[i]).isCloseTo(expected[i], within(2e-5f));
            }
        }
    }

    @Test
    void updatesAreTheSameBitsOnAnyNumberOfThreads() {
        DeduplicatedLookupTest.assertSameOnThreads(PoolingType.MEAN, step -> windowed(false, step));
    }

    @Test
    void anIdOutsideTheTableIsTreatedAsInRowsWrittenOut() {
        Features rows = rows(false, ROWS + 3, 4);
        for (OutOfRange policy : OutOfRange.values()) {
            EmbeddingBagConfig config = new EmbeddingBagConfig(
                    "users",
                    ROWS,
                    16,
                    List.of("user"),
                    List.of(),
                    PoolingType.SUM,
                    RowFormat.FP32,
                    RowInit.normal(1),
                    policy);
            try (WorkerPool pool = WorkerPool.create(2);
                    EmbeddingBagCollection tables = EmbeddingBagCollection.create(
                            List.of(config), EmbeddingOptimizer.rowWiseAdagrad(), 7, pool)) {
                if (policy == OutOfRange.FAIL) {
                    assertThatThrownBy(() -> tables.lookup(windowed(rows)))
                            .isInstanceOf(InputException.class)
                            .hasMessageContaining("of feature 'user' in row ");
                } else {
                    float[] expected = Batches.floats(tables.lookup(rows).values());
                    for (Features held : List.of(windowed(rows), rows.grouped(List.of(List.of("user"))))) {
                        float[] values = Batches.floats(tables.lookup(held).values());
                        assertThat(Arrays.equals(values, expected))
                                .as("%s", policy)
                                .isTrue();
                    }
                }
            }
        }
    }

    @Test
    void aBatchOfNoRowsHasNothingToLookUp() {
        Features none = windowed(rows(false, ROWS, 1).slice(0, 0));
        try (WorkerPool pool = WorkerPool.create(2);
                EmbeddingBagCollection tables = EmbeddingBagCollection.create(
                        EmbeddingExactnessTest.configs(PoolingType.SUM, RowFormat.FP32, 16),
                        EmbeddingOptimizer.rowWiseAdagrad(),
                        7,
                        pool)) {
            assertThat(tables.lookup(none).values().byteSize()).isZero();
        }
    }
}
