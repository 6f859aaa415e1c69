package dev.herd.models.fibinet;

import dev.herd.data.FeatureSchema;
import dev.herd.models.Cases;
import dev.herd.models.Cases.Case;
import dev.herd.models.DenseInputs;
import dev.herd.models.Plain;
import dev.herd.models.PlainValues;
import dev.herd.models.Schemas;
import dev.herd.models.fibinet.FiBiNet.Bilinear;
import dev.herd.nn.layer.Activation;
import dev.herd.nn.layer.Mlp;
import java.util.List;

/// FiBiNET with every kind of bilinear product.
public final class FiBiNetCases {
    private static final FeatureSchema BOTH = Schemas.of(2, 3, 30);
    private static final FeatureSchema TWO_TASKS = Schemas.of(2, 1, 3, 30);
    private static final Mlp.Config DEEP = Mlp.Config.of(4).withActivation(Activation.TANH);

    private FiBiNetCases() {}

    public static List<Case<?>> all() {
        return List.of(
                of("fibinet, one matrix", BOTH, Bilinear.FIELD_ALL, true),
                of("fibinet, a matrix per field", TWO_TASKS, Bilinear.FIELD_EACH, true),
                of("fibinet, a matrix per pair, not shared", TWO_TASKS, Bilinear.FIELD_INTERACTION, false));
    }

    private static Case<?> of(String name, FeatureSchema schema, Bilinear bilinear, boolean shared) {
        FiBiNet.Config config = new FiBiNet.Config(2, 1.5, bilinear, shared, DEEP);
        return Cases.of(name, new FiBiNet(), config, schema, FiBiNetCases::logits);
    }

    private static double[][] logits(FiBiNet.Config config, PlainValues values, boolean training) {
        Plain plain = new Plain(values, training);
        double[][][] fields = plain.fields(config.embeddingDim(), DenseInputs.EMBED, Cases.NO_HIDDEN);
        double[][] pairs = pairs(config, values, "bilinear", fields);
        String other = config.sharedBilinear() ? "bilinear" : "reweighted_bilinear";
        double[][] reweighted = pairs(config, values, other, reweighted(plain, fields));
        double[][] deep = plain.mlp("deep", config.deep(), Plain.concat(pairs, reweighted));
        for (int row = 0; row < values.batch; row++) {
            for (int k = 0; k < values.tasks; k++) {
                deep[row][k] += linear(values, row, k);
            }
        }
        return deep;
    }

    private static double linear(PlainValues values, int row, int k) {
        double sum = 0;
        for (int f = 0; f < values.sparse; f++) {
            sum += values.embedding("linear")[(row * values.sparse + f) * values.tasks + k];
        }
        for (int i = 0; i < values.inputs; i++) {
            sum += values.dense[row * values.inputs + i]
                    * values.parameter("linear.embedding.dense")[k * values.inputs + i];
        }
        return sum;
    }

    private static double[][][] reweighted(Plain plain, double[][][] fields) {
        int n = fields[0].length;
        double[][] means = new double[fields.length][n];
        for (int row = 0; row < fields.length; row++) {
            for (int f = 0; f < n; f++) {
                for (double v : fields[row][f]) {
                    means[row][f] += v / fields[row][f].length;
                }
            }
        }
        double[][] squeezed = plain.activate(Activation.RELU, plain.linear("senet.squeeze", means));
        double[][] weights = plain.activate(Activation.RELU, plain.linear("senet.excitation", squeezed));
        double[][][] result = new double[fields.length][n][fields[0][0].length];
        for (int row = 0; row < fields.length; row++) {
            for (int f = 0; f < n; f++) {
                for (int d = 0; d < result[row][f].length; d++) {
                    result[row][f][d] = weights[row][f] * fields[row][f][d];
                }
            }
        }
        return result;
    }

    /// Pair by pair.
    private static double[][] pairs(FiBiNet.Config config, PlainValues values, String scope, double[][][] fields) {
        double[] weight = values.parameter(scope + ".weight");
        int n = fields[0].length;
        int width = config.embeddingDim();
        double[][] result = new double[fields.length][n * (n - 1) / 2 * width];
        for (int row = 0; row < fields.length; row++) {
            int pair = 0;
            for (int i = 0; i < n; i++) {
                for (int j = i + 1; j < n; j++) {
                    int matrix = switch (config.bilinear()) {
                        case FIELD_ALL -> 0;
                        case FIELD_EACH -> i;
                        case FIELD_INTERACTION -> pair;
                    };
                    for (int d = 0; d < width; d++) {
                        double mapped = 0;
                        for (int c = 0; c < width; c++) {
                            mapped += fields[row][i][c] * weight[(matrix * width + c) * width + d];
                        }
                        result[row][pair * width + d] = mapped * fields[row][j][d];
                    }
                    pair++;
                }
            }
        }
        return result;
    }
}
