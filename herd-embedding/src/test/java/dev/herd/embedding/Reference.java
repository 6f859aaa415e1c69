package dev.herd.embedding;

import dev.herd.data.KeyedJaggedTensor;
import java.util.ArrayList;
import java.util.List;

/// What the collection should do, in double precision and without any cleverness: dense gradients, one loop per
/// formula.
final class Reference {
    private final List<EmbeddingBagConfig> configs;
    private final EmbeddingOptimizer optimizer;
    final List<double[][]> weights = new ArrayList<>();
    private final List<double[][]> first = new ArrayList<>();
    private final List<double[][]> second = new ArrayList<>();
    private int step;

    Reference(EmbeddingBagCollection from) {
        this.configs = from.tables().stream().map(EmbeddingTable::config).toList();
        this.optimizer = from.optimizer();
        for (EmbeddingTable table : from.tables()) {
            double[][] rows = new double[(int) table.rows()][table.dim()];
            for (int r = 0; r < rows.length; r++) {
                float[] row = table.row(r);
                for (int d = 0; d < row.length; d++) {
                    rows[r][d] = row[d];
                }
            }
            weights.add(rows);
            first.add(new double[rows.length][table.dim()]);
            second.add(new double[rows.length][table.dim()]);
        }
    }

    /// Pooled values `[B][sum of dims]`.
    double[][] lookup(KeyedJaggedTensor kjt) {
        int width = configs.stream()
                .mapToInt(c -> c.embeddingDim() * c.features().size())
                .sum();
        double[][] out = new double[kjt.stride()][width];
        visit(kjt, (table, column, b, id, factor) -> {
            for (int d = 0; d < configs.get(table).embeddingDim(); d++) {
                out[b][column + d] += factor * weights.get(table)[id][d];
            }
        });
        return out;
    }

    private List<double[][]> gradients(KeyedJaggedTensor kjt, double[][] gradient, List<boolean[]> used) {
        List<double[][]> sums = new ArrayList<>();
        for (double[][] rows : weights) {
            sums.add(new double[rows.length][rows[0].length]);
            used.add(new boolean[rows.length]);
        }
        visit(kjt, (table, column, b, id, factor) -> {
            used.get(table)[id] = true;
            for (int d = 0; d < configs.get(table).embeddingDim(); d++) {
                sums.get(table)[id][d] += factor * gradient[b][column + d];
            }
        });
        return sums;
    }

    double squaredNorm(KeyedJaggedTensor kjt, double[][] gradient) {
        List<boolean[]> used = new ArrayList<>();
        List<double[][]> sums = gradients(kjt, gradient, used);
        double l2 = optimizer.decay().l2() + optimizer.decay().tableL2();
        double total = 0;
        for (int t = 0; t < sums.size(); t++) {
            for (int r = 0; r < sums.get(t).length; r++) {
                if (used.get(t)[r] || optimizer.everyRow()) {
                    for (int d = 0; d < sums.get(t)[r].length; d++) {
                        double g = sums.get(t)[r][d] + l2 * weights.get(t)[r][d];
                        total += g * g;
                    }
                }
            }
        }
        return total;
    }

    void update(KeyedJaggedTensor kjt, double[][] gradient, double rate, double scale) {
        step++;
        List<boolean[]> used = new ArrayList<>();
        List<double[][]> sums = gradients(kjt, gradient, used);
        Decay decay = optimizer.decay();
        for (int t = 0; t < sums.size(); t++) {
            for (int r = 0; r < sums.get(t).length; r++) {
                if (used.get(t)[r] || optimizer.everyRow()) {
                    double[] w = weights.get(t)[r];
                    double[] g = sums.get(t)[r];
                    for (int d = 0; d < w.length; d++) {
                        g[d] = scale * (g[d] + (decay.l2() + decay.tableL2()) * w[d]);
                        w[d] *= 1 - rate * decay.decoupled();
                    }
                    row(w, g, first.get(t)[r], second.get(t)[r], rate);
                }
            }
        }
    }

    private void row(double[] w, double[] g, double[] m, double[] v, double rate) {
        double squares = 0;
        for (double value : g) {
            squares += value * value / g.length;
        }
        v[0] += optimizer instanceof EmbeddingOptimizer.ExactRowWiseAdagrad ? squares : 0;
        for (int d = 0; d < w.length; d++) {
            switch (optimizer) {
                case EmbeddingOptimizer.ExactSgd sgd -> w[d] -= rate * g[d];
                case EmbeddingOptimizer.ExactRowWiseAdagrad a -> w[d] -= rate * g[d] / (Math.sqrt(v[0]) + a.epsilon());
                case EmbeddingOptimizer.ExactAdagrad a -> {
                    v[d] += g[d] * g[d];
                    w[d] -= rate * g[d] / (Math.sqrt(v[d]) + a.epsilon());
                }
                case EmbeddingOptimizer.ExactAdam a -> adam(w, g, m, v, d, rate, a.beta1(), a.beta2(), a.epsilon());
                case EmbeddingOptimizer.DenseAdam a -> adam(w, g, m, v, d, rate, a.beta1(), a.beta2(), a.epsilon());
            }
        }
    }

    private void adam(
            double[] w,
            double[] g,
            double[] m,
            double[] v,
            int d,
            double rate,
            double beta1,
            double beta2,
            double epsilon) {
        m[d] = beta1 * m[d] + (1 - beta1) * g[d];
        v[d] = beta2 * v[d] + (1 - beta2) * g[d] * g[d];
        double mean = m[d] / (1 - Math.pow(beta1, step));
        double square = v[d] / (1 - Math.pow(beta2, step));
        w[d] -= rate * mean / (Math.sqrt(square) + epsilon);
    }

    private interface Use {
        void accept(int table, int column, int b, int id, double factor);
    }

    private void visit(KeyedJaggedTensor kjt, Use use) {
        int column = 0;
        for (int t = 0; t < configs.size(); t++) {
            EmbeddingBagConfig config = configs.get(t);
            for (String feature : config.features()) {
                int key = kjt.keys().indexOf(feature);
                for (int b = 0; b < kjt.stride(); b++) {
                    int from = kjt.offsets()[key * kjt.stride() + b];
                    int to = kjt.offsets()[key * kjt.stride() + b + 1];
                    for (int i = from; i < to; i++) {
                        double factor = config.pooling() == PoolingType.MEAN ? 1.0 / (to - from) : 1;
                        factor *= kjt.weights() == null ? 1 : kjt.weights()[i];
                        use.accept(t, column, b, (int) kjt.values()[i], factor);
                    }
                }
                column += config.embeddingDim();
            }
        }
    }
}
