package dev.herd.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.herd.data.KeyedJaggedTensor;
import dev.herd.numerics.WorkerPool;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Sequences against pooling: the sum of a row's places is its pooled sum, and a gradient that is the same
/// in all places of a row does to the table what the pooled sum's gradient does.
class SequenceLookupTest {
    private static final EmbeddingOptimizer ADAM = new EmbeddingOptimizer.ExactAdam(0.9, 0.99, 1e-8, Decay.NONE);
    private static final int SIZE = 1300;
    private static final int DIM = 5;
    private static final List<String> KEYS = List.of("history", "item");

    private static EmbeddingBagConfig table(PoolingType pooling, List<String> features) {
        return EmbeddingBagConfig.of("items", 400, DIM, features).withPooling(pooling);
    }

    @ParameterizedTest
    @CsvSource({"1, SUM", "2, SUM", "3, SUM", "2, MEAN"})
    void aSequenceTrainsItsTableExactlyAsPoolingDoes(int threads, PoolingType pooling) {
        // under MEAN the items, one a row, are scaled by 1, which takes the path of uses with factors
        EmbeddingBagConfig apart =
                table(pooling, List.of("item")).withSequences(List.of(EmbeddingBagConfig.Sequence.of("history")));
        EmbeddingBagConfig pooled = table(PoolingType.SUM, List.of("item", "history"));
        try (WorkerPool pool = WorkerPool.create(threads);
                EmbeddingBagCollection first = EmbeddingBagCollection.create(List.of(apart), ADAM, 7, pool);
                EmbeddingBagCollection second = EmbeddingBagCollection.create(List.of(pooled), ADAM, 7, pool)) {
            for (int step = 0; step < 3; step++) {
                KeyedJaggedTensor batch = batch(step);
                first.lookup(batch);
                KeyedTensor sums = second.lookup(batch);
                assertSums(first.sequence("history"), sums);
                fill(first.pooledGradient(), DIM, DIM, 0);
                fill(
                        first.sequenceGradient("history"),
                        first.sequence("history").length() * DIM,
                        DIM,
                        DIM);
                fill(second.pooledGradient(), 2 * DIM, 2 * DIM, 0);
                for (EmbeddingBagCollection tables : List.of(first, second)) {
                    tables.backward();
                    tables.update(0.1, 1);
                }
            }
            assertThat(first.tables()
                            .getFirst()
                            .weights()
                            .mismatch(second.tables().getFirst().weights()))
                    .isEqualTo(-1);
        }
    }

    /// Histories of 0 to 9 ids, one item.
    private static KeyedJaggedTensor batch(long seed) {
        KeyedJaggedTensor histories = Batches.random(List.of("history"), SIZE, 9, 400, false, seed);
        long[] items = new long[SIZE];
        int[] offsets = new int[SIZE + 1];
        for (int b = 0; b < SIZE; b++) {
            items[b] = (b * 31L + seed) % 400;
            offsets[b + 1] = b + 1;
        }
        return KeyedJaggedTensor.concat(
                List.of(histories, KeyedJaggedTensor.of(List.of("item"), SIZE, items, offsets)));
    }

    /// The gradient of column d of row b, the same in all places of the row.
    private static void fill(MemorySegment gradient, int rowWidth, int period, int shift) {
        for (int b = 0; b < SIZE; b++) {
            for (int i = 0; i < rowWidth; i++) {
                int column = shift + i % period;
                float value = (float) Math.sin(b * 1.7 + column);
                gradient.setAtIndex(ValueLayout.JAVA_FLOAT, (long) b * rowWidth + i, value);
            }
        }
    }

    private static void assertSums(SequenceEmbedding history, KeyedTensor sums) {
        assertThat(history.length()).isEqualTo(9);
        for (int b = 0; b < SIZE; b++) {
            for (int d = 0; d < DIM; d++) {
                float sum = 0;
                for (int t = 0; t < history.length(); t++) {
                    long place = (long) b * history.length() + t;
                    float value = history.values().getAtIndex(ValueLayout.JAVA_FLOAT, place * DIM + d);
                    assertThat(history.mask().getAtIndex(ValueLayout.JAVA_FLOAT, place) == 0 && value != 0)
                            .isFalse();
                    sum += value;
                }
                assertThat(sum).isEqualTo(sums.values().getAtIndex(ValueLayout.JAVA_FLOAT, (b * 2L + 1) * DIM + d));
            }
        }
    }
}
