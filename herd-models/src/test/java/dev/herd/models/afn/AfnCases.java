package dev.herd.models.afn;

import dev.herd.data.FeatureSchema;
import dev.herd.models.Cases;
import dev.herd.models.Cases.Case;
import dev.herd.models.DenseInputs;
import dev.herd.models.Plain;
import dev.herd.models.PlainValues;
import dev.herd.nn.layer.Mlp;
import java.util.List;

/// Small adaptive factorization networks with their reference.
public final class AfnCases {
    private AfnCases() {}

    public static List<Case<?>> all() {
        return List.of(
                afn("afn+", Cases.BOTH, DenseInputs.EMBED, Cases.PLAIN, Cases.BATCH),
                afn("afn", Cases.SPARSE, DenseInputs.EMBED, Cases.PLAIN, Cases.NO_HIDDEN),
                afn("afn+ of two tasks", Cases.TWO_TASKS, DenseInputs.MLP, Cases.LAYER, Cases.PLAIN),
                afn("afn, numeric inputs ignored", Cases.BOTH, DenseInputs.IGNORE, Cases.BATCH, Cases.NO_HIDDEN));
    }

    private static Case<?> afn(String name, FeatureSchema schema, DenseInputs dense, Mlp.Config afn, Mlp.Config deep) {
        Afn.Config config = new Afn.Config(3, dense, Cases.PLAIN, 4, afn, deep);
        return Cases.of(name, new Afn(), config, schema, AfnCases::reference);
    }

    private static double[][] reference(Afn.Config config, PlainValues values, boolean training) {
        Plain plain = new Plain(values, training);
        int width = config.embeddingDim();
        double[][][] fields = plain.fields(width, config.dense(), config.bottom());
        double[][] afn = plain.mlp("afn", config.afn(), products(plain, fields));
        if (config.deep().hidden().isEmpty()) {
            return afn;
        }
        double[][][] own = plain.fields("deep_embedding", "deep.", width, config.dense(), config.bottom());
        double[][] deep = plain.mlp("deep", config.deep(), Plain.flat(own));
        double[][] result = new double[values.batch][values.tasks];
        for (int row = 0; row < values.batch; row++) {
            for (int k = 0; k < values.tasks; k++) {
                result[row][k] = values.parameter("ensemble.afn")[k] * afn[row][k]
                        + values.parameter("ensemble.deep")[k] * deep[row][k]
                        + values.parameter("ensemble.bias")[k];
            }
        }
        return result;
    }

    /// The products of powers `[B][D * neurons]`.
    private static double[][] products(Plain plain, double[][][] fields) {
        int batch = fields.length;
        int width = fields[0][0].length;
        double[][] logs = new double[batch * width][fields[0].length];
        for (int row = 0; row < batch; row++) {
            for (int f = 0; f < fields[row].length; f++) {
                for (int d = 0; d < width; d++) {
                    logs[row * width + d][f] = Math.log(Math.max(Math.abs(fields[row][f][d]), 1e-5));
                }
            }
        }
        double[][] sums = plain.linear("products.orders", plain.batchNorm("products.log_norm", logs));
        double[][] products = plain.batchNorm("products.exp_norm", Plain.map(sums, Math::exp));
        double[][] result = new double[batch][0];
        for (int row = 0; row < batch; row++) {
            for (int d = 0; d < width; d++) {
                double[][] column = {products[row * width + d]};
                result[row] = Plain.concat(new double[][] {result[row]}, column)[0];
            }
        }
        return result;
    }
}
