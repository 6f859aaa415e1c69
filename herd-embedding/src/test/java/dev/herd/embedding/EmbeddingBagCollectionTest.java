package dev.herd.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.herd.data.InputException;
import dev.herd.data.KeyedJaggedTensor;
import dev.herd.numerics.WorkerPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbeddingBagCollectionTest {
    private static final EmbeddingOptimizer SGD = new EmbeddingOptimizer.ExactSgd(Decay.NONE);

    private final WorkerPool pool = WorkerPool.create(2);
    private final Arena arena = Arena.ofShared();

    @AfterEach
    void close() {
        pool.close();
        arena.close();
    }

    private static EmbeddingBagConfig table(String name, long rows, int dim, String... features) {
        return EmbeddingBagConfig.of(name, rows, dim, List.of(features));
    }

    private static KeyedJaggedTensor bags(String key, long... ids) {
        return KeyedJaggedTensor.of(List.of(key), 2, ids, new int[] {0, 1, ids.length});
    }

    private MemorySegment floats(float... values) {
        return arena.allocateFrom(ValueLayout.JAVA_FLOAT, values);
    }

    /// A table of width 1 whose row r holds `100 + r`.
    private EmbeddingBagCollection numbered(OutOfRange policy, PoolingType pooling) {
        EmbeddingBagConfig config =
                table("numbers", 10, 1, "id").withOutOfRange(policy).withPooling(pooling);
        EmbeddingBagCollection tables = EmbeddingBagCollection.create(List.of(config), SGD, 1, pool);
        for (int r = 0; r < 10; r++) {
            tables.tables().getFirst().weights().setAtIndex(ValueLayout.JAVA_FLOAT, r, 100 + r);
        }
        return tables;
    }

    @ParameterizedTest
    @CsvSource({"-1", "10", "9223372036854775807", "-9223372036854775808"})
    void anIdOutsideItsTableIsNamedWithTableFeatureAndRow(long id) {
        try (EmbeddingBagCollection tables = numbered(OutOfRange.FAIL, PoolingType.SUM)) {
            assertThatThrownBy(() -> tables.lookup(bags("id", 3, 4, id)))
                    .isInstanceOf(InputException.class)
                    .hasMessage("id " + id + " of feature 'id' in row 1 of the batch lies outside table 'numbers' with"
                            + " 10 rows (accepted: 0 to 9); give the table more rows, or set its outOfRange to LAST_ROW"
                            + " or IGNORE");
            assertThat(Batches.floats(tables.lookup(bags("id", 3, 9, 0)).values()))
                    .containsExactly(103, 209);
        }
    }

    @Test
    void underLastRowAnIdOutsideReadsAndTrainsTheLastRow() {
        try (EmbeddingBagCollection tables = numbered(OutOfRange.LAST_ROW, PoolingType.SUM)) {
            assertThat(Batches.floats(tables.lookup(bags("id", 3, 4, -7, 12)).values()))
                    .containsExactly(103, 104 + 109 + 109);
            tables.backward(floats(1, 2));
            tables.update(1, 1);
            assertThat(tables.tables().getFirst().row(9)).containsExactly(109 - 4);
            assertThat(tables.tables().getFirst().row(4)).containsExactly(104 - 2);
        }
    }

    @Test
    void underIgnoreAnIdOutsideIsLeftOutOfSumMeanAndUpdate() {
        try (EmbeddingBagCollection tables = numbered(OutOfRange.IGNORE, PoolingType.MEAN)) {
            assertThat(Batches.floats(tables.lookup(bags("id", -1, 4, 99, 6)).values()))
                    .containsExactly(0, 105);
            tables.backward(floats(1, 2));
            tables.update(1, 1);
            assertThat(tables.tables().getFirst().row(4)).containsExactly(103);
            assertThat(tables.tables().getFirst().row(6)).containsExactly(105);
            assertThat(tables.tables().getFirst().row(9)).containsExactly(109);
        }
    }

    /// Rows of the history: 4 5 6 (of which two count), none, 5.
    private static final KeyedJaggedTensor HISTORIES = KeyedJaggedTensor.of(
            List.of("history", "item"), 3, new long[] {4, 5, 6, 5, 5, 6, 5}, new int[] {0, 3, 3, 4, 5, 6, 7});

    private static EmbeddingBagConfig itemsWithHistory(int maxLength) {
        return table("items", 20, 2, "item")
                .withSequences(List.of(new EmbeddingBagConfig.Sequence("history", maxLength)));
    }

    @Test
    void aSequenceIsFetchedIdByIdPaddedAtTheFrontAndSharesItsTable() {
        try (EmbeddingBagCollection tables =
                EmbeddingBagCollection.create(List.of(itemsWithHistory(2)), SGD, 1, pool)) {
            float[] row5 = tables.tables().getFirst().row(5);
            float[] row6 = tables.tables().getFirst().row(6);
            KeyedTensor pooled = tables.lookup(HISTORIES);
            assertThat(pooled.keys()).containsExactly("item");
            SequenceEmbedding history = tables.sequence("history");
            assertThat(history.length()).isEqualTo(2);
            assertThat(Batches.floats(history.values()))
                    .containsExactly(row5[0], row5[1], row6[0], row6[1], 0, 0, 0, 0, 0, 0, row5[0], row5[1]);
            assertThat(Batches.floats(history.mask())).containsExactly(1, 1, 0, 0, 0, 1);
            assertThatThrownBy(() -> tables.sequence("item")).hasMessageContaining("there are [history]");
        }
    }

    @Test
    void gradientsOfSequencesReachTheirRowsAndThoseOfPaddingAndOfIdsCutOffNone() {
        try (EmbeddingBagCollection tables =
                EmbeddingBagCollection.create(List.of(itemsWithHistory(2)), SGD, 1, pool)) {
            EmbeddingTable items = tables.tables().getFirst();
            float[] row4 = items.row(4);
            float[] row5 = items.row(5);
            float[] row6 = items.row(6);
            tables.lookup(HISTORIES);
            tables.pooledGradient().copyFrom(MemorySegment.ofArray(new float[] {1, 2, 10, 20, 100, 200}));
            tables.sequenceGradient("history")
                    .copyFrom(MemorySegment.ofArray(new float[] {3, 4, 5, 6, 9, 9, 9, 9, 9, 9, 7, 8}));
            tables.backward();
            assertThat(tables.squaredGradientNorm()).isEqualTo(111 * 111 + 214 * 214 + 15 * 15 + 26 * 26, within(1e-3));
            tables.update(1, 1);
            assertThat(items.row(5)).containsExactly(row5[0] - 111, row5[1] - 214);
            assertThat(items.row(6)).containsExactly(row6[0] - 15, row6[1] - 26);
            assertThat(items.row(4)).containsExactly(row4);

            tables.lookup(HISTORIES);
            assertThatThrownBy(() -> tables.backward(floats(1, 2, 3, 4, 5, 6)))
                    .hasMessage(
                            "with sequences, write the gradients to pooledGradient() and sequenceGradient(feature)");
        }
    }

    @Test
    void aBatchWhoseSequencesAreAllEmptyHasOnePlaceOfZeros() {
        try (EmbeddingBagCollection tables =
                EmbeddingBagCollection.create(List.of(itemsWithHistory(9)), SGD, 1, pool)) {
            tables.lookup(
                    KeyedJaggedTensor.of(List.of("history", "item"), 2, new long[] {7, 8}, new int[] {0, 0, 0, 1, 2}));
            SequenceEmbedding history = tables.sequence("history");
            assertThat(history.length()).isEqualTo(1);
            assertThat(Batches.floats(history.values())).containsExactly(0, 0, 0, 0);
            assertThat(Batches.floats(history.mask())).containsExactly(0, 0);
            float[] row7 = tables.tables().getFirst().row(7);
            tables.pooledGradient().fill((byte) 0);
            tables.sequenceGradient("history").copyFrom(MemorySegment.ofArray(new float[] {1, 1, 1, 1}));
            tables.backward();
            tables.update(1, 1);
            assertThat(tables.tables().getFirst().row(7)).containsExactly(row7);
        }
    }

    @Test
    void anIdOutsideThatIsIgnoredLeavesNoGapInItsSequence() {
        EmbeddingBagConfig items = itemsWithHistory(2).withOutOfRange(OutOfRange.IGNORE);
        try (EmbeddingBagCollection tables = EmbeddingBagCollection.create(List.of(items), SGD, 1, pool)) {
            float[] row3 = tables.tables().getFirst().row(3);
            float[] row5 = tables.tables().getFirst().row(5);
            tables.lookup(
                    KeyedJaggedTensor.of(List.of("history", "item"), 1, new long[] {3, 5, 99, 0}, new int[] {0, 3, 4}));
            assertThat(Batches.floats(tables.sequence("history").values()))
                    .containsExactly(row3[0], row3[1], row5[0], row5[1]);
        }
    }

    @Test
    void aTableBeyondTwoToThe31ElementsIsReadAndTrainedAtItsEnd() {
        long rows = 200_000_000;
        EmbeddingBagConfig config = table("huge", rows, 16, "id").withInit(RowInit.zeros());
        try (EmbeddingBagCollection tables =
                EmbeddingBagCollection.create(List.of(config), EmbeddingOptimizer.rowWiseAdagrad(), 1, pool)) {
            KeyedJaggedTensor batch = bags("id", rows - 1, 134_217_728, 0);
            tables.lookup(batch);
            MemorySegment gradient = arena.allocate(2 * 16 * 4, 64);
            for (int i = 0; i < 32; i++) {
                gradient.setAtIndex(ValueLayout.JAVA_FLOAT, i, i < 16 ? 1 : -2);
            }
            tables.backward(gradient);
            tables.update(0.5, 1);
            assertThat(tables.tables().getFirst().row(rows - 1)).containsOnly(-0.5f);
            assertThat(tables.tables().getFirst().row(134_217_728)).containsOnly(0.5f);
            assertThat(tables.tables().getFirst().row(rows - 2)).containsOnly(0f);
            float[] pooled = Batches.floats(tables.lookup(batch).values());
            assertThat(pooled[0]).isEqualTo(-0.5f);
            assertThat(pooled[16]).isEqualTo(1f);
            assertThat(tables.tables().getFirst().state("sum", rows - 1, 1).get(ValueLayout.JAVA_FLOAT, 0))
                    .isEqualTo(1f);
        }
    }

    @ParameterizedTest
    @CsvSource({"FP16", "BF16", "MX9", "MX6", "MXFP8_E4M3", "MXINT8", "INT8_ROW"})
    void updatesTooSmallForTheStoredTypeAreKeptOnAverage(RowFormat precision) {
        int rows = 4000;
        EmbeddingBagConfig config =
                table("t", rows, 16, "id").withPrecision(precision).withInit(RowInit.zeros());
        try (EmbeddingBagCollection tables = EmbeddingBagCollection.create(List.of(config), SGD, 1, pool)) {
            EmbeddingTable table = tables.tables().getFirst();
            MemorySegment ones = arena.allocate(16 * Float.BYTES, 64);
            for (int d = 0; d < 16; d++) {
                ones.setAtIndex(ValueLayout.JAVA_FLOAT, d, 1f);
            }
            long[] ids = new long[rows];
            int[] offsets = new int[rows + 1];
            for (int r = 0; r < rows; r++) {
                ids[r] = r;
                offsets[r + 1] = r + 1;
                table.stored().write(r, ones, 0);
            }
            MemorySegment gradient = arena.allocate(rows * 16L * 4, 64);
            for (long i = 0; i < rows * 16L; i++) {
                gradient.setAtIndex(ValueLayout.JAVA_FLOAT, i, -1e-4f);
            }
            for (int step = 0; step < 10; step++) {
                tables.lookup(KeyedJaggedTensor.of(List.of("id"), rows, ids, offsets));
                tables.backward(gradient);
                tables.update(1, 1);
            }
            double sum = 0;
            for (int r = 0; r < rows; r++) {
                for (float value : table.row(r)) {
                    sum += value;
                }
            }
            assertThat(sum / (rows * 16) - 1).isCloseTo(1e-3, within(1e-4));
        }
    }

    @Test
    void rowsDependOnSeedNameAndNumberAlone() {
        EmbeddingBagConfig plain = table("items", 100, 8, "item").withInit(RowInit.normal(0.5));
        try (EmbeddingBagCollection alone = EmbeddingBagCollection.create(List.of(plain), SGD, 1, pool);
                EmbeddingBagCollection second = EmbeddingBagCollection.create(
                        List.of(
                                table("users", 5, 4, "user"),
                                new EmbeddingBagConfig(
                                        "items",
                                        2000,
                                        8,
                                        List.of("item"),
                                        PoolingType.MEAN,
                                        RowFormat.FP32,
                                        RowInit.normal(0.5))),
                        SGD,
                        1,
                        pool);
                EmbeddingBagCollection seeded = EmbeddingBagCollection.create(List.of(plain), SGD, 2, pool)) {
            EmbeddingTable items = alone.tables().getFirst();
            assertThat(second.tables().get(1).row(99)).isEqualTo(items.row(99));
            assertThat(seeded.tables().getFirst().row(99)).isNotEqualTo(items.row(99));
            assertThat(items.row(98)).isNotEqualTo(items.row(99));
            double sum = 0;
            double squares = 0;
            for (int r = 0; r < 2000; r++) {
                for (float value : second.tables().get(1).row(r)) {
                    sum += value / 16000;
                    squares += value * value / 16000;
                }
            }
            assertThat(sum).isCloseTo(0, within(0.02));
            assertThat(squares).isCloseTo(0.25, within(0.015));
        }
    }

    @Test
    void aStepAllocatesNextToNothing() {
        EmbeddingBagConfig config = table("t", 5000, 16, "id").withPooling(PoolingType.MEAN);
        try (WorkerPool one = WorkerPool.create(1);
                EmbeddingBagCollection tables = EmbeddingBagCollection.create(
                        List.of(config), new EmbeddingOptimizer.ExactAdam(0.9, 0.99, 1e-8, Decay.l2(0.1)), 1, one)) {
            KeyedJaggedTensor batch = Batches.random(List.of("id"), 2000, 9, 5000, false, 1);
            MemorySegment gradient = arena.allocate(2000L * 16 * 4, 64);
            var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = 0;
            for (int step = 0; step < 600; step++) {
                if (step == 500) {
                    before = threads.getCurrentThreadAllocatedBytes();
                }
                tables.lookup(batch);
                tables.backward(gradient);
                tables.update(0.1, 1);
            }
            long perStep = (threads.getCurrentThreadAllocatedBytes() - before) / 100;
            assertThat(perStep).as("bytes a step, batch of 2000").isLessThan(200_000);
        }
    }

    @Test
    void misuseIsToldWhatToDo() {
        EmbeddingBagConfig config = table("t", 10, 2, "id");
        assertThatThrownBy(() -> EmbeddingBagCollection.create(List.of(config, config), SGD, 1, pool))
                .hasMessage("two embedding tables are named 't'");
        assertThatThrownBy(() -> EmbeddingBagCollection.create(List.of(config, table("u", 10, 2, "id")), SGD, 1, pool))
                .hasMessage("feature 'id' is read twice; the second table is 'u'");
        try (EmbeddingBagCollection tables = EmbeddingBagCollection.create(List.of(config), SGD, 1, pool)) {
            assertThatThrownBy(() -> tables.backward(floats(1))).hasMessage("backward needs a lookup first");
            assertThatThrownBy(() -> tables.update(1, 1))
                    .hasMessage("there is no gradient: call lookup, then backward");
            assertThatThrownBy(() -> tables.lookup(bags("other", 1, 2)))
                    .hasMessage("the batch has no feature 'id', which table 't' reads; it has [other]");
            tables.lookup(bags("id", 1, 2));
            assertThatThrownBy(() -> tables.backward(floats(1)))
                    .hasMessage("the gradient of [2, 2] must have 16 bytes, got 4");
            tables.backward(floats(1, 2, 3, 4));
            assertThatThrownBy(() -> tables.backward(floats(1, 2, 3, 4)))
                    .hasMessage("backward was called twice; update comes in between");
            assertThatThrownBy(() -> tables.tables().getFirst().state("sum"))
                    .hasMessage("table 't' has no state 'sum'; it has []");
            assertThatThrownBy(() -> tables.tables().getFirst().weights(9, 2))
                    .hasMessage("rows 9 to 11 of table 't' with 10");
        }
        assertThatThrownBy(() -> table("t", 0, 2, "id")).hasMessage("table 't' needs between 1 and 2^32 rows, got 0");
    }

    @Test
    void anEmptyBatchIsLookedUpAndTrained() {
        try (EmbeddingBagCollection tables =
                EmbeddingBagCollection.create(List.of(table("t", 10, 2, "id")), SGD, 1, pool)) {
            KeyedJaggedTensor none = KeyedJaggedTensor.of(List.of("id"), 0, new long[0], new int[] {0});
            assertThat(tables.lookup(none).values().byteSize()).isZero();
            tables.backward(arena.allocate(0));
            assertThat(tables.squaredGradientNorm()).isZero();
            tables.update(1, 1);
            assertThat(tables.steps()).isEqualTo(1);
        }
    }
}
