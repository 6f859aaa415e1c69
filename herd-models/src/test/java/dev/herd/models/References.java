package dev.herd.models;

import dev.herd.models.dcnv2.CrossNetwork;
import dev.herd.models.dcnv2.Dcnv2;
import dev.herd.models.deepfm.DeepFm;
import dev.herd.models.dlrm.Dlrm;
import dev.herd.models.dnn.DeepNetwork;
import dev.herd.models.fm.FactorizationMachine;
import dev.herd.models.lr.LogisticRegression;
import dev.herd.models.wukong.Projection;
import dev.herd.models.wukong.Wukong;
import java.util.List;

/// The models once more, from the papers' formulas, by explicit sums in double precision: logits `[B][K]`.
final class References {
    private References() {}

    static double[][] lr(LogisticRegression.Config config, PlainValues values, boolean training) {
        return linearTerm(values, "", values.parameter("bias"));
    }

    /// A linear term whose bias is `bias`.
    private static double[][] linearTerm(PlainValues values, String prefix, double[] bias) {
        double[][] logits = new Plain(values, false).linearTerm(prefix, DenseInputs.EMBED);
        for (double[] row : logits) {
            for (int k = 0; k < row.length; k++) {
                row[k] += bias[k];
            }
        }
        return logits;
    }

    /// The inner products of all pairs of fields, one pair at a time.
    private static double[][] pairs(double[][][] fields, int tasks, int width) {
        double[][] result = new double[fields.length][tasks];
        for (int row = 0; row < fields.length; row++) {
            for (int i = 0; i < fields[row].length; i++) {
                for (int j = i + 1; j < fields[row].length; j++) {
                    for (int c = 0; c < tasks * width; c++) {
                        result[row][c / width] += fields[row][i][c] * fields[row][j][c];
                    }
                }
            }
        }
        return result;
    }

    static double[][] fm(FactorizationMachine.Config config, PlainValues values, boolean training) {
        int width = config.embeddingDim();
        double[][][] fields =
                new Plain(values, training).fields(width * values.tasks, DenseInputs.EMBED, Cases.NO_HIDDEN);
        return Plain.add(
                linearTerm(values, "linear.", values.parameter("linear.bias")), pairs(fields, values.tasks, width));
    }

    static double[][] dnn(DeepNetwork.Config config, PlainValues values, boolean training) {
        Plain plain = new Plain(values, training);
        double[][][] fields = plain.fields(config.embeddingDim(), config.dense(), config.bottom());
        return plain.mlp("deep", config.deep(), Plain.flat(fields));
    }

    static double[][] deepFm(DeepFm.Config config, PlainValues values, boolean training) {
        Plain plain = new Plain(values, training);
        int width = config.embeddingDim();
        double[][][] fields = plain.fields(width * values.tasks, DenseInputs.EMBED, Cases.NO_HIDDEN);
        double[][] wide = Plain.add(plain.linearTerm("linear.", DenseInputs.EMBED), pairs(fields, values.tasks, width));
        return Plain.add(wide, plain.mlp("deep", config.deep(), Plain.flat(fields)));
    }

    static double[][] dlrm(Dlrm.Config config, PlainValues values, boolean training) {
        Plain plain = new Plain(values, training);
        double[][][] fields = plain.fields(config.embeddingDim(), config.dense(), config.bottom());
        if (config.interaction() == Dlrm.Interaction.CAT) {
            return plain.mlp("top", config.top(), Plain.flat(fields));
        }
        int n = fields[0].length;
        double[][] dots = new double[fields.length][n * (n - 1) / 2];
        for (int row = 0; row < fields.length; row++) {
            int at = 0;
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < i; j++) {
                    dots[row][at++] = Plain.dot(fields[row][i], fields[row][j]);
                }
            }
        }
        if (config.dense() != DenseInputs.MLP || values.inputs == 0) {
            return plain.mlp("top", config.top(), dots);
        }
        double[][] bottom = new double[fields.length][];
        for (int row = 0; row < fields.length; row++) {
            bottom[row] = fields[row][n - 1];
        }
        return plain.mlp("top", config.top(), Plain.concat(bottom, dots));
    }

    static double[][] dcnv2(Dcnv2.Config config, PlainValues values, boolean training) {
        Plain plain = new Plain(values, training);
        double[][] x0 = Plain.flat(plain.fields(config.embeddingDim(), config.dense(), config.bottom()));
        double[][] crossed = cross(config.cross(), plain, values, x0);
        return switch (config.structure()) {
            case CROSS_ONLY -> plain.linear("out", crossed);
            case STACKED -> plain.mlp("deep", config.deep(), crossed);
            case PARALLEL -> plain.linear("out", Plain.concat(crossed, plain.hidden("deep", config.deep(), x0)));
        };
    }

    private static double[][] cross(CrossNetwork.Config config, Plain plain, PlainValues values, double[][] x0) {
        double[][] x = x0;
        for (int layer = 0; layer < config.layers(); layer++) {
            String scope = "cross." + layer;
            double[][] inner;
            if (config.experts() > 1) {
                inner = mixture(config, plain, values, scope, x);
            } else if (config.rank() > 0) {
                inner = plain.linear(scope + ".u", plain.linear(scope + ".v", x));
            } else {
                inner = plain.linear(scope, x);
            }
            double[][] next = new double[x.length][x[0].length];
            for (int row = 0; row < x.length; row++) {
                for (int c = 0; c < x[row].length; c++) {
                    next[row][c] = x0[row][c] * inner[row][c] + x[row][c];
                }
            }
            x = next;
        }
        return x;
    }

    /// `sum_i g_i (U_i tanh(C_i tanh(V_i x)) + b)`, with the bias inside every expert as in the paper.
    private static double[][] mixture(
            CrossNetwork.Config config, Plain plain, PlainValues values, String scope, double[][] x) {
        double[][] gates = plain.linear("cross.gates", x);
        double[] bias = values.parameter(scope + ".bias");
        double[][] result = new double[x.length][x[0].length];
        for (int e = 0; e < config.experts(); e++) {
            String expert = scope + ".expert" + e;
            double[][] inner = Plain.map(plain.linear(expert + ".v", x), Math::tanh);
            double[][] out = plain.linear(expert + ".u", Plain.map(plain.linear(expert + ".c", inner), Math::tanh));
            for (int row = 0; row < x.length; row++) {
                double total = 0;
                for (double gate : gates[row]) {
                    total += Math.exp(gate);
                }
                for (int c = 0; c < x[row].length; c++) {
                    result[row][c] += Math.exp(gates[row][e]) / total * (out[row][c] + bias[c]);
                }
            }
        }
        return result;
    }

    static double[][] wukong(Wukong.Config config, PlainValues values, boolean training) {
        Plain plain = new Plain(values, training);
        double[][][] x = plain.fields(config.embeddingDim(), config.dense(), config.bottom());
        for (int layer = 0; layer < config.layers(); layer++) {
            int fm = at(config.fmEmbeddings(), layer);
            int lcb = at(config.lcbEmbeddings(), layer);
            x = wukongLayer(config, plain, values, "layer" + layer, x, fm, fm + lcb);
        }
        return plain.mlp("head", config.head(), Plain.flat(x));
    }

    private static double[][][] wukongLayer(
            Wukong.Config config, Plain plain, PlainValues values, String scope, double[][][] x, int fm, int out) {
        int n = x[0].length;
        int width = config.embeddingDim();
        double[][] products = products(config.projection(), plain, values, scope + ".fmb", x);
        if (config.layerNorm()) {
            products = plain.layerNorm(scope + ".fmb.norm", products);
        }
        double[][] made = plain.mlp(scope + ".fmb.mlp", config.mlp(), products);
        double[] compress = values.parameter(scope + ".lcb.weight");
        double[][][] result = new double[x.length][out][width];
        for (int row = 0; row < x.length; row++) {
            for (int m = 0; m < out; m++) {
                for (int d = 0; d < width; d++) {
                    double sum = m < fm ? made[row][m * width + d] : combine(compress, m - fm, x[row], d);
                    sum += n == out
                            ? x[row][m][d]
                            : combine(values.parameter(scope + ".residual.weight"), m, x[row], d);
                    result[row][m][d] = sum;
                }
            }
            if (config.layerNorm()) {
                result[row] = plain.layerNorm(scope + ".norm", result[row]);
            }
        }
        return result;
    }

    /// `flatten(X X^T Y)`, the full product first.
    private static double[][] products(
            Projection projection, Plain plain, PlainValues values, String scope, double[][][] x) {
        int n = x[0].length;
        double[][] result = new double[x.length][];
        double[][] attended = projection instanceof Projection.Attentive attentive
                ? plain.mlp(scope + ".attention", attentive.mlp(), compressed(attentive, values, scope, x))
                : new double[0][];
        for (int row = 0; row < x.length; row++) {
            double[] y = switch (projection) {
                case Projection.Full() -> new double[0];
                case Projection.Static fixed -> values.parameter(scope + ".y");
                case Projection.Attentive attentive -> attended[row];
            };
            int k = y.length == 0 ? n : y.length / n;
            result[row] = new double[n * k];
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    double product = Plain.dot(x[row][i], x[row][j]);
                    for (int c = 0; c < k; c++) {
                        double factor = y.length == 0 ? (c == j ? 1 : 0) : y[j * k + c];
                        result[row][i * k + c] += product * factor;
                    }
                }
            }
        }
        return result;
    }

    private static double[][] compressed(
            Projection.Attentive attentive, PlainValues values, String scope, double[][][] x) {
        double[] weight = values.parameter(scope + ".compress.weight");
        double[][][] result = new double[x.length][x[0][0].length][attentive.compressed()];
        for (int row = 0; row < x.length; row++) {
            for (int c = 0; c < attentive.compressed(); c++) {
                for (int d = 0; d < x[0][0].length; d++) {
                    result[row][d][c] = combine(weight, c, x[row], d);
                }
            }
        }
        return Plain.flat(result);
    }

    /// Entry d of a linear combination of embeddings.
    private static double combine(double[] weight, int m, double[][] embeddings, int d) {
        double sum = 0;
        for (int i = 0; i < embeddings.length; i++) {
            sum += weight[m * embeddings.length + i] * embeddings[i][d];
        }
        return sum;
    }

    private static int at(List<Integer> counts, int layer) {
        return counts.get(counts.size() == 1 ? 0 : layer);
    }
}
