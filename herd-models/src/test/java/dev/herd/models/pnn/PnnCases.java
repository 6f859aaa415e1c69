package dev.herd.models.pnn;

import dev.herd.data.FeatureSchema;
import dev.herd.models.Cases;
import dev.herd.models.Cases.Case;
import dev.herd.models.DenseInputs;
import dev.herd.models.Plain;
import dev.herd.models.PlainValues;
import dev.herd.nn.layer.Mlp;
import java.util.List;

/// Small product-based networks with their reference.
public final class PnnCases {
    private PnnCases() {}

    public static List<Case<?>> all() {
        return List.of(
                pnn("pnn", Cases.BOTH, DenseInputs.EMBED, Cases.PLAIN),
                pnn("pnn of two tasks", Cases.TWO_TASKS, DenseInputs.MLP, Cases.LAYER),
                pnn("pnn, batch norm, numeric inputs ignored", Cases.BOTH, DenseInputs.IGNORE, Cases.BATCH),
                pnn("pnn of numeric inputs alone", Cases.DENSE, DenseInputs.EMBED, Cases.PLAIN));
    }

    private static Case<?> pnn(String name, FeatureSchema schema, DenseInputs dense, Mlp.Config deep) {
        return Cases.of(name, new Pnn(), new Pnn.Config(3, dense, Cases.PLAIN, deep), schema, PnnCases::reference);
    }

    private static double[][] reference(Pnn.Config config, PlainValues values, boolean training) {
        Plain plain = new Plain(values, training);
        double[][][] fields = plain.fields(config.embeddingDim(), config.dense(), config.bottom());
        int n = fields[0].length;
        double[][] products = new double[fields.length][n * (n - 1) / 2];
        for (int row = 0; row < fields.length; row++) {
            int at = 0;
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < i; j++) {
                    products[row][at++] = Plain.dot(fields[row][i], fields[row][j]);
                }
            }
        }
        return plain.mlp("deep", config.deep(), Plain.concat(Plain.flat(fields), products));
    }
}
