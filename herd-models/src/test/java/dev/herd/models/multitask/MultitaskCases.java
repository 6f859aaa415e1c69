package dev.herd.models.multitask;

import dev.herd.data.FeatureSchema;
import dev.herd.models.Cases;
import dev.herd.models.Cases.Case;
import dev.herd.models.DenseInputs;
import dev.herd.models.Plain;
import dev.herd.models.PlainValues;
import dev.herd.models.Schemas;
import dev.herd.models.mmoe.Mmoe;
import dev.herd.models.ple.Ple;
import dev.herd.models.sharedbottom.SharedBottom;
import dev.herd.nn.layer.Activation;
import dev.herd.nn.layer.Mlp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// The models with a tower per label, with one label, two and three.
public final class MultitaskCases {
    private static final FeatureSchema ONE = Schemas.of(2, 3, 30);
    private static final FeatureSchema TWO = Schemas.of(2, 1, 3, 30);
    private static final FeatureSchema THREE = Schemas.of(3, 1, 2, 20);
    private static final Mlp.Config NONE = Cases.NO_HIDDEN;
    private static final Mlp.Config EXPERT = Mlp.Config.of(4, 3).withActivation(Activation.TANH);
    private static final Mlp.Config TOWER = Mlp.Config.of(3);

    private MultitaskCases() {}

    public static List<Case<?>> all() {
        return List.of(
                sharedBottom("sharedbottom of two labels", TWO),
                sharedBottom("sharedbottom of one label", ONE),
                mmoe("mmoe of three labels", THREE, NONE),
                mmoe("mmoe of two labels, deep gates", TWO, TOWER),
                mmoe("mmoe of one label", ONE, NONE),
                ple("ple of two labels, two levels", TWO, 2, NONE),
                ple("ple of three labels, one level", THREE, 1, TOWER),
                ple("ple of one label, two levels", ONE, 2, NONE));
    }

    private static Case<?> sharedBottom(String name, FeatureSchema schema) {
        SharedBottom.Config config = new SharedBottom.Config(2, DenseInputs.EMBED, NONE, EXPERT, TOWER);
        return Cases.of(name, new SharedBottom(), config, schema, (keys, values, training) -> {
            Plain plain = new Plain(values, training);
            double[][] shared = plain.hidden("shared", keys.shared(), input(plain));
            return towers(plain, keys.tower(), Collections.nCopies(values.tasks, shared));
        });
    }

    private static Case<?> mmoe(String name, FeatureSchema schema, Mlp.Config gate) {
        Mmoe.Config config = new Mmoe.Config(2, DenseInputs.EMBED, NONE, 3, EXPERT, gate, TOWER);
        return Cases.of(name, new Mmoe(), config, schema, (keys, values, training) -> {
            Plain plain = new Plain(values, training);
            double[][] x = input(plain);
            List<double[][]> experts = experts(plain, "expert", keys.expert(), keys.experts(), x);
            List<double[][]> mixed = new ArrayList<>();
            for (int task = 0; task < values.tasks; task++) {
                mixed.add(mix(plain.mlp("gate." + task, keys.gate(), x), experts));
            }
            return towers(plain, keys.tower(), mixed);
        });
    }

    private static Case<?> ple(String name, FeatureSchema schema, int levels, Mlp.Config gate) {
        Ple.Config config = new Ple.Config(2, DenseInputs.EMBED, NONE, levels, 2, 1, EXPERT, gate, TOWER);
        return Cases.of(name, new Ple(), config, schema, MultitaskCases::ple);
    }

    private static double[][] ple(Ple.Config config, PlainValues values, boolean training) {
        Plain plain = new Plain(values, training);
        List<double[][]> x = new ArrayList<>(Collections.nCopies(values.tasks + 1, input(plain)));
        for (int level = 0; level < config.levels(); level++) {
            String scope = "level" + level;
            double[][] sharedInput = x.get(values.tasks);
            List<double[][]> shared =
                    experts(plain, scope + ".shared.expert", config.expert(), config.sharedExperts(), sharedInput);
            List<double[][]> everyone = new ArrayList<>();
            for (int task = 0; task < values.tasks; task++) {
                String part = scope + ".task" + task;
                List<double[][]> own =
                        experts(plain, part + ".expert", config.expert(), config.taskExperts(), x.get(task));
                everyone.addAll(own);
                List<double[][]> seen = new ArrayList<>(own);
                seen.addAll(shared);
                x.set(task, mix(plain.mlp(part + ".gate", config.gate(), x.get(task)), seen));
            }
            everyone.addAll(shared);
            if (level < config.levels() - 1) {
                double[][] weights = plain.mlp(scope + ".shared.gate", config.gate(), sharedInput);
                x.set(values.tasks, mix(weights, everyone));
            }
        }
        return towers(plain, config.tower(), x.subList(0, values.tasks));
    }

    private static double[][] input(Plain plain) {
        return Plain.flat(plain.fields(2, DenseInputs.EMBED, NONE));
    }

    private static List<double[][]> experts(Plain plain, String scope, Mlp.Config config, int count, double[][] x) {
        List<double[][]> experts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            experts.add(plain.hidden(scope + "." + i, config, x));
        }
        return experts;
    }

    /// The experts by the softmax of the scores, one row and column at a time.
    private static double[][] mix(double[][] scores, List<double[][]> experts) {
        double[][] result = new double[scores.length][experts.getFirst()[0].length];
        for (int row = 0; row < scores.length; row++) {
            double total = Arrays.stream(scores[row]).map(Math::exp).sum();
            for (int c = 0; c < result[row].length; c++) {
                for (int e = 0; e < experts.size(); e++) {
                    result[row][c] += Math.exp(scores[row][e]) / total * experts.get(e)[row][c];
                }
            }
        }
        return result;
    }

    private static double[][] towers(Plain plain, Mlp.Config config, List<double[][]> inputs) {
        double[][] logits = new double[inputs.getFirst().length][0];
        for (int task = 0; task < inputs.size(); task++) {
            logits = Plain.concat(logits, plain.mlp("tower." + task, config, inputs.get(task)));
        }
        return logits;
    }
}
