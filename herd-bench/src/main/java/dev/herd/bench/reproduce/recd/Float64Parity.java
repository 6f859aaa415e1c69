package dev.herd.bench.reproduce.recd;

import dev.herd.data.Features;
import dev.herd.data.InverseKeyedJaggedTensor;
import dev.herd.data.JaggedTensor;
import dev.herd.numerics.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Loss and gradients of sums of embeddings under a linear layer and the log loss, in float64, once over
/// every row and once over unique rows: pooled, expanded by the map, the gradients of equal rows added up
/// before they reach the tables.
///
/// @param loss difference of the losses, relative to the loss
/// @param gradient largest difference of an embedding's gradients, relative to the largest gradient
record Float64Parity(double loss, double gradient) {
    private static final int WIDTH = 8;
    private static final long TABLES = 21;
    private static final long WEIGHTS = 22;

    static Float64Parity of(Features grouped, float[] labels) {
        Pass every = new Pass(labels);
        Pass unique = new Pass(labels);
        for (InverseKeyedJaggedTensor group : grouped.groups()) {
            int[] own = new int[group.stride()];
            Arrays.setAll(own, b -> b);
            for (String key : group.keys()) {
                every.add(key, group.expand(key).jagged(key), own);
                unique.add(key, group.unique().jagged(key), group.inverseLookup());
            }
        }
        every.backward();
        unique.backward();
        return new Float64Parity(
                Math.abs(every.loss() - unique.loss()) / every.loss(), difference(every.gradients, unique.gradients));
    }

    private static double difference(List<Map<Long, double[]>> a, List<Map<Long, double[]>> b) {
        double largest = 0;
        double difference = 0;
        for (int f = 0; f < a.size(); f++) {
            if (!a.get(f).keySet().equals(b.get(f).keySet())) {
                return Double.POSITIVE_INFINITY;
            }
            for (Map.Entry<Long, double[]> entry : a.get(f).entrySet()) {
                double[] other = Objects.requireNonNull(b.get(f).get(entry.getKey()));
                for (int d = 0; d < WIDTH; d++) {
                    largest = Math.max(largest, Math.abs(entry.getValue()[d]));
                    difference = Math.max(difference, Math.abs(entry.getValue()[d] - other[d]));
                }
            }
        }
        return difference / largest;
    }

    /// Features that were added, row by row of their tensor, and the rows of the batch that read them.
    private static final class Pass {
        private final float[] labels;
        private final double[] logits;
        private final List<Read> reads = new ArrayList<>();
        private final List<Map<Long, double[]>> gradients = new ArrayList<>();

        private record Read(String key, JaggedTensor rows, int[] numbers) {}

        Pass(float[] labels) {
            this.labels = labels;
            this.logits = new double[labels.length];
        }

        /// Pools the rows of a feature and adds their share to the logits of the batch.
        void add(String key, JaggedTensor rows, int[] numbers) {
            double[][] pooled = new double[rows.rows()][WIDTH];
            for (int u = 0; u < rows.rows(); u++) {
                for (int i = rows.offsets()[u]; i < rows.offsets()[u + 1]; i++) {
                    for (int d = 0; d < WIDTH; d++) {
                        pooled[u][d] += CounterRandom.gaussian(TABLES + key.hashCode(), rows.values()[i], d);
                    }
                }
            }
            for (int b = 0; b < numbers.length; b++) {
                for (int d = 0; d < WIDTH; d++) {
                    logits[b] += weight(key, d) * pooled[numbers[b]][d];
                }
            }
            reads.add(new Read(key, rows, numbers));
        }

        private static double weight(String key, int d) {
            return 0.02 * CounterRandom.gaussian(WEIGHTS, key.hashCode(), d);
        }

        double loss() {
            double sum = 0;
            for (int b = 0; b < labels.length; b++) {
                double sign = labels[b] > 0.5f ? -1 : 1;
                sum += Math.log1p(Math.exp(-Math.abs(logits[b]))) + Math.max(0, sign * logits[b]);
            }
            return sum / labels.length;
        }

        void backward() {
            for (Read read : reads) {
                double[] ofRows = new double[read.rows.rows()];
                for (int b = 0; b < labels.length; b++) {
                    double p = 1 / (1 + Math.exp(-logits[b]));
                    ofRows[read.numbers[b]] += (p - labels[b]) / labels.length;
                }
                gradients.add(ofTable(read, ofRows));
            }
        }

        private static Map<Long, double[]> ofTable(Read read, double[] ofRows) {
            Map<Long, double[]> sums = new HashMap<>();
            for (int u = 0; u < ofRows.length; u++) {
                for (int i = read.rows.offsets()[u]; i < read.rows.offsets()[u + 1]; i++) {
                    double[] sum = sums.computeIfAbsent(read.rows.values()[i], id -> new double[WIDTH]);
                    for (int d = 0; d < WIDTH; d++) {
                        sum[d] += weight(read.key, d) * ofRows[u];
                    }
                }
            }
            return sums;
        }
    }
}
