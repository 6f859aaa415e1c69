package dev.herd.models.masknet;

import dev.herd.data.FeatureSchema;
import dev.herd.models.Cases;
import dev.herd.models.Cases.Case;
import dev.herd.models.DenseInputs;
import dev.herd.models.Plain;
import dev.herd.models.PlainValues;
import dev.herd.models.Schemas;
import dev.herd.models.masknet.MaskNet.Structure;
import dev.herd.nn.layer.Activation;
import dev.herd.nn.layer.Mlp;
import java.util.Arrays;
import java.util.List;

/// MaskNet in both structures, with and without its norms.
public final class MaskNetCases {
    private static final FeatureSchema BOTH = Schemas.of(2, 3, 30);
    private static final FeatureSchema TWO_TASKS = Schemas.of(2, 1, 3, 30);

    private MaskNetCases() {}

    public static List<Case<?>> all() {
        return List.of(
                of("masknet, serial", BOTH, config(Structure.SERIAL, true, true)),
                of("masknet, serial, no norms", TWO_TASKS, config(Structure.SERIAL, false, false)),
                of("masknet, parallel", TWO_TASKS, config(Structure.PARALLEL, true, true)),
                of("masknet, parallel, norm in the blocks alone", BOTH, config(Structure.PARALLEL, false, true)));
    }

    private static MaskNet.Config config(Structure structure, boolean embeddingNorm, boolean blockNorm) {
        return new MaskNet.Config(
                3,
                DenseInputs.EMBED,
                Cases.NO_HIDDEN,
                structure,
                List.of(4, 5),
                1.5,
                embeddingNorm,
                blockNorm,
                0,
                Mlp.Config.of(4).withActivation(Activation.TANH));
    }

    private static Case<?> of(String name, FeatureSchema schema, MaskNet.Config config) {
        return Cases.of(name, new MaskNet(), config, schema, MaskNetCases::logits);
    }

    private static double[][] logits(MaskNet.Config config, PlainValues values, boolean training) {
        Plain plain = new Plain(values, training);
        double[][][] fields = plain.fields(config.embeddingDim(), config.dense(), config.bottom());
        double[][] embeddings = Plain.flat(fields);
        double[][] x = config.embeddingNorm() ? normed(plain, fields) : embeddings;
        if (config.structure() == Structure.SERIAL) {
            for (int block = 0; block < config.blocks().size(); block++) {
                x = block(plain, "block" + block, config, embeddings, x);
            }
            return plain.linear("out", x);
        }
        double[][] joined = new double[values.batch][0];
        for (int block = 0; block < config.blocks().size(); block++) {
            joined = Plain.concat(joined, block(plain, "block" + block, config, embeddings, x));
        }
        return plain.mlp("deep", config.deep(), joined);
    }

    /// Field by field.
    private static double[][] normed(Plain plain, double[][][] fields) {
        double[][] result = new double[fields.length][0];
        for (int field = 0; field < fields[0].length; field++) {
            int f = field;
            double[][] one = Arrays.stream(fields).map(row -> row[f]).toArray(double[][]::new);
            result = Plain.concat(result, plain.layerNorm("embedding_norm" + field, one));
        }
        return result;
    }

    private static double[][] block(
            Plain plain, String scope, MaskNet.Config config, double[][] embeddings, double[][] x) {
        double[][] aggregated = plain.activate(Activation.RELU, plain.linear(scope + ".aggregation", embeddings));
        double[][] mask = plain.linear(scope + ".projection", aggregated);
        double[][] masked = new double[x.length][x[0].length];
        for (int row = 0; row < x.length; row++) {
            for (int c = 0; c < masked[row].length; c++) {
                masked[row][c] = mask[row][c] * x[row][c];
            }
        }
        double[][] hidden = plain.linear(scope + ".hidden", masked);
        return plain.activate(Activation.RELU, config.blockNorm() ? plain.layerNorm(scope + ".norm", hidden) : hidden);
    }
}
