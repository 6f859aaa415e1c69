package dev.herd.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assertions.within;

import dev.herd.data.Features;
import dev.herd.data.KeyedJaggedTensor;
import dev.herd.numerics.WorkerPool;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Lookup, norm and update against [Reference], for every optimizer, pooling and precision.
class EmbeddingExactnessTest {
    private static final List<String> KEYS = List.of("user", "item", "history", "other");
    private static final int SIZE = 37;
    private static final int ROWS = 50;

    record Case(EmbeddingOptimizer optimizer, PoolingType pooling, boolean weighted, int dim) {}

    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (EmbeddingOptimizer optimizer : optimizers()) {
            for (PoolingType pooling : PoolingType.values()) {
                for (boolean weighted : new boolean[] {false, true}) {
                    for (int dim : new int[] {1, 10, 16, 37, 64, 129}) {
                        cases.add(new Case(optimizer, pooling, weighted, dim));
                    }
                }
            }
        }
        return cases.stream();
    }

    static List<EmbeddingOptimizer> optimizers() {
        List<EmbeddingOptimizer> optimizers = new ArrayList<>();
        for (Decay decay : List.of(Decay.NONE, new Decay(0.1, 0.2, 0), new Decay(0.05, 0.1, 0.15))) {
            optimizers.add(new EmbeddingOptimizer.ExactSgd(decay));
            optimizers.add(new EmbeddingOptimizer.ExactAdagrad(1e-2, decay));
            optimizers.add(new EmbeddingOptimizer.ExactRowWiseAdagrad(1e-2, decay));
            optimizers.add(new EmbeddingOptimizer.ExactAdam(0.9, 0.99, 1e-2, decay));
            optimizers.add(new EmbeddingOptimizer.DenseAdam(0.9, 0.99, 1e-2, decay));
        }
        return optimizers;
    }

    static List<EmbeddingBagConfig> configs(PoolingType pooling, RowFormat precision, int dim) {
        return List.of(
                new EmbeddingBagConfig("users", ROWS, dim, List.of("user"), pooling, precision, RowInit.normal(1)),
                new EmbeddingBagConfig(
                        "items", ROWS, dim, List.of("history", "item"), pooling, precision, RowInit.uniform(-1, 1)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void threeStepsMatchTheDoublePrecisionReference(Case of) {
        try (WorkerPool pool = WorkerPool.create(2);
                Arena arena = Arena.ofShared();
                EmbeddingBagCollection tables = EmbeddingBagCollection.create(
                        configs(of.pooling(), RowFormat.FP32, of.dim()), of.optimizer(), 7, pool)) {
            Reference reference = new Reference(tables);
            for (int step = 0; step < 3; step++) {
                KeyedJaggedTensor kjt = Batches.random(KEYS, SIZE, 5, ROWS, of.weighted(), 100 + step);
                KeyedTensor pooled = assertStep(tables, reference, new Features(SIZE, new float[0], kjt), step, arena);
                assertThat(pooled.keys()).containsExactly("user", "history", "item");
            }
        }
    }

    /// Takes a step and compares values, norm and weights with those of the rows written out.
    static KeyedTensor assertStep(
            EmbeddingBagCollection tables, Reference reference, Features batch, int step, Arena arena) {
        KeyedJaggedTensor all = batch.expanded();
        double[][] expected = reference.lookup(all);
        KeyedTensor pooled = tables.lookup(batch);
        assertClose(Batches.floats(pooled.values()), expected, 1e-5);

        double[][] gradient = Batches.gradient(batch.size(), pooled.width(), step);
        tables.backward(Batches.segment(arena, gradient));
        double norm = reference.squaredNorm(all, gradient);
        assertThat(tables.squaredGradientNorm()).isCloseTo(norm, within(1e-5 * norm));

        tables.update(0.05, 0.7);
        reference.update(all, gradient, 0.05, 0.7);
        for (int t = 0; t < tables.tables().size(); t++) {
            assertClose(Batches.floats(tables.tables().get(t).weights()), reference.weights.get(t), 1e-5);
        }
        return pooled;
    }

    static Stream<Case> halfCases() {
        return cases().filter(of -> of.dim() == 10 || of.dim() == 64);
    }

    /// Stored halves are exact in the reference; after a step each is one of the two neighbors of the true
    /// value.
    @ParameterizedTest
    @MethodSource("halfCases")
    void aStepOnHalfPrecisionRowsEndsAtANeighborOfTheReference(Case of) {
        for (RowFormat precision : List.of(RowFormat.FP16, RowFormat.BF16)) {
            double ulp = precision == RowFormat.FP16 ? 0x1p-10 : 0x1p-7;
            try (WorkerPool pool = WorkerPool.create(2);
                    Arena arena = Arena.ofShared();
                    EmbeddingBagCollection tables = EmbeddingBagCollection.create(
                            configs(of.pooling(), precision, of.dim()), of.optimizer(), 7, pool)) {
                Reference reference = new Reference(tables);
                KeyedJaggedTensor kjt = Batches.random(KEYS, SIZE, 5, ROWS, of.weighted(), 9);
                assertClose(Batches.floats(tables.lookup(kjt).values()), reference.lookup(kjt), 1e-5);
                double[][] gradient = Batches.gradient(SIZE, 3 * of.dim(), 3);
                tables.backward(Batches.segment(arena, gradient));
                double norm = reference.squaredNorm(kjt, gradient);
                assertThat(tables.squaredGradientNorm()).isCloseTo(norm, within(1e-5 * norm));
                tables.update(0.05, 0.7);
                reference.update(kjt, gradient, 0.05, 0.7);
                for (int t = 0; t < 2; t++) {
                    assertClose(widened(tables.tables().get(t)), reference.weights.get(t), ulp + 1e-5);
                }
            }
        }
    }

    private static float[] widened(EmbeddingTable table) {
        float[] all = new float[(int) table.rows() * table.dim()];
        for (int r = 0; r < table.rows(); r++) {
            System.arraycopy(table.row(r), 0, all, r * table.dim(), table.dim());
        }
        return all;
    }

    static void assertClose(float[] actual, double[][] expected, double tolerance) {
        int width = expected[0].length;
        assertThat(actual).hasSize(expected.length * width);
        for (int i = 0; i < actual.length; i++) {
            double wanted = expected[i / width][i % width];
            if (!(Math.abs(actual[i] - wanted) <= tolerance * Math.max(1, Math.abs(wanted)))) {
                fail("element %d is %s, expected %s", i, actual[i], wanted);
            }
        }
    }
}
