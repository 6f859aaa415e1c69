package dev.herd.models.xdeepfm;

import dev.herd.data.FeatureSchema;
import dev.herd.models.Cases;
import dev.herd.models.Cases.Case;
import dev.herd.models.DenseInputs;
import dev.herd.models.Plain;
import dev.herd.models.PlainValues;
import dev.herd.nn.layer.Mlp;
import java.util.List;

/// Small xDeepFM models with their reference.
public final class XDeepFmCases {
    private XDeepFmCases() {}

    public static List<Case<?>> all() {
        return List.of(
                xDeepFm("xdeepfm", Cases.BOTH, DenseInputs.EMBED, List.of(4, 3), Cases.BATCH),
                xDeepFm("xdeepfm of one layer", Cases.SPARSE, DenseInputs.EMBED, List.of(3), Cases.PLAIN),
                xDeepFm("xdeepfm of two tasks", Cases.TWO_TASKS, DenseInputs.MLP, List.of(2, 3, 2), Cases.LAYER),
                xDeepFm("cin, numeric inputs ignored", Cases.BOTH, DenseInputs.IGNORE, List.of(2, 2), Cases.NO_HIDDEN),
                xDeepFm("cin of one field", Cases.ONE_FIELD, DenseInputs.EMBED, List.of(2, 1), Cases.NO_HIDDEN));
    }

    private static Case<?> xDeepFm(
            String name, FeatureSchema schema, DenseInputs dense, List<Integer> cin, Mlp.Config deep) {
        XDeepFm.Config config = new XDeepFm.Config(3, dense, Cases.PLAIN, cin, deep);
        return Cases.of(name, new XDeepFm(), config, schema, XDeepFmCases::reference);
    }

    private static double[][] reference(XDeepFm.Config config, PlainValues values, boolean training) {
        Plain plain = new Plain(values, training);
        double[][][] fields = plain.fields(config.embeddingDim(), config.dense(), config.bottom());
        double[][] sums = new double[values.batch][0];
        double[][][] x = fields;
        for (int layer = 0; layer < config.cin().size(); layer++) {
            x = compressed(values, "cin." + layer, config.cin().get(layer), fields, x);
            sums = Plain.concat(sums, sums(x));
        }
        double[][] logits = Plain.add(plain.linearTerm("linear.", config.dense()), plain.linear("cin.out", sums));
        return config.deep().hidden().isEmpty()
                ? logits
                : Plain.add(logits, plain.mlp("deep", config.deep(), Plain.flat(fields)));
    }

    /// Equation 6, entry by entry.
    private static double[][][] compressed(
            PlainValues values, String scope, int size, double[][][] base, double[][][] x) {
        double[] weight = values.parameter(scope + ".weight");
        double[] bias = values.parameter(scope + ".bias");
        int n = base[0].length;
        int width = base[0][0].length;
        double[][][] next = new double[x.length][size][width];
        for (int row = 0; row < x.length; row++) {
            int before = x[row].length;
            for (int h = 0; h < size; h++) {
                for (int d = 0; d < width; d++) {
                    next[row][h][d] = bias[h];
                    for (int i = 0; i < n; i++) {
                        for (int j = 0; j < before; j++) {
                            next[row][h][d] += weight[(h * n + i) * before + j] * base[row][i][d] * x[row][j][d];
                        }
                    }
                }
            }
        }
        return next;
    }

    private static double[][] sums(double[][][] x) {
        double[][] sums = new double[x.length][x[0].length];
        for (int row = 0; row < x.length; row++) {
            for (int h = 0; h < x[row].length; h++) {
                for (double v : x[row][h]) {
                    sums[row][h] += v;
                }
            }
        }
        return sums;
    }
}
