package dev.herd.models.bst;

import dev.herd.data.FeatureSchema;
import dev.herd.models.Cases;
import dev.herd.models.Cases.Case;
import dev.herd.models.DenseInputs;
import dev.herd.models.Plain;
import dev.herd.models.PlainValues;
import dev.herd.models.Schemas;
import dev.herd.models.behavior.Behavior;
import dev.herd.nn.layer.Mlp;
import dev.herd.nn.layer.TransformerEncoder;
import java.util.ArrayList;
import java.util.List;

/// The behavior sequence transformer from the papers' formulas, row by row and without any padding.
public final class BstCases {
    private static final int WIDTH = 3;
    private static final FeatureSchema SCHEMA = Schemas.withSequences(1, 2);

    private BstCases() {}

    public static List<Case<?>> all() {
        Behavior history = Behavior.of("history", "item").withMaxLength(4);
        Behavior searches = new Behavior("searches", "tags", 2, false);
        return List.of(
                bst("bst, target", SCHEMA, 1, PositionPooling.TARGET, history),
                bst("bst, mean, two layers", SCHEMA, 2, PositionPooling.MEAN, history),
                bst(
                        "bst, sum, two sequences and tasks",
                        Schemas.withSequences(2, 0),
                        1,
                        PositionPooling.SUM,
                        history,
                        searches));
    }

    private static Case<?> bst(
            String name, FeatureSchema schema, int layers, PositionPooling pooling, Behavior... behaviors) {
        Bst.Config config = new Bst.Config(
                WIDTH,
                List.of(behaviors),
                DenseInputs.EMBED,
                Cases.PLAIN,
                layers,
                new TransformerEncoder.Config(2, 5, 0),
                pooling,
                Cases.PLAIN);
        return Cases.of(
                name, new Bst(), config, schema, (keys, values, training) -> logits(keys, schema, values, training));
    }

    private static double[][] logits(Bst.Config config, FeatureSchema schema, PlainValues values, boolean training) {
        Plain plain = new Plain(values, training);
        double[][][] fields = plain.fields(WIDTH, config.dense(), config.bottom());
        double[][] all = Plain.flat(fields);
        for (Behavior behavior : config.behaviors()) {
            int target = pooled(config, schema).indexOf(behavior.target());
            double[][] pooled = new double[values.batch][];
            for (int row = 0; row < values.batch; row++) {
                double[][] items = values.sequence(behavior.sequence()).row(row);
                pooled[row] = transformed(config, values, plain, behavior, items, fields[row][target]);
            }
            all = Plain.concat(all, pooled);
        }
        return plain.mlp("deep", config.deep(), all);
    }

    private static List<String> pooled(Bst.Config config, FeatureSchema schema) {
        List<String> names = new ArrayList<>();
        schema.sparse().forEach(feature -> names.add(feature.name()));
        config.behaviors().forEach(behavior -> names.remove(behavior.sequence()));
        return names;
    }

    private static double[] transformed(
            Bst.Config config, PlainValues values, Plain plain, Behavior behavior, double[][] items, double[] target) {
        String scope = "transformer." + behavior.sequence();
        double[] position = values.parameter(scope + ".position");
        int count = items.length + 1;
        double[][] x = new double[count][2 * WIDTH];
        for (int i = 0; i < count; i++) {
            int distance = count - 1 - i;
            for (int d = 0; d < WIDTH; d++) {
                x[i][d] = i < items.length ? items[i][d] : target[d];
                x[i][WIDTH + d] = position[(behavior.maxLength() - distance) * WIDTH + d];
            }
        }
        for (int layer = 0; layer < config.layers(); layer++) {
            x = encoder(plain, scope + "." + layer, config.transformer(), x);
        }
        double[] result = new double[2 * WIDTH];
        for (int i = 0; i < count; i++) {
            double weight = switch (config.pooling()) {
                case TARGET -> i == count - 1 ? 1 : 0;
                case MEAN -> 1.0 / count;
                case SUM -> 1;
            };
            for (int d = 0; d < result.length; d++) {
                result[d] += weight * x[i][d];
            }
        }
        return result;
    }

    public static double[][] encoder(Plain plain, String scope, TransformerEncoder.Config config, double[][] x) {
        double[][] y = plain.layerNorm(
                scope + ".attention_norm", sum(x, attention(plain, scope + ".attention", config.heads(), x)));
        double[][] fed = plain.mlp(scope + ".ffn", Mlp.Config.of(config.feedForward()), y);
        return plain.layerNorm(scope + ".norm", sum(y, fed));
    }

    private static double[][] attention(Plain plain, String scope, int heads, double[][] x) {
        double[][] query = plain.linear(scope + ".query", x);
        double[][] key = plain.linear(scope + ".key", x);
        double[][] value = plain.linear(scope + ".value", x);
        int width = x[0].length;
        int size = width / heads;
        double[][] mixed = new double[x.length][width];
        for (int i = 0; i < x.length; i++) {
            for (int head = 0; head < heads; head++) {
                double[] weights = new double[x.length];
                double total = 0;
                for (int j = 0; j < x.length; j++) {
                    double dot = 0;
                    for (int d = head * size; d < (head + 1) * size; d++) {
                        dot += query[i][d] * key[j][d];
                    }
                    weights[j] = Math.exp(dot / Math.sqrt(size));
                    total += weights[j];
                }
                for (int j = 0; j < x.length; j++) {
                    for (int d = head * size; d < (head + 1) * size; d++) {
                        mixed[i][d] += weights[j] / total * value[j][d];
                    }
                }
            }
        }
        return plain.linear(scope + ".out", mixed);
    }

    private static double[][] sum(double[][] a, double[][] b) {
        double[][] result = new double[a.length][a[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int d = 0; d < a[i].length; d++) {
                result[i][d] = a[i][d] + b[i][d];
            }
        }
        return result;
    }
}
