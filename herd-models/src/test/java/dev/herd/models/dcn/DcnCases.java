package dev.herd.models.dcn;

import dev.herd.data.FeatureSchema;
import dev.herd.models.Cases;
import dev.herd.models.Cases.Case;
import dev.herd.models.DenseInputs;
import dev.herd.models.Plain;
import dev.herd.models.PlainValues;
import dev.herd.nn.layer.Mlp;
import java.util.Arrays;
import java.util.List;

/// Small deep and cross networks with their reference.
public final class DcnCases {
    private DcnCases() {}

    public static List<Case<?>> all() {
        return List.of(
                dcn("dcn", Cases.BOTH, DenseInputs.EMBED, 3, Cases.BATCH),
                dcn("dcn of one layer", Cases.SPARSE, DenseInputs.EMBED, 1, Cases.PLAIN),
                dcn("dcn of two tasks", Cases.TWO_TASKS, DenseInputs.MLP, 2, Cases.LAYER),
                dcn("dcn, cross layers alone", Cases.BOTH, DenseInputs.IGNORE, 4, Cases.NO_HIDDEN),
                dcn("dcn of numeric inputs alone", Cases.DENSE, DenseInputs.EMBED, 2, Cases.PLAIN));
    }

    private static Case<?> dcn(String name, FeatureSchema schema, DenseInputs dense, int layers, Mlp.Config deep) {
        Dcn.Config config = new Dcn.Config(2, dense, Cases.PLAIN, layers, deep);
        return Cases.of(name, new Dcn(), config, schema, DcnCases::reference);
    }

    /// Equation 3, layer by layer.
    private static double[][] reference(Dcn.Config config, PlainValues values, boolean training) {
        Plain plain = new Plain(values, training);
        double[][] x0 = Plain.flat(plain.fields(config.embeddingDim(), config.dense(), config.bottom()));
        int width = x0[0].length;
        double[] bias = values.parameter("cross.bias");
        double[][] x = x0;
        for (int layer = 0; layer < config.layers(); layer++) {
            int at = layer * width;
            double[] weight = Arrays.copyOfRange(values.parameter("cross.weight"), at, at + width);
            double[][] next = new double[x.length][width];
            for (int row = 0; row < x.length; row++) {
                for (int c = 0; c < width; c++) {
                    next[row][c] = x0[row][c] * Plain.dot(weight, x[row]) + bias[at + c] + x[row][c];
                }
            }
            x = next;
        }
        return config.deep().hidden().isEmpty()
                ? plain.linear("out", x)
                : plain.linear("out", Plain.concat(x, plain.hidden("deep", config.deep(), x0)));
    }
}
