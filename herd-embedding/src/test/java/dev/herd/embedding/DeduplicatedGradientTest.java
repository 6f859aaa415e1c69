package dev.herd.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.herd.data.Features;
import dev.herd.data.InverseKeyedJaggedTensor;
import dev.herd.data.KeyedJaggedTensor;
import dev.herd.numerics.CounterRandom;
import dev.herd.numerics.WorkerPool;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A pooled lookup, a linear map and the log loss in double precision, from nothing but the definition of
/// an [InverseKeyedJaggedTensor]: through distinct rows they are what they are through every row, their
/// gradients are those of finite differences, and [EmbeddingBagCollection] takes the step that these say.
class DeduplicatedGradientTest {
    private static final List<String> KEYS = List.of("user", "history", "item");
    private static final List<String> GROUP = List.of("user", "history");
    private static final int SIZE = 61;
    private static final int ROWS = 12;
    private static final int DIM = 5;

    /// Rows of sessions: user and history stay for four of them, the item changes.
    private static KeyedJaggedTensor rows(boolean weighted, long seed) {
        KeyedJaggedTensor sessions = Batches.random(GROUP, 16, 4, ROWS, weighted, seed);
        int[] repeated = IntStream.range(0, SIZE).map(b -> b / 4).toArray();
        KeyedJaggedTensor items = Batches.random(List.of("item"), SIZE, 3, ROWS, weighted, seed + 50);
        return KeyedJaggedTensor.concat(List.of(sessions.rows(repeated), items));
    }

    /// A feature: its rows, which of them each sample has, and the table it reads.
    private record Column(KeyedJaggedTensor rows, int feature, int[] numbers, int table) {
        int from(int row) {
            return rows.offsets()[feature * rows.stride() + row];
        }

        double factor(int row, int i, PoolingType pooling) {
            float[] weights = rows.weights();
            double weight = weights == null ? 1 : weights[i];
            return pooling == PoolingType.MEAN ? weight / rows.length(feature, row) : weight;
        }
    }

    private static List<Column> written(KeyedJaggedTensor rows) {
        int[] each = IntStream.range(0, SIZE).toArray();
        return List.of(new Column(rows, 0, each, 0), new Column(rows, 1, each, 1), new Column(rows, 2, each, 1));
    }

    private static List<Column> distinct(KeyedJaggedTensor rows) {
        InverseKeyedJaggedTensor group = InverseKeyedJaggedTensor.deduplicate(rows, GROUP);
        assertThat(group.uniqueRows()).isLessThanOrEqualTo(16);
        return List.of(
                new Column(group.unique(), 0, group.inverseLookup(), 0),
                new Column(group.unique(), 1, group.inverseLookup(), 1),
                written(rows).getLast());
    }

    /// What is learned: two tables and a linear map from the pooled columns side by side.
    private record Model(List<double[][]> tables, double[] linear, PoolingType pooling) {
        static Model create(PoolingType pooling) {
            List<double[][]> tables = new ArrayList<>();
            for (int table = 0; table < 2; table++) {
                double[][] values = new double[ROWS][DIM];
                for (int r = 0; r < ROWS; r++) {
                    for (int d = 0; d < DIM; d++) {
                        values[r][d] = CounterRandom.gaussian(3, table * ROWS + r, d);
                    }
                }
                tables.add(values);
            }
            double[] linear = new double[KEYS.size() * DIM];
            for (int i = 0; i < linear.length; i++) {
                linear[i] = CounterRandom.gaussian(4, 0, i) / 2;
            }
            return new Model(tables, linear, pooling);
        }

        /// The loss, and into `pooledGradient` the gradients of the columns' pooled rows.
        double loss(List<Column> columns, double[][] pooledGradient) {
            double[] logits = new double[SIZE];
            for (int c = 0; c < columns.size(); c++) {
                double[][] pooled = pooled(columns.get(c));
                for (int b = 0; b < SIZE; b++) {
                    for (int d = 0; d < DIM; d++) {
                        logits[b] += linear[c * DIM + d] * pooled[columns.get(c).numbers()[b]][d];
                    }
                }
            }
            double loss = 0;
            for (int b = 0; b < SIZE; b++) {
                double label = CounterRandom.below(6, b, 0, 2);
                loss += Math.max(logits[b], 0) - logits[b] * label + Math.log1p(Math.exp(-Math.abs(logits[b])));
                for (int i = 0; i < linear.length; i++) {
                    pooledGradient[b][i] = (1 / (1 + Math.exp(-logits[b])) - label) * linear[i];
                }
            }
            return loss;
        }

        private double[][] pooled(Column column) {
            double[][] pooled = new double[column.rows().stride()][DIM];
            for (int u = 0; u < pooled.length; u++) {
                for (int i = column.from(u); i < column.from(u + 1); i++) {
                    double[] row =
                            tables.get(column.table())[(int) column.rows().values()[i]];
                    for (int d = 0; d < DIM; d++) {
                        pooled[u][d] += column.factor(u, i, pooling) * row[d];
                    }
                }
            }
            return pooled;
        }

        /// Gradients of the tables: summed into the columns' rows, then scattered to the ids of each once.
        List<double[][]> gradients(List<Column> columns, double[][] pooledGradient) {
            List<double[][]> gradients = List.of(new double[ROWS][DIM], new double[ROWS][DIM]);
            for (int c = 0; c < columns.size(); c++) {
                Column column = columns.get(c);
                double[][] sums = new double[column.rows().stride()][DIM];
                for (int b = 0; b < SIZE; b++) {
                    for (int d = 0; d < DIM; d++) {
                        sums[column.numbers()[b]][d] += pooledGradient[b][c * DIM + d];
                    }
                }
                for (int u = 0; u < sums.length; u++) {
                    for (int i = column.from(u); i < column.from(u + 1); i++) {
                        double[] row = gradients
                                .get(column.table())[(int) column.rows().values()[i]];
                        for (int d = 0; d < DIM; d++) {
                            row[d] += column.factor(u, i, pooling) * sums[u][d];
                        }
                    }
                }
            }
            return gradients;
        }

        double step(List<Column> columns, double rate) {
            double[][] pooledGradient = new double[SIZE][linear.length];
            double loss = loss(columns, pooledGradient);
            List<double[][]> gradients = gradients(columns, pooledGradient);
            for (int at = 0; at < 2 * ROWS * DIM; at++) {
                row(at)[at % DIM] -= rate * gradients.get(at / (ROWS * DIM))[at / DIM % ROWS][at % DIM];
            }
            return loss;
        }

        /// The row of the tables' number `at`.
        double[] row(int at) {
            return tables.get(at / (ROWS * DIM))[at / DIM % ROWS];
        }

        double difference(List<Column> columns, int at, double h) {
            double[] row = row(at);
            double kept = row[at % DIM];
            double[][] unused = new double[SIZE][linear.length];
            row[at % DIM] = kept + h;
            double above = loss(columns, unused);
            row[at % DIM] = kept - h;
            double below = loss(columns, unused);
            row[at % DIM] = kept;
            return (above - below) / (2 * h);
        }
    }

    @ParameterizedTest
    @CsvSource({"SUM, false", "SUM, true", "MEAN, false", "MEAN, true"})
    void lossesAndStepsThroughDistinctRowsAreThoseThroughAllRowsToTwelveDigits(PoolingType pooling, boolean weighted) {
        Model all = Model.create(pooling);
        Model once = Model.create(pooling);
        double first = 0;
        double last = 0;
        for (int step = 0; step < 8; step++) {
            KeyedJaggedTensor rows = rows(weighted, 20);
            last = all.step(written(rows), 0.02);
            first = step == 0 ? last : first;
            assertThat(once.step(distinct(rows), 0.02)).as("step %d", step).isCloseTo(last, within(1e-12 * last));
        }
        assertThat(last).isLessThan(0.95 * first);
        for (int at = 0; at < 2 * ROWS * DIM; at++) {
            double value = all.row(at)[at % DIM];
            assertThat(once.row(at)[at % DIM]).isCloseTo(value, within(1e-12 * Math.max(1, Math.abs(value))));
        }
    }

    @ParameterizedTest
    @CsvSource({"SUM, false", "MEAN, true"})
    void gradientsThroughDistinctRowsAreFiniteDifferencesOfTheLoss(PoolingType pooling, boolean weighted) {
        Model model = Model.create(pooling);
        List<Column> columns = distinct(rows(weighted, 20));
        double[][] pooledGradient = new double[SIZE][model.linear().length];
        model.loss(columns, pooledGradient);
        List<double[][]> gradients = model.gradients(columns, pooledGradient);
        for (int at = 0; at < 2 * ROWS * DIM; at++) {
            double gradient = gradients.get(at / (ROWS * DIM))[at / DIM % ROWS][at % DIM];
            assertThat(gradient).as("number %d", at).isCloseTo(model.difference(columns, at, 1e-5), within(1e-8));
        }
    }

    @ParameterizedTest
    @CsvSource({"SUM, false", "SUM, true", "MEAN, false", "MEAN, true"})
    void theCollectionStepsByTheFiniteDifferencesUpToSinglePrecision(PoolingType pooling, boolean weighted) {
        KeyedJaggedTensor rows = rows(weighted, 20);
        Features batch = new Features(SIZE, new float[0], rows).grouped(List.of(GROUP));
        try (WorkerPool pool = WorkerPool.create(2);
                Arena arena = Arena.ofShared();
                EmbeddingBagCollection tables = EmbeddingBagCollection.create(
                        EmbeddingExactnessTest.configs(pooling, RowFormat.FP32, DIM).stream()
                                .map(DeduplicatedGradientTest::small)
                                .toList(),
                        EmbeddingOptimizer.ExactSgd.defaults(),
                        7,
                        pool)) {
            Model model = new Model(
                    new Reference(tables).weights, Model.create(pooling).linear(), pooling);
            double[][] pooledGradient = new double[SIZE][model.linear().length];
            model.loss(written(rows), pooledGradient);
            tables.lookup(batch);
            tables.backward(Batches.segment(arena, pooledGradient));
            tables.update(1, 1);
            List<double[][]> stepped = new Reference(tables).weights;
            double largest = 0;
            for (int at = 0; at < 2 * ROWS * DIM; at++) {
                double expected = model.difference(written(rows), at, 1e-5);
                double taken = model.row(at)[at % DIM] - stepped.get(at / (ROWS * DIM))[at / DIM % ROWS][at % DIM];
                assertThat(taken).as("number %d", at).isCloseTo(expected, within(1e-5));
                largest = Math.max(largest, Math.abs(expected));
            }
            assertThat(largest).isGreaterThan(1);
        }
    }

    private static EmbeddingBagConfig small(EmbeddingBagConfig of) {
        return new EmbeddingBagConfig(
                of.name(), ROWS, of.embeddingDim(), of.features(), of.pooling(), of.precision(), of.init());
    }

    @Test
    void theGroupIsWhatRepeats() {
        InverseKeyedJaggedTensor group = InverseKeyedJaggedTensor.deduplicate(rows(true, 20), GROUP);
        assertThat(group.expand()).isEqualTo(rows(true, 20).select(GROUP));
        assertThat(group.dedupeFactor()).isGreaterThan(3);
    }
}
