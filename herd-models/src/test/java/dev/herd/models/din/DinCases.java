package dev.herd.models.din;

import dev.herd.data.FeatureSchema;
import dev.herd.models.Cases;
import dev.herd.models.Cases.Case;
import dev.herd.models.DenseInputs;
import dev.herd.models.Plain;
import dev.herd.models.PlainValues;
import dev.herd.models.Schemas;
import dev.herd.models.behavior.Behavior;
import java.util.ArrayList;
import java.util.List;

/// The deep interest network from the paper's formulas, behavior by behavior.
public final class DinCases {
    private static final int WIDTH = 3;
    private static final FeatureSchema SCHEMA = Schemas.withSequences(1, 2);

    private DinCases() {}

    public static List<Case<?>> all() {
        Behavior history = Behavior.of("history", "item").withMaxLength(4);
        Behavior searches = new Behavior("searches", "tags", 3, false);
        return List.of(
                din("din, dice", SCHEMA, UnitActivation.Kind.DICE, false, history),
                din("din, prelu, two sequences", SCHEMA, UnitActivation.Kind.PRELU, false, history, searches),
                din(
                        "din, softmax, two tasks",
                        Schemas.withSequences(2, 0),
                        UnitActivation.Kind.SIGMOID,
                        true,
                        searches),
                din("din, relu, one place", SCHEMA, UnitActivation.Kind.RELU, false, history.withMaxLength(1)));
    }

    private static Case<?> din(
            String name, FeatureSchema schema, UnitActivation.Kind kind, boolean softmax, Behavior... behaviors) {
        Din.Config config = new Din.Config(
                WIDTH,
                List.of(behaviors),
                DenseInputs.EMBED,
                Cases.PLAIN,
                new ActivationUnit.Config(List.of(4, 3), kind, softmax),
                Cases.PLAIN);
        return Cases.of(
                name, new Din(), config, schema, (keys, values, training) -> logits(keys, schema, values, training));
    }

    private static double[][] logits(Din.Config config, FeatureSchema schema, PlainValues values, boolean training) {
        Plain plain = new Plain(values, training);
        double[][][] fields = plain.fields(WIDTH, config.dense(), config.bottom());
        double[][] all = Plain.flat(fields);
        for (Behavior behavior : config.behaviors()) {
            int target = pooled(config, schema).indexOf(behavior.target());
            all = Plain.concat(all, interest(config, values, plain, training, behavior.sequence(), fields, target));
        }
        return plain.mlp("deep", config.deep(), all);
    }

    private static List<String> pooled(Din.Config config, FeatureSchema schema) {
        List<String> names = new ArrayList<>();
        schema.sparse().forEach(feature -> names.add(feature.name()));
        config.behaviors().forEach(behavior -> names.remove(behavior.sequence()));
        return names;
    }

    private static double[][] interest(
            Din.Config config,
            PlainValues values,
            Plain plain,
            boolean training,
            String feature,
            double[][][] fields,
            int target) {
        List<double[]> seen = new ArrayList<>();
        for (int row = 0; row < values.batch; row++) {
            for (double[] behavior : values.sequence(feature).row(row)) {
                seen.add(together(behavior, fields[row][target]));
            }
        }
        double[][] x = seen.toArray(double[][]::new);
        String scope = "attention." + feature;
        for (int i = 0; i < config.attention().hidden().size(); i++) {
            x = plain.linear(scope + "." + i, x);
            x = activate(config.attention().activation(), values, training, scope + "." + i + ".activation", x);
        }
        double[][] scores = plain.linear(scope + ".out", x);
        double[][] result = new double[values.batch][WIDTH];
        int next = 0;
        for (int row = 0; row < values.batch; row++) {
            double[][] behaviors = values.sequence(feature).row(row);
            double[] weights = new double[behaviors.length];
            double sum = 0;
            for (int i = 0; i < weights.length; i++) {
                double score = scores[next++][0];
                weights[i] = config.attention().softmax() ? Math.exp(score) : score;
                sum += weights[i];
            }
            for (int i = 0; i < weights.length; i++) {
                for (int d = 0; d < WIDTH; d++) {
                    result[row][d] +=
                            weights[i] * behaviors[i][d] / (config.attention().softmax() ? sum : 1);
                }
            }
        }
        return result;
    }

    private static double[] together(double[] behavior, double[] target) {
        double[] seen = new double[4 * WIDTH];
        for (int d = 0; d < WIDTH; d++) {
            seen[d] = behavior[d];
            seen[WIDTH + d] = target[d];
            seen[2 * WIDTH + d] = behavior[d] - target[d];
            seen[3 * WIDTH + d] = behavior[d] * target[d];
        }
        return seen;
    }

    private static double[][] activate(
            UnitActivation.Kind kind, PlainValues values, boolean training, String scope, double[][] x) {
        return switch (kind) {
            case RELU -> Plain.map(x, v -> Math.max(v, 0));
            case SIGMOID -> Plain.map(x, v -> 1 / (1 + Math.exp(-v)));
            case PRELU -> {
                double[] alpha = values.parameter(scope + ".alpha");
                double[][] result = new double[x.length][x[0].length];
                for (int row = 0; row < x.length; row++) {
                    for (int c = 0; c < alpha.length; c++) {
                        result[row][c] = x[row][c] > 0 ? x[row][c] : alpha[c] * x[row][c];
                    }
                }
                yield result;
            }
            case DICE -> dice(values, training, scope, x);
        };
    }

    private static double[][] dice(PlainValues values, boolean training, String scope, double[][] x) {
        double[][] result = new double[x.length][x[0].length];
        for (int c = 0; c < x[0].length; c++) {
            double mean = values.parameter(scope + ".running_mean")[c];
            double var = values.parameter(scope + ".running_var")[c];
            if (training) {
                mean = 0;
                var = 0;
                for (double[] row : x) {
                    mean += row[c] / x.length;
                }
                for (double[] row : x) {
                    var += (row[c] - mean) * (row[c] - mean) / x.length;
                }
            }
            double alpha = values.parameter(scope + ".alpha")[c];
            for (int row = 0; row < x.length; row++) {
                double p = 1 / (1 + Math.exp(-(x[row][c] - mean) / Math.sqrt(var + 1e-8)));
                result[row][c] = p * x[row][c] + (1 - p) * alpha * x[row][c];
            }
        }
        return result;
    }
}
