package dev.herd.models.autoint;

import dev.herd.data.FeatureSchema;
import dev.herd.models.Cases;
import dev.herd.models.Cases.Case;
import dev.herd.models.DenseInputs;
import dev.herd.models.Plain;
import dev.herd.models.PlainValues;
import dev.herd.nn.layer.Mlp;
import java.util.List;

/// Small AutoInt models with their reference.
public final class AutoIntCases {
    private AutoIntCases() {}

    public static List<Case<?>> all() {
        // The embeddings' width is 4.
        AutoInt.Attention plus = new AutoInt.Attention(2, 6, 2, true, true, true, 0);
        AutoInt.Attention bare = new AutoInt.Attention(2, 3, 1, false, false, false, 0);
        AutoInt.Attention wider = new AutoInt.Attention(1, 6, 3, true, false, false, 0);
        AutoInt.Attention asWide = new AutoInt.Attention(2, 4, 2, true, true, false, 0);
        return List.of(
                autoInt("autoint+", Cases.BOTH, DenseInputs.EMBED, plus, false, Cases.BATCH),
                autoInt("autoint", Cases.SPARSE, DenseInputs.EMBED, bare, false, Cases.NO_HIDDEN),
                autoInt("autoint+ of two tasks, wide", Cases.TWO_TASKS, DenseInputs.MLP, wider, true, Cases.PLAIN),
                autoInt("autoint, wide, ids alone", Cases.BOTH, DenseInputs.IGNORE, asWide, true, Cases.NO_HIDDEN));
    }

    private static Case<?> autoInt(
            String name,
            FeatureSchema schema,
            DenseInputs dense,
            AutoInt.Attention attention,
            boolean wide,
            Mlp.Config deep) {
        AutoInt.Config config = new AutoInt.Config(4, dense, Cases.PLAIN, attention, wide, deep);
        return Cases.of(name, new AutoInt(), config, schema, AutoIntCases::reference);
    }

    private static double[][] reference(AutoInt.Config config, PlainValues values, boolean training) {
        Plain plain = new Plain(values, training);
        double[][][] fields = plain.fields(config.embeddingDim(), config.dense(), config.bottom());
        double[][][] x = fields.clone();
        for (int layer = 0; layer < config.attention().layers(); layer++) {
            for (int row = 0; row < x.length; row++) {
                x[row] = attended(config.attention(), plain, "attention." + layer, x[row]);
            }
        }
        double[][] logits = plain.linear("out", Plain.flat(x));
        if (config.wide()) {
            logits = Plain.add(logits, plain.linearTerm("linear.", config.dense()));
        }
        return config.deep().hidden().isEmpty()
                ? logits
                : Plain.add(logits, plain.mlp("deep", config.deep(), Plain.flat(fields)));
    }

    /// Equations 5 to 8 for the fields `[n][C]` of one example.
    private static double[][] attended(AutoInt.Attention config, Plain plain, String scope, double[][] x) {
        int n = x.length;
        int width = config.width();
        int head = width / config.heads();
        double[][] query = plain.linear(scope + ".query", x);
        double[][] key = plain.linear(scope + ".key", x);
        double[][] value = plain.linear(scope + ".value", x);
        double[][] result = new double[n][width];
        for (int h = 0; h < config.heads(); h++) {
            for (int m = 0; m < n; m++) {
                double[] weights = new double[n];
                double total = 0;
                for (int k = 0; k < n; k++) {
                    double score = 0;
                    for (int c = h * head; c < (h + 1) * head; c++) {
                        score += query[m][c] * key[k][c];
                    }
                    weights[k] = Math.exp(config.scale() ? score / Math.sqrt(head) : score);
                    total += weights[k];
                }
                for (int k = 0; k < n; k++) {
                    for (int c = h * head; c < (h + 1) * head; c++) {
                        result[m][c] += weights[k] / total * value[k][c];
                    }
                }
            }
        }
        if (config.residual()) {
            boolean same = x[0].length == width;
            result = Plain.add(result, same ? x : plain.linear(scope + ".residual", x));
        }
        if (config.layerNorm()) {
            result = plain.layerNorm(scope + ".norm", result);
        }
        return Plain.map(result, v -> Math.max(v, 0));
    }
}
