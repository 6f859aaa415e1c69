package dev.herd.models.dhen;

import dev.herd.data.FeatureSchema;
import dev.herd.models.Cases;
import dev.herd.models.Cases.Case;
import dev.herd.models.DenseInputs;
import dev.herd.models.Plain;
import dev.herd.models.PlainValues;
import dev.herd.models.interaction.Ensemble;
import dev.herd.nn.layer.Mlp;
import dev.herd.nn.layer.TransformerEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Small DHEN models of every module and ensemble with their reference.
public final class DhenCases {
    private static final int WIDTH = 4;
    private static final Module DOT = new Module.Dot(2, Mlp.Config.of(3));
    private static final Module LINEAR = new Module.Linear(2);
    private static final Module ATTENTION = new Module.Attention(2, new TransformerEncoder.Config(2, 3, 0));
    private static final Module CROSS = new Module.Cross(2);
    private static final Module CONVOLUTION = new Module.Convolution(2, 3);

    private DhenCases() {}

    public static List<Case<?>> all() {
        return List.of(
                dhen("dhen, dot", Cases.BOTH, 1, layer(Ensemble.CONCAT, DOT)),
                dhen("dhen, attention", Cases.BOTH, 1, layer(Ensemble.CONCAT, ATTENTION)),
                dhen("dhen, linear", Cases.BOTH, 1, layer(Ensemble.CONCAT, LINEAR)),
                dhen("dhen, cross", Cases.SPARSE, 1, layer(Ensemble.CONCAT, CROSS)),
                dhen("dhen, convolution", Cases.BOTH, 1, layer(Ensemble.CONCAT, CONVOLUTION)),
                dhen(
                        "dhen, 5x5 wider than the plane",
                        Cases.TWO_TASKS,
                        1,
                        layer(Ensemble.SUM, new Module.Convolution(1, 5))),
                dhen("dhen, concat, repeated", Cases.TWO_TASKS, 2, layer(Ensemble.CONCAT, LINEAR, new Module.Cross(1))),
                dhen("dhen, sum", Cases.BOTH, 2, layer(Ensemble.SUM, DOT, LINEAR)),
                dhen("dhen, gated", Cases.BOTH, 2, layer(Ensemble.GATED, DOT, LINEAR, DOT)),
                dhen("dhen, weighted sum", Cases.BOTH, 1, layer(Ensemble.WEIGHTED_SUM, LINEAR, CONVOLUTION, DOT)),
                dhen(
                        "dhen, other modules in every layer",
                        Cases.BOTH,
                        2,
                        layer(Ensemble.CONCAT, DOT, LINEAR),
                        layer(Ensemble.WEIGHTED_SUM, ATTENTION, LINEAR)));
    }

    private static Dhen.LayerConfig layer(Ensemble ensemble, Module... modules) {
        return new Dhen.LayerConfig(List.of(modules), ensemble);
    }

    private static Case<?> dhen(String name, FeatureSchema schema, int layers, Dhen.LayerConfig... stack) {
        Dhen.Config config =
                new Dhen.Config(WIDTH, DenseInputs.MLP, Mlp.Config.of(3), layers, List.of(stack), Mlp.Config.of(3));
        return Cases.of(name, new Dhen(), config, schema, DhenCases::reference);
    }

    private static double[][] reference(Dhen.Config config, PlainValues values, boolean training) {
        Plain plain = new Plain(values, training);
        double[][][] x = plain.fields(config.embeddingDim(), config.dense(), config.bottom());
        for (int i = 0; i < config.layers(); i++) {
            x = layer(config.stack().get(i % config.stack().size()), plain, values, "layer" + i, x);
        }
        return plain.mlp("head", config.head(), Plain.flat(x));
    }

    /// `LN(Ensemble_i(Interaction_i(X)) + ShortCut(X))`.
    private static double[][][] layer(
            Dhen.LayerConfig config, Plain plain, PlainValues values, String scope, double[][][] x) {
        List<double[][][]> results = new ArrayList<>();
        for (Module module : config.modules()) {
            results.add(module(module, plain, values, scope + ".module" + results.size(), x));
        }
        double[][][] next = new double[x.length][][];
        for (int row = 0; row < x.length; row++) {
            double[] weights = weights(config.ensemble(), plain, values, scope, x[row], results.size());
            double[][] ensemble = ensemble(config.ensemble(), weights, results, row);
            double[][] shortcut = ensemble.length == x[row].length
                    ? x[row]
                    : combined(values.parameter(scope + ".residual.weight"), x[row]);
            next[row] = plain.layerNorm(scope + ".norm", Plain.add(ensemble, shortcut));
        }
        return next;
    }

    private static double[][] ensemble(Ensemble ensemble, double[] weights, List<double[][][]> results, int row) {
        if (ensemble == Ensemble.CONCAT) {
            List<double[]> all = new ArrayList<>();
            results.forEach(result -> all.addAll(List.of(result[row])));
            return all.toArray(double[][]::new);
        }
        double[][] sum = new double[results.getFirst()[row].length][WIDTH];
        for (int i = 0; i < weights.length; i++) {
            double weight = weights[i];
            sum = Plain.add(sum, Plain.map(results.get(i)[row], v -> weight * v));
        }
        return sum;
    }

    /// What every result counts in a sum.
    private static double[] weights(
            Ensemble ensemble, Plain plain, PlainValues values, String scope, double[][] x, int count) {
        double[] weights = new double[count];
        Arrays.fill(weights, 1);
        if (ensemble == Ensemble.WEIGHTED_SUM) {
            Arrays.setAll(weights, i -> values.parameter(scope + ".ensemble." + i)[0]);
        } else if (ensemble == Ensemble.GATED) {
            double[] gate = plain.linear(scope + ".gate", Plain.flat(new double[][][] {x}))[0];
            double total = Arrays.stream(gate).map(Math::exp).sum();
            Arrays.setAll(weights, i -> Math.exp(gate[i]) / total);
        }
        return weights;
    }

    private static double[][][] module(Module module, Plain plain, PlainValues values, String scope, double[][][] x) {
        if (module instanceof Module.Dot dot) {
            return dots(dot, plain, scope, x);
        }
        double[][][] result = new double[x.length][][];
        for (int row = 0; row < x.length; row++) {
            double[][] made = switch (module) {
                case Module.Linear linear -> x[row];
                case Module.Attention attention -> encoded(attention, plain, scope + ".encoder", x[row]);
                case Module.Cross cross -> crossed(plain, scope + ".cross", x[row]);
                case Module.Convolution convolution -> convolved(convolution, values, scope, x[row]);
                case Module.Dot dot -> throw new AssertionError();
            };
            String out = module instanceof Module.Linear ? scope : scope + ".out";
            result[row] = combined(values.parameter(out + ".weight"), made);
        }
        return result;
    }

    /// `reshape(MLP(x_i . x_j for i > j))`.
    private static double[][][] dots(Module.Dot config, Plain plain, String scope, double[][][] x) {
        double[][] pairs = new double[x.length][];
        for (int row = 0; row < x.length; row++) {
            List<Double> products = new ArrayList<>();
            for (int i = 0; i < x[row].length; i++) {
                for (int j = 0; j < i; j++) {
                    products.add(Plain.dot(x[row][i], x[row][j]));
                }
            }
            pairs[row] = products.stream().mapToDouble(Double::doubleValue).toArray();
        }
        double[][] made = plain.mlp(scope + ".mlp", config.mlp(), pairs);
        double[][][] result = new double[x.length][][];
        for (int row = 0; row < x.length; row++) {
            result[row] = unflattened(made[row]);
        }
        return result;
    }

    /// `Y = LN(X + Attention(X))`, `LN(Y + FFN(Y))` of one example.
    private static double[][] encoded(Module.Attention config, Plain plain, String scope, double[][] x) {
        int head = WIDTH / config.encoder().heads();
        double[][] query = plain.linear(scope + ".attention.query", x);
        double[][] key = plain.linear(scope + ".attention.key", x);
        double[][] value = plain.linear(scope + ".attention.value", x);
        double[][] mixed = new double[x.length][WIDTH];
        for (int i = 0; i < x.length; i++) {
            for (int c = 0; c < WIDTH; c++) {
                int first = c / head * head;
                double total = 0;
                for (int j = 0; j < x.length; j++) {
                    double score = 0;
                    for (int e = first; e < first + head; e++) {
                        score += query[i][e] * key[j][e];
                    }
                    double weight = Math.exp(score / Math.sqrt(head));
                    total += weight;
                    mixed[i][c] += weight * value[j][c];
                }
                mixed[i][c] /= total;
            }
        }
        double[][] attended = plain.linear(scope + ".attention.out", mixed);
        double[][] y = plain.layerNorm(scope + ".attention_norm", Plain.add(x, attended));
        double[][] fed =
                plain.mlp(scope + ".ffn", Mlp.Config.of(config.encoder().feedForward()), y);
        return plain.layerNorm(scope + ".norm", Plain.add(y, fed));
    }

    /// `X * (W X + b)` over all entries of one example.
    private static double[][] crossed(Plain plain, String scope, double[][] x) {
        double[] flat = Plain.flat(new double[][][] {x})[0];
        double[] mapped = plain.linear(scope, new double[][] {flat})[0];
        for (int i = 0; i < flat.length; i++) {
            mapped[i] *= flat[i];
        }
        return unflattened(mapped);
    }

    /// Every entry from the square around it, nothing outside the plane.
    private static double[][] convolved(Module.Convolution config, PlainValues values, String scope, double[][] x) {
        double[] kernel = values.parameter(scope + ".kernel");
        int side = config.kernel();
        double[][] result = new double[x.length][WIDTH];
        for (int i = 0; i < x.length; i++) {
            for (int d = 0; d < WIDTH; d++) {
                result[i][d] = values.parameter(scope + ".bias")[0];
                for (int j = 0; j < x.length; j++) {
                    for (int e = 0; e < WIDTH; e++) {
                        int down = j - i + side / 2;
                        int right = e - d + side / 2;
                        if (down >= 0 && down < side && right >= 0 && right < side) {
                            result[i][d] += kernel[down * side + right] * x[j][e];
                        }
                    }
                }
            }
        }
        return result;
    }

    /// `W X`.
    private static double[][] combined(double[] weight, double[][] x) {
        double[][] result = new double[weight.length / x.length][WIDTH];
        for (int m = 0; m < result.length; m++) {
            for (int i = 0; i < x.length; i++) {
                for (int d = 0; d < WIDTH; d++) {
                    result[m][d] += weight[m * x.length + i] * x[i][d];
                }
            }
        }
        return result;
    }

    private static double[][] unflattened(double[] flat) {
        double[][] result = new double[flat.length / WIDTH][WIDTH];
        for (int i = 0; i < flat.length; i++) {
            result[i / WIDTH][i % WIDTH] = flat[i];
        }
        return result;
    }
}
