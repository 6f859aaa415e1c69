package dev.herd.models;

import dev.herd.nn.layer.Activation;
import dev.herd.nn.layer.Mlp;
import dev.herd.nn.layer.Normalization;

/// The layers once more, straight from their definitions, on `double[B][...]`, slow and without any of
/// Herd's code.
public final class Plain {
    private static final double EPS = 1e-5;

    private final PlainValues values;
    private final boolean training;

    public Plain(PlainValues values, boolean training) {
        this.values = values;
        this.training = training;
    }

    /// `x W^T + b`; no bias when none of that name was declared.
    public double[][] linear(String scope, double[][] x) {
        double[] weight = values.parameter(scope + ".weight");
        double[] bias = values.parameters.get(scope + ".bias");
        int in = x[0].length;
        int out = weight.length / in;
        double[][] result = new double[x.length][out];
        for (int row = 0; row < x.length; row++) {
            for (int o = 0; o < out; o++) {
                double sum = bias == null ? 0 : bias[o];
                for (int i = 0; i < in; i++) {
                    sum += weight[o * in + i] * x[row][i];
                }
                result[row][o] = sum;
            }
        }
        return result;
    }

    public double[][] activate(Activation activation, double[][] x) {
        return map(x, v -> switch (activation) {
            case IDENTITY -> v;
            case RELU -> Math.max(v, 0);
            case TANH -> Math.tanh(v);
            case SIGMOID -> 1 / (1 + Math.exp(-v));
            case GELU -> throw new AssertionError("no reference for gelu");
        });
    }

    public double[][] batchNorm(String scope, double[][] x) {
        int columns = x[0].length;
        double[][] result = new double[x.length][columns];
        for (int c = 0; c < columns; c++) {
            double mean = values.parameter(scope + ".running_mean")[c];
            double var = values.parameter(scope + ".running_var")[c];
            if (training) {
                mean = 0;
                for (double[] row : x) {
                    mean += row[c] / x.length;
                }
                var = 0;
                for (double[] row : x) {
                    var += (row[c] - mean) * (row[c] - mean) / x.length;
                }
            }
            double weight = values.parameter(scope + ".weight")[c];
            double bias = values.parameter(scope + ".bias")[c];
            for (int row = 0; row < x.length; row++) {
                result[row][c] = (x[row][c] - mean) / Math.sqrt(var + EPS) * weight + bias;
            }
        }
        return result;
    }

    public double[][] layerNorm(String scope, double[][] x) {
        double[] weight = values.parameter(scope + ".weight");
        double[] bias = values.parameter(scope + ".bias");
        double[][] result = new double[x.length][];
        for (int row = 0; row < x.length; row++) {
            int width = x[row].length;
            double mean = 0;
            for (double v : x[row]) {
                mean += v / width;
            }
            double var = 0;
            for (double v : x[row]) {
                var += (v - mean) * (v - mean) / width;
            }
            result[row] = new double[width];
            for (int i = 0; i < width; i++) {
                result[row][i] = (x[row][i] - mean) / Math.sqrt(var + EPS) * weight[i] + bias[i];
            }
        }
        return result;
    }

    /// Linear, normalization, activation for every hidden layer.
    public double[][] hidden(String scope, Mlp.Config config, double[][] x) {
        for (int i = 0; i < config.hidden().size(); i++) {
            x = linear(scope + "." + i, x);
            if (config.normalization() == Normalization.BATCH) {
                x = batchNorm(scope + "." + i + ".norm", x);
            } else if (config.normalization() == Normalization.LAYER) {
                x = layerNorm(scope + "." + i + ".norm", x);
            }
            x = activate(config.activation(), x);
        }
        return x;
    }

    public double[][] mlp(String scope, Mlp.Config config, double[][] x) {
        return linear(scope + ".out", hidden(scope, config, x));
    }

    /// The embeddings `[B][n][D]` a model starts from.
    public double[][][] fields(int width, DenseInputs dense, Mlp.Config bottom) {
        return fields("embedding", "", width, dense, bottom);
    }

    /// The same from the tables of another group.
    ///
    /// @param prefix of the numeric inputs' parameters: empty, or a scope and a dot
    public double[][][] fields(String group, String prefix, int width, DenseInputs dense, Mlp.Config bottom) {
        int n = values.sparse
                + switch (dense) {
                    case EMBED -> values.inputs;
                    case MLP -> values.inputs > 0 ? 1 : 0;
                    case IGNORE -> 0;
                };
        double[][][] result = new double[values.batch][n][width];
        double[][] fromMlp = dense == DenseInputs.MLP && values.inputs > 0 ? bottom(prefix, bottom) : new double[0][];
        for (int row = 0; row < values.batch; row++) {
            for (int f = 0; f < n; f++) {
                for (int d = 0; d < width; d++) {
                    result[row][f][d] = f < values.sparse
                            ? values.embedding(group)[(row * values.sparse + f) * width + d]
                            : dense == DenseInputs.MLP
                                    ? fromMlp[row][d]
                                    : values.dense[row * values.inputs + f - values.sparse]
                                            * values.parameter(prefix + "embedding.dense")[
                                                    (f - values.sparse) * width + d];
                }
            }
        }
        return result;
    }

    private double[][] bottom(String prefix, Mlp.Config config) {
        double[][] hidden = hidden(prefix + "bottom", config, denseRows());
        return activate(config.activation(), linear(prefix + "bottom.out", hidden));
    }

    /// One weight per id and, unless they are ignored, per numeric input, summed.
    ///
    /// @param prefix of the parameters: empty, or a scope and a dot
    public double[][] linearTerm(String prefix, DenseInputs dense) {
        double[][] logits = new double[values.batch][values.tasks];
        for (int row = 0; row < values.batch; row++) {
            for (int k = 0; k < values.tasks; k++) {
                for (int f = 0; f < values.sparse; f++) {
                    logits[row][k] += values.embedding("linear")[(row * values.sparse + f) * values.tasks + k];
                }
                for (int i = 0; dense != DenseInputs.IGNORE && i < values.inputs; i++) {
                    logits[row][k] += values.dense[row * values.inputs + i]
                            * values.parameter(prefix + "embedding.dense")[k * values.inputs + i];
                }
            }
        }
        return logits;
    }

    private double[][] denseRows() {
        double[][] rows = new double[values.batch][values.inputs];
        for (int row = 0; row < values.batch; row++) {
            System.arraycopy(values.dense, row * values.inputs, rows[row], 0, values.inputs);
        }
        return rows;
    }

    public static double[][] flat(double[][][] x) {
        double[][] result = new double[x.length][x[0].length * x[0][0].length];
        for (int row = 0; row < x.length; row++) {
            int at = 0;
            for (double[] vector : x[row]) {
                for (double v : vector) {
                    result[row][at++] = v;
                }
            }
        }
        return result;
    }

    public static double[][] concat(double[][] a, double[][] b) {
        double[][] result = new double[a.length][a[0].length + b[0].length];
        for (int row = 0; row < a.length; row++) {
            System.arraycopy(a[row], 0, result[row], 0, a[row].length);
            System.arraycopy(b[row], 0, result[row], a[row].length, b[row].length);
        }
        return result;
    }

    public static double[][] add(double[][] a, double[][] b) {
        double[][] result = new double[a.length][a[0].length];
        for (int row = 0; row < a.length; row++) {
            for (int k = 0; k < a[row].length; k++) {
                result[row][k] = a[row][k] + b[row][k];
            }
        }
        return result;
    }

    public static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    public static double[][] map(double[][] x, java.util.function.DoubleUnaryOperator f) {
        double[][] result = new double[x.length][];
        for (int row = 0; row < x.length; row++) {
            result[row] = java.util.Arrays.stream(x[row]).map(f).toArray();
        }
        return result;
    }
}
