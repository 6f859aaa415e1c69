package dev.herd.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.herd.data.KeyedJaggedTensor;
import dev.herd.numerics.CounterRandom;
import dev.herd.numerics.WorkerPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Same seed, same batches: same bits, whatever the threads, the other tables, and how often an id occurs.
class EmbeddingDeterminismTest {
    private static final List<String> KEYS = List.of("user", "item", "history");
    private static final int SIZE = 600;
    private static final long ROWS = 3000;

    static List<EmbeddingOptimizer> optimizers() {
        return EmbeddingExactnessTest.optimizers();
    }

    /// The bytes of all weights and states, the squared norms and the pooled values of the last step.
    private record Outcome(List<byte[]> segments, double[] norms, byte[] pooled) {}

    private static Outcome train(
            List<EmbeddingBagConfig> configs,
            EmbeddingOptimizer optimizer,
            int threads,
            List<KeyedJaggedTensor> batches) {
        try (WorkerPool pool = WorkerPool.create(threads);
                Arena arena = Arena.ofShared();
                EmbeddingBagCollection tables = EmbeddingBagCollection.create(configs, optimizer, 11, pool)) {
            double[] norms = new double[batches.size()];
            byte[] pooled = new byte[0];
            for (int step = 0; step < batches.size(); step++) {
                KeyedTensor values = tables.lookup(batches.get(step));
                pooled = bytes(values.values());
                double[][] gradient = Batches.gradient(batches.get(step).stride(), values.width(), 50 + step);
                tables.backward(Batches.segment(arena, gradient));
                norms[step] = tables.squaredGradientNorm();
                tables.update(0.05, 0.5);
            }
            List<byte[]> segments = new ArrayList<>();
            for (EmbeddingTable table : tables.tables()) {
                segments.add(bytes(table.weights()));
                table.states().forEach(state -> segments.add(bytes(table.state(state.name()))));
            }
            return new Outcome(segments, norms, pooled);
        }
    }

    private static byte[] bytes(MemorySegment segment) {
        return segment.toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
    }

    private static void assertSame(Outcome actual, Outcome expected) {
        assertThat(actual.norms()).isEqualTo(expected.norms());
        assertThat(actual.pooled()).isEqualTo(expected.pooled());
        for (int i = 0; i < expected.segments().size(); i++) {
            assertThat(Arrays.mismatch(
                            actual.segments().get(i), expected.segments().get(i)))
                    .as("first differing byte of segment %d", i)
                    .isEqualTo(-1);
        }
    }

    private static List<EmbeddingBagConfig> configs() {
        return List.of(
                new EmbeddingBagConfig(
                        "users", ROWS, 10, List.of("user"), PoolingType.MEAN, RowFormat.FP32, RowInit.normal(1)),
                new EmbeddingBagConfig(
                        "items", ROWS, 16, List.of("item"), PoolingType.SUM, RowFormat.BF16, RowInit.uniform(-1, 1)),
                new EmbeddingBagConfig(
                        "histories",
                        ROWS,
                        16,
                        List.of("history"),
                        PoolingType.SUM,
                        RowFormat.MX6,
                        RowInit.uniform(-1, 1)));
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void oneTwoThreeAndFiveThreadsGiveTheSameBits(EmbeddingOptimizer optimizer) {
        List<KeyedJaggedTensor> batches = new ArrayList<>();
        for (int step = 0; step < 3; step++) {
            batches.add(Batches.random(KEYS, SIZE, 8, ROWS, step == 1, step));
        }
        Outcome expected = train(configs(), optimizer, 1, batches);
        for (int threads : new int[] {2, 3, 5}) {
            assertSame(train(configs(), optimizer, threads, batches), expected);
        }
        assertSame(train(configs(), optimizer, 1, batches), expected);
    }

    /// One bag of 100,000 uses of one id among other ids, and bags that use it once.
    private static KeyedJaggedTensor heavy() {
        int size = 64;
        int heavyUses = 100_000;
        int[] offsets = new int[3 * size + 1];
        for (int i = 0; i < offsets.length - 1; i++) {
            offsets[i + 1] = offsets[i] + (i == size + 5 ? heavyUses : 3);
        }
        long[] values = new long[offsets[offsets.length - 1]];
        for (int i = 0; i < values.length; i++) {
            values[i] = CounterRandom.below(8, 0, i, 10) == 0 ? CounterRandom.below(8, 1, i, ROWS) : 17;
        }
        return KeyedJaggedTensor.of(KEYS, size, values, offsets);
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void oneIdAHundredThousandTimesGivesTheSameBitsForAnyThreads(EmbeddingOptimizer optimizer) {
        List<KeyedJaggedTensor> batches = List.of(heavy(), heavy());
        Outcome expected = train(configs(), optimizer, 1, batches);
        assertSame(train(configs(), optimizer, 2, batches), expected);
        assertSame(train(configs(), optimizer, 3, batches), expected);
    }

    @Test
    void aHundredThousandUsesOfOneIdAreSummedExactly() {
        EmbeddingBagConfig config = new EmbeddingBagConfig(
                "items", ROWS, 16, List.of("item"), PoolingType.SUM, RowFormat.FP32, RowInit.zeros());
        try (WorkerPool pool = WorkerPool.create(2);
                Arena arena = Arena.ofShared();
                EmbeddingBagCollection tables = EmbeddingBagCollection.create(
                        List.of(config), new EmbeddingOptimizer.ExactSgd(Decay.NONE), 1, pool)) {
            KeyedJaggedTensor kjt = heavy();
            KeyedTensor pooled = tables.lookup(kjt);
            double[][] gradient = new double[kjt.stride()][pooled.width()];
            for (double[] row : gradient) {
                Arrays.fill(row, 0.25);
            }
            tables.backward(Batches.segment(arena, gradient));
            tables.update(1, 1);
            int uses = 0;
            for (int i = kjt.offsets()[kjt.stride()]; i < kjt.offsets()[2 * kjt.stride()]; i++) {
                uses += kjt.values()[i] == 17 ? 1 : 0;
            }
            assertThat(uses).isGreaterThan(85_000);
            assertThat(tables.tables().getFirst().row(17)).containsOnly(-0.25f * uses);
        }
    }

    @Test
    void theOrderOfTablesChangesNoTable() {
        List<KeyedJaggedTensor> batches =
                List.of(Batches.random(KEYS, SIZE, 8, ROWS, false, 1), Batches.random(KEYS, SIZE, 8, ROWS, false, 2));
        EmbeddingOptimizer optimizer = new EmbeddingOptimizer.ExactAdam(0.9, 0.99, 1e-8, Decay.NONE);
        try (WorkerPool pool = WorkerPool.create(2);
                Arena arena = Arena.ofShared();
                EmbeddingBagCollection forth = EmbeddingBagCollection.create(configs(), optimizer, 3, pool);
                EmbeddingBagCollection back =
                        EmbeddingBagCollection.create(configs().reversed(), optimizer, 3, pool)) {
            for (KeyedJaggedTensor batch : batches) {
                // The same gradient for every feature: only the columns move.
                MemorySegment gradient = arena.allocate((long) SIZE * 42 * 4, 64);
                for (long i = 0; i < SIZE * 42L; i++) {
                    gradient.setAtIndex(java.lang.foreign.ValueLayout.JAVA_FLOAT, i, (float) (i / 42) / SIZE - 0.5f);
                }
                for (EmbeddingBagCollection tables : List.of(forth, back)) {
                    tables.lookup(batch);
                    tables.backward(gradient);
                    tables.update(0.1, 1);
                }
            }
            for (int t = 0; t < 3; t++) {
                EmbeddingTable one = forth.tables().get(t);
                EmbeddingTable same = back.tables().get(2 - t);
                assertThat(same.name()).isEqualTo(one.name());
                assertThat(same.weights().mismatch(one.weights())).isEqualTo(-1);
            }
        }
    }

    @Test
    void stateRestoredAtAStepGoesOnWithTheSameBits() {
        EmbeddingOptimizer optimizer = new EmbeddingOptimizer.ExactAdam(0.9, 0.99, 1e-8, Decay.NONE);
        try (WorkerPool pool = WorkerPool.create(1);
                Arena arena = Arena.ofShared();
                EmbeddingBagCollection whole = EmbeddingBagCollection.create(configs(), optimizer, 3, pool);
                EmbeddingBagCollection resumed = EmbeddingBagCollection.create(configs(), optimizer, 3, pool)) {
            for (int step = 0; step < 4; step++) {
                if (step == 2) {
                    for (int t = 0; t < 3; t++) {
                        EmbeddingTable from = whole.tables().get(t);
                        EmbeddingTable to = resumed.tables().get(t);
                        to.weights(0, ROWS).copyFrom(from.weights(0, ROWS));
                        for (EmbeddingOptimizer.State state : from.states()) {
                            to.state(state.name(), 0, 1000).copyFrom(from.state(state.name(), 0, 1000));
                            to.state(state.name(), 1000, 2000).copyFrom(from.state(state.name(), 1000, 2000));
                        }
                    }
                    resumed.restoreSteps(whole.steps());
                }
                KeyedJaggedTensor batch = Batches.random(KEYS, SIZE, 8, ROWS, false, step);
                MemorySegment gradient = Batches.segment(arena, Batches.gradient(SIZE, 42, step));
                for (EmbeddingBagCollection tables : step < 2 ? List.of(whole) : List.of(whole, resumed)) {
                    tables.lookup(batch);
                    tables.backward(gradient);
                    tables.update(0.1, 1);
                }
            }
            assertThat(resumed.steps()).isEqualTo(4);
            for (int t = 0; t < 3; t++) {
                assertThat(resumed.tables()
                                .get(t)
                                .weights()
                                .mismatch(whole.tables().get(t).weights()))
                        .isEqualTo(-1);
            }
        }
    }
}
