package dev.herd.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.herd.data.Features;
import dev.herd.data.InputException;
import dev.herd.data.KeyedJaggedTensor;
import dev.herd.numerics.CounterRandom;
import dev.herd.numerics.WorkerPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Batches whose equal rows are held once: the same values, norms and updates as with every row written
/// out.
class DeduplicatedLookupTest {
    private static final List<String> KEYS = List.of("user", "item", "history", "other");
    private static final int SIZE = 137;
    private static final int ROWS = 50;

    /// Rows that repeat, as those of sessions do; 'user' and 'history' together.
    private static Features features(boolean weighted, long seed) {
        KeyedJaggedTensor sessions = Batches.random(KEYS, 23, 5, ROWS, weighted, seed);
        int[] repeated = new int[SIZE];
        for (int b = 0; b < SIZE; b++) {
            repeated[b] = (int) Math.min(22, b / 6 + CounterRandom.below(seed, 9, b, 2));
        }
        KeyedJaggedTensor rows = sessions.rows(repeated);
        Features plain = new Features(SIZE, new float[0], rows);
        return plain.grouped(List.of(List.of("user", "history"), List.of("other")));
    }

    static List<EmbeddingExactnessTest.Case> cases() {
        return EmbeddingExactnessTest.cases()
                .filter(of -> of.optimizer().decay().equals(Decay.NONE) && of.dim() != 1 && of.dim() != 129)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void threeStepsMatchTheDoublePrecisionReference(EmbeddingExactnessTest.Case of) {
        assertMatchesReference(of, step -> features(of.weighted(), 100 + step));
    }

    /// Takes three steps and compares each with those of the rows written out, in double precision.
    static void assertMatchesReference(EmbeddingExactnessTest.Case of, LongFunction<Features> batches) {
        try (WorkerPool pool = WorkerPool.create(2);
                Arena arena = Arena.ofShared();
                EmbeddingBagCollection tables = EmbeddingBagCollection.create(
                        EmbeddingExactnessTest.configs(of.pooling(), RowFormat.FP32, of.dim()),
                        of.optimizer(),
                        7,
                        pool)) {
            Reference reference = new Reference(tables);
            for (int step = 0; step < 3; step++) {
                EmbeddingExactnessTest.assertStep(tables, reference, batches.apply(step), step, arena);
            }
        }
    }

    @Test
    void pooledValuesAreTheBitsOfTheRowsWrittenOut() {
        try (WorkerPool pool = WorkerPool.create(2);
                EmbeddingBagCollection tables = EmbeddingBagCollection.create(
                        EmbeddingExactnessTest.configs(PoolingType.MEAN, RowFormat.FP16, 37),
                        EmbeddingOptimizer.rowWiseAdagrad(),
                        7,
                        pool)) {
            Features batch = features(true, 5);
            float[] once = Batches.floats(tables.lookup(batch).values());
            assertThat(Batches.floats(tables.lookup(batch.expanded()).values())).isEqualTo(once);
        }
    }

    @Test
    void updatesAreTheSameBitsOnAnyNumberOfThreads() {
        assertSameOnThreads(PoolingType.SUM, step -> features(false, step));
    }

    /// Three steps leave the same bits in the tables on one, two and five threads.
    static void assertSameOnThreads(PoolingType pooling, LongFunction<Features> batches) {
        float[] one = trained(1, pooling, batches);
        assertThat(trained(2, pooling, batches)).isEqualTo(one);
        assertThat(trained(5, pooling, batches)).isEqualTo(one);
    }

    private static float[] trained(int threads, PoolingType pooling, LongFunction<Features> batches) {
        try (WorkerPool pool = WorkerPool.create(threads);
                Arena arena = Arena.ofShared();
                EmbeddingBagCollection tables = EmbeddingBagCollection.create(
                        EmbeddingExactnessTest.configs(pooling, RowFormat.FP32, 130),
                        EmbeddingOptimizer.rowWiseAdagrad(),
                        7,
                        pool)) {
            for (int step = 0; step < 3; step++) {
                tables.lookup(batches.apply(step));
                tables.backward(Batches.segment(arena, Batches.gradient(SIZE, 3 * 130, step)));
                tables.update(0.05, 1);
            }
            return Batches.floats(tables.tables().getLast().weights());
        }
    }

    @Test
    void aSequenceThatIsWantedSoKeepsItsUniqueRows() {
        Features batch = features(false, 3);
        try (WorkerPool pool = WorkerPool.create(2);
                EmbeddingBagCollection unique = sequences(true, pool);
                EmbeddingBagCollection written = sequences(false, pool)) {
            unique.lookup(batch);
            written.lookup(batch);
            SequenceEmbedding once = unique.sequence("history");
            SequenceEmbedding all = written.sequence("history");
            int[] numbers = java.util.Objects.requireNonNull(once.inverseLookup());
            assertThat(all.inverseLookup()).isNull();
            assertThat(all.rows()).isEqualTo(SIZE);
            assertThat(once.rows()).isLessThan(30);
            long row = (long) once.length() * once.dim() * Float.BYTES;
            long maskRow = (long) once.length() * Float.BYTES;
            for (int b = 0; b < SIZE; b++) {
                assertThat(all.values()
                                .asSlice(b * row, row)
                                .mismatch(once.values().asSlice(numbers[b] * row, row)))
                        .isEqualTo(-1);
                assertThat(all.mask()
                                .asSlice(b * maskRow, maskRow)
                                .mismatch(once.mask().asSlice(numbers[b] * maskRow, maskRow)))
                        .isEqualTo(-1);
            }
            MemorySegment sums = unique.sequenceGradient("history").fill((byte) 0);
            MemorySegment gradients = written.sequenceGradient("history");
            long floats = row / Float.BYTES;
            for (int b = 0; b < SIZE; b++) {
                for (long i = 0; i < floats; i++) {
                    float value = (float) CounterRandom.gaussian(4, b, i);
                    gradients.setAtIndex(ValueLayout.JAVA_FLOAT, b * floats + i, value);
                    long at = numbers[b] * floats + i;
                    sums.setAtIndex(ValueLayout.JAVA_FLOAT, at, sums.getAtIndex(ValueLayout.JAVA_FLOAT, at) + value);
                }
            }
            unique.backward();
            written.backward();
            assertThat(unique.squaredGradientNorm())
                    .isCloseTo(written.squaredGradientNorm(), within(1e-4 * written.squaredGradientNorm()));
        }
    }

    private static EmbeddingBagCollection sequences(boolean unique, WorkerPool pool) {
        EmbeddingBagConfig config = new EmbeddingBagConfig(
                "items",
                ROWS,
                16,
                List.of(),
                List.of(new EmbeddingBagConfig.Sequence("history", 4, unique)),
                PoolingType.SUM,
                RowFormat.FP32,
                RowInit.normal(1),
                OutOfRange.FAIL);
        return EmbeddingBagCollection.create(List.of(config), EmbeddingOptimizer.rowWiseAdagrad(), 3, pool);
    }

    @Test
    void anIdOutsideIsNamedWithTheFirstRowOfTheBatchThatHoldsIt() {
        KeyedJaggedTensor rows = KeyedJaggedTensor.of(
                List.of("user", "item", "history"), 3, new long[] {1, 1, 77, 1, 2, 3, 4, 4, 4}, new int[] {
                    0, 1, 2, 3, 4, 5, 6, 7, 8, 9
                });
        Features batch = new Features(3, new float[0], rows).grouped(List.of(List.of("user")));
        try (WorkerPool pool = WorkerPool.create(2);
                EmbeddingBagCollection tables = EmbeddingBagCollection.create(
                        EmbeddingExactnessTest.configs(PoolingType.SUM, RowFormat.FP32, 16),
                        EmbeddingOptimizer.rowWiseAdagrad(),
                        7,
                        pool)) {
            assertThatThrownBy(() -> tables.lookup(batch))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("id 77 of feature 'user' in row 2 of the batch");
        }
    }
}
