package dev.herd.models.finalmlp;

import dev.herd.data.FeatureSchema;
import dev.herd.models.Cases;
import dev.herd.models.Cases.Case;
import dev.herd.models.DenseInputs;
import dev.herd.models.Plain;
import dev.herd.models.PlainValues;
import dev.herd.models.Schemas;
import dev.herd.models.finalmlp.FinalMlp.Stream;
import dev.herd.nn.layer.Activation;
import dev.herd.nn.layer.Mlp;
import dev.herd.nn.layer.Normalization;
import java.util.List;

/// FinalMLP with gates of every kind, and without.
public final class FinalMlpCases {
    private static final FeatureSchema BOTH = Schemas.of(2, 3, 30);
    private static final FeatureSchema TWO_TASKS = Schemas.of(2, 1, 3, 30);
    private static final Mlp.Config FIRST = Mlp.Config.of(5, 4).withNormalization(Normalization.BATCH);
    private static final Mlp.Config SECOND = Mlp.Config.of(6).withActivation(Activation.TANH);

    private FinalMlpCases() {}

    public static List<Case<?>> all() {
        return List.of(
                of("finalmlp, context in both streams", TWO_TASKS, true, List.of("c0"), List.of("c2", "c1")),
                of("finalmlp, context in one stream", BOTH, true, List.of(), List.of("c1")),
                of("finalmlp, no gates", BOTH, false, List.of("c0"), List.of()));
    }

    private static Case<?> of(
            String name, FeatureSchema schema, boolean selection, List<String> first, List<String> second) {
        FinalMlp.Config config = new FinalMlp.Config(
                2,
                DenseInputs.EMBED,
                Cases.NO_HIDDEN,
                selection,
                List.of(4),
                new Stream(FIRST, first),
                new Stream(SECOND, second),
                2);
        return Cases.of(name, new FinalMlp(), config, schema, FinalMlpCases::logits);
    }

    private static double[][] logits(FinalMlp.Config config, PlainValues values, boolean training) {
        Plain plain = new Plain(values, training);
        double[][] embeddings = Plain.flat(plain.fields(config.embeddingDim(), config.dense(), config.bottom()));
        double[][] x = stream("first", config.first(), config, plain, values, embeddings);
        double[][] y = stream("second", config.second(), config, plain, values, embeddings);
        double[][] logits = plain.linear("fusion.x", x);
        double[][] other = plain.linear("fusion.y", y);
        for (int row = 0; row < values.batch; row++) {
            for (int k = 0; k < values.tasks; k++) {
                logits[row][k] += other[row][k] + bilinear(config.heads(), values, x[row], y[row], k);
            }
        }
        return logits;
    }

    private static double bilinear(int heads, PlainValues values, double[] x, double[] y, int k) {
        double[] weight = values.parameter("fusion.weight");
        int left = x.length / heads;
        int right = y.length / heads;
        double sum = 0;
        for (int h = 0; h < heads; h++) {
            for (int i = 0; i < left; i++) {
                for (int j = 0; j < right; j++) {
                    double w = weight[((h * left + i) * values.tasks + k) * right + j];
                    sum += x[h * left + i] * w * y[h * right + j];
                }
            }
        }
        return sum;
    }

    private static double[][] stream(
            String name, Stream stream, FinalMlp.Config config, Plain plain, PlainValues values, double[][] x) {
        return plain.hidden(
                name + ".mlp",
                stream.mlp(),
                config.featureSelection() ? gated(name, stream, config, plain, values, x) : x);
    }

    private static double[][] gated(
            String name, Stream stream, FinalMlp.Config config, Plain plain, PlainValues values, double[][] x) {
        int width = Math.max(1, stream.context().size()) * config.embeddingDim();
        double[][] context = new double[values.batch][width];
        for (int row = 0; row < values.batch; row++) {
            if (stream.context().isEmpty()) {
                context[row] = values.parameter(name + ".context");
            } else {
                System.arraycopy(values.embedding(name + "_context"), row * width, context[row], 0, width);
            }
        }
        Mlp.Config hidden = Mlp.Config.of(config.gate().toArray(Integer[]::new));
        double[][] gates = plain.activate(Activation.SIGMOID, plain.mlp(name + ".gate", hidden, context));
        double[][] result = new double[values.batch][x[0].length];
        for (int row = 0; row < values.batch; row++) {
            for (int c = 0; c < result[row].length; c++) {
                result[row][c] = 2 * gates[row][c] * x[row][c];
            }
        }
        return result;
    }
}
