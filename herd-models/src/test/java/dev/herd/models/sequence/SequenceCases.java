package dev.herd.models.sequence;

import dev.herd.data.FeatureSchema;
import dev.herd.models.Cases;
import dev.herd.models.Cases.Case;
import dev.herd.models.DenseInputs;
import dev.herd.models.Plain;
import dev.herd.models.PlainValues;
import dev.herd.models.Schemas;
import dev.herd.models.bst.BstCases;
import dev.herd.models.dcnv2.CrossNetwork;
import dev.herd.models.dcnv2.Dcnv2;
import dev.herd.models.dlrm.Dlrm;
import dev.herd.models.sequence.SequencePooling.Summary;
import dev.herd.nn.layer.TransformerEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Models whose sequences are pooled by modules, from the formulas, row by row and without any padding.
public final class SequenceCases {
    private static final int WIDTH = 4;
    private static final FeatureSchema SCHEMA = Schemas.withSequences(1, 2);
    private static final List<String> SEQUENCES = List.of("history", "searches");
    private static final SequencePooling ATTENTION = SequencePooling.Attention.of(5);
    private static final SequencePooling PARALLEL = new SequencePooling.Attention(5, List.of(SEQUENCES));

    private SequenceCases() {}

    static SequencePooling transformer(int layers, Summary summary) {
        return SequencePooling.Transformer.of(3, layers, new TransformerEncoder.Config(2, 5, 0), summary);
    }

    public static List<Case<?>> all() {
        return List.of(
                dlrm("dlrm, cat, attention over sequences", Dlrm.Interaction.CAT, ATTENTION),
                dlrm("dlrm, dot, transformers over sequences", Dlrm.Interaction.DOT, transformer(1, Summary.MEAN)),
                dcnv2("dcnv2, transformers and attention over sequences", transformer(2, Summary.ATTENTION)),
                dcnv2("dcnv2, attention over parallel sequences", PARALLEL));
    }

    private static Case<?> dlrm(String name, Dlrm.Interaction interaction, SequencePooling pooling) {
        Dlrm.Config config = new Dlrm.Config(WIDTH, interaction, DenseInputs.MLP, Cases.PLAIN, pooling, Cases.PLAIN);
        return Cases.of(name, new Dlrm(), config, SCHEMA, SequenceCases::dlrm);
    }

    private static Case<?> dcnv2(String name, SequencePooling pooling) {
        Dcnv2.Config config = new Dcnv2.Config(
                WIDTH,
                DenseInputs.IGNORE,
                Cases.PLAIN,
                pooling,
                Dcnv2.Structure.CROSS_ONLY,
                CrossNetwork.Config.full(1),
                Cases.PLAIN);
        return Cases.of(name, new Dcnv2(), config, SCHEMA, SequenceCases::dcnv2);
    }

    private static double[][] dlrm(Dlrm.Config config, PlainValues values, boolean training) {
        Plain plain = new Plain(values, training);
        double[][][] fields =
                fields(plain, values, plain.fields(WIDTH, config.dense(), config.bottom()), config.sequences());
        if (config.interaction() == Dlrm.Interaction.CAT) {
            return plain.mlp("top", config.top(), Plain.flat(fields));
        }
        double[][] beside = new double[values.batch][];
        for (int row = 0; row < values.batch; row++) {
            int n = fields[row].length;
            double[] numbers = Arrays.copyOf(fields[row][n - 1], WIDTH + n * (n - 1) / 2);
            int at = WIDTH;
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < i; j++) {
                    numbers[at++] = Plain.dot(fields[row][i], fields[row][j]);
                }
            }
            beside[row] = numbers;
        }
        return plain.mlp("top", config.top(), beside);
    }

    private static double[][] dcnv2(Dcnv2.Config config, PlainValues values, boolean training) {
        Plain plain = new Plain(values, training);
        double[][] x = Plain.flat(
                fields(plain, values, plain.fields(WIDTH, config.dense(), config.bottom()), config.sequences()));
        double[][] crossed = plain.linear("cross.0", x);
        for (int row = 0; row < x.length; row++) {
            for (int c = 0; c < x[row].length; c++) {
                crossed[row][c] = x[row][c] * crossed[row][c] + x[row][c];
            }
        }
        return plain.linear("out", crossed);
    }

    /// The fields with the sequences' embeddings behind the pooled ones.
    private static double[][][] fields(Plain plain, PlainValues values, double[][][] rest, SequencePooling pooling) {
        double[][][] all = new double[values.batch][][];
        for (int row = 0; row < values.batch; row++) {
            List<double[]> fields = new ArrayList<>(List.of(rest[row]));
            if (pooling.equals(PARALLEL)) {
                String scope = "sequences." + SEQUENCES.getFirst();
                double[][] both = besides(values, row);
                double[][] joined = both.length == 0 ? both : plain.linear(scope + ".join", both);
                fields.add(values.sparse, pooled(plain, values, scope, pooling, joined));
            } else {
                for (int i = 0; i < SEQUENCES.size(); i++) {
                    double[][] items = values.sequence(SEQUENCES.get(i)).row(row);
                    fields.add(
                            values.sparse + i, pooled(plain, values, "sequences." + SEQUENCES.get(i), pooling, items));
                }
            }
            all[row] = fields.toArray(new double[0][]);
        }
        return all;
    }

    /// The embeddings of both sequences side by side, place by place.
    private static double[][] besides(PlainValues values, int row) {
        double[][] first = values.sequence(SEQUENCES.getFirst()).row(row);
        double[][] second = values.sequence(SEQUENCES.getLast()).row(row);
        double[][] both = new double[first.length][];
        for (int i = 0; i < both.length; i++) {
            both[i] = Arrays.copyOf(first[i], 2 * WIDTH);
            System.arraycopy(second[i], 0, both[i], WIDTH, WIDTH);
        }
        return both;
    }

    private static double[] pooled(
            Plain plain, PlainValues values, String scope, SequencePooling pooling, double[][] x) {
        if (x.length == 0) {
            return new double[WIDTH];
        }
        return switch (pooling) {
            case SequencePooling.Table() -> throw new AssertionError("nothing to pool");
            case SequencePooling.Attention _ -> attended(plain, values, scope, x);
            case SequencePooling.Transformer config -> {
                double[][] encoded = encoded(plain, values, scope, config, x);
                yield switch (config.summary()) {
                    case ATTENTION -> attended(plain, values, scope + ".summary", encoded);
                    case MEAN -> weighted(encoded, equal(x.length));
                };
            }
        };
    }

    private static double[][] encoded(
            Plain plain, PlainValues values, String scope, SequencePooling.Transformer config, double[][] items) {
        double[] position = values.parameter(scope + ".position");
        double[][] x = new double[items.length][WIDTH];
        for (int i = 0; i < items.length; i++) {
            int place = config.maxLength() - items.length + i;
            for (int d = 0; d < WIDTH; d++) {
                x[i][d] = items[i][d] + position[place * WIDTH + d];
            }
        }
        for (int layer = 0; layer < config.layers(); layer++) {
            x = BstCases.encoder(plain, scope + "." + layer, config.encoder(), x);
        }
        return x;
    }

    private static double[] attended(Plain plain, PlainValues values, String scope, double[][] x) {
        double[][] keys = Plain.map(plain.linear(scope + ".key", x), Math::tanh);
        double[] query = values.parameter(scope + ".query");
        double[] weights = new double[x.length];
        double total = 0;
        for (int i = 0; i < x.length; i++) {
            weights[i] = Math.exp(Plain.dot(keys[i], query));
            total += weights[i];
        }
        for (int i = 0; i < x.length; i++) {
            weights[i] /= total;
        }
        return weighted(x, weights);
    }

    private static double[] equal(int count) {
        double[] weights = new double[count];
        Arrays.fill(weights, 1.0 / count);
        return weights;
    }

    private static double[] weighted(double[][] x, double[] weights) {
        double[] sum = new double[WIDTH];
        for (int i = 0; i < x.length; i++) {
            for (int d = 0; d < WIDTH; d++) {
                sum[d] += weights[i] * x[i][d];
            }
        }
        return sum;
    }
}
