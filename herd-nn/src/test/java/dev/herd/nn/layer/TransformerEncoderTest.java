package dev.herd.nn.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.herd.nn.GradientCheck;
import dev.herd.nn.Parameter;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tape;
import dev.herd.nn.Tensor;
import dev.herd.numerics.CounterRandom;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Attention and the encoder layer against their formulas, written out for one example at a time.
class TransformerEncoderTest {
    private static final int ROWS = 3;
    private static final int LENGTH = 4;
    private static final int WIDTH = 6;
    private static final int HEADS = 2;
    private static final float[] MASK = {1, 1, 1, 1, 1, 1, 1, 0, 1, 0, 0, 0};
    private static final TransformerEncoder.Config CONFIG = new TransformerEncoder.Config(HEADS, 5, 0);

    private final Arena arena = Arena.ofConfined();
    private final Parameters parameters = Parameters.create(arena, 4);
    private final TransformerEncoder encoder = TransformerEncoder.create(parameters.root(), WIDTH, CONFIG);

    @BeforeEach
    void disturb() {
        parameters.all().forEach(TransformerEncoderTest::disturb);
    }

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void attentionFollowsItsFormula() {
        float[] x = input(1);
        assertThat(attended(x, null)).containsExactly(referenceAttention(x, null), within(1e-12));
        assertThat(attended(x, MASK)).containsExactly(referenceAttention(x, MASK), within(1e-12));
    }

    @Test
    void theEncoderNormalizesAfterBothSums() {
        float[] x = input(2);
        double[] expected = new double[x.length];
        double[] attended = referenceAttention(x, MASK);
        for (int at = 0; at < x.length; at += WIDTH) {
            double[] sum = new double[WIDTH];
            for (int c = 0; c < WIDTH; c++) {
                sum[c] = x[at + c] + attended[at + c];
            }
            double[] y = normalize((LayerNorm) encoder.attentionNorm(), sum);
            double[] z = feedForward(y);
            for (int c = 0; c < WIDTH; c++) {
                z[c] += y[c];
            }
            System.arraycopy(normalize((LayerNorm) encoder.norm(), z), 0, expected, at, WIDTH);
        }
        assertThat(encoded(x, MASK, LENGTH)).containsExactly(expected, within(1e-12));
    }

    @Test
    void paddedPositionsChangeNothing() {
        float[] x = input(3);
        float[] other = x.clone();
        for (int position = 0; position < MASK.length; position++) {
            if (MASK[position] == 0) {
                Arrays.fill(other, position * WIDTH, (position + 1) * WIDTH, 17 + position);
            }
        }
        double[] first = encoded(x, MASK, LENGTH);
        double[] second = encoded(other, MASK, LENGTH);
        for (int position = 0; position < MASK.length; position++) {
            if (MASK[position] == 1) {
                assertThat(row(second, position)).containsExactly(row(first, position));
            } else {
                assertThat(row(second, position)).isNotEqualTo(row(first, position));
            }
        }
        // A row of three positions and a padded one gives what three positions alone give.
        float[] three = Arrays.copyOfRange(x, LENGTH * WIDTH, (LENGTH + 3) * WIDTH);
        double[] alone = encoded(three, null, 3);
        assertThat(Arrays.copyOfRange(first, LENGTH * WIDTH, (LENGTH + 3) * WIDTH))
                .containsExactly(alone, within(1e-12));
    }

    @Test
    void positionsThatSeeEarlierOnesAloneGiveWhatThePrefixGives() {
        float[] x = Arrays.copyOf(input(5), LENGTH * WIDTH);
        double[] whole = causal(x, LENGTH);
        for (int length = 1; length < LENGTH; length++) {
            assertThat(causal(Arrays.copyOf(x, length * WIDTH), length))
                    .containsExactly(Arrays.copyOf(whole, length * WIDTH), within(1e-12));
        }
    }

    private double[] causal(float[] x, int length) {
        float[] seen = new float[length * length];
        for (int t = 0; t < length; t++) {
            Arrays.fill(seen, t * length, t * length + t + 1, 1);
        }
        try (Tape tape = Tape.checking(0)) {
            Tensor added = SelfAttention.hidden(tape.ops(), tape.input(seen, length, length));
            return tape.doubles(encoder.attention().attend(tape.ops(), tape.input(x, 1, length, WIDTH), added));
        }
    }

    @Test
    void aRowWithoutAnyPositionStaysFinite() {
        double[] result = attended(input(4), new float[MASK.length]);
        assertThat(Arrays.stream(result).allMatch(Double::isFinite)).isTrue();
    }

    @Test
    void gradientsAgreeWithFiniteDifferences() {
        try (GradientCheck check = new GradientCheck()) {
            TransformerEncoder checked = TransformerEncoder.create(check.scope(), WIDTH, CONFIG);
            check.input(ROWS, LENGTH, WIDTH)
                    .check((t, in) -> checked.forward(t.ops(), in.getFirst(), t.input(MASK, ROWS, LENGTH)), 2e-4);
        }
    }

    @Test
    void shapesThatMakeNoSenseAreRefused() {
        Parameters.Scope scope = Parameters.create(arena, 1).root();
        assertThatThrownBy(() -> SelfAttention.create(scope, 6, 4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("4 attention heads do not divide a width of 6");
        assertThatThrownBy(() -> new TransformerEncoder.Config(0, 4, 0))
                .hasMessage("`heads` and `feed_forward` must be positive");
        assertThatThrownBy(() -> new TransformerEncoder.Config(2, 4, 1))
                .hasMessage("dropout must lie in [0, 1), got 1.0");
    }

    private double[] attended(float[] x, float @Nullable [] mask) {
        try (Tape tape = Tape.checking(0)) {
            Tensor maskBT = mask == null ? null : tape.input(mask, ROWS, LENGTH);
            return tape.doubles(encoder.attention().forward(tape.ops(), tape.input(x, ROWS, LENGTH, WIDTH), maskBT));
        }
    }

    private double[] encoded(float[] x, float @Nullable [] mask, int length) {
        int rows = x.length / (length * WIDTH);
        try (Tape tape = Tape.checking(0)) {
            Tensor maskBT = mask == null ? null : tape.input(mask, rows, length);
            return tape.doubles(encoder.forward(tape.ops(), tape.input(x, rows, length, WIDTH), maskBT));
        }
    }

    /// `softmax(Q K^T / sqrt(d)) V` head by head, over the positions that exist.
    private double[] referenceAttention(float[] x, float @Nullable [] mask) {
        SelfAttention attention = encoder.attention();
        double[] result = new double[x.length];
        int head = WIDTH / HEADS;
        for (int row = 0; row < ROWS; row++) {
            for (int t = 0; t < LENGTH; t++) {
                double[] mixed = new double[WIDTH];
                for (int h = 0; h < HEADS; h++) {
                    double[] weights = new double[LENGTH];
                    for (int s = 0; s < LENGTH; s++) {
                        double score = 0;
                        for (int c = h * head; c < (h + 1) * head; c++) {
                            score += mapped(attention.query(), x, row, t)[c] * mapped(attention.key(), x, row, s)[c];
                        }
                        boolean exists = mask == null || mask[row * LENGTH + s] == 1;
                        weights[s] = exists ? Math.exp(score / Math.sqrt(head)) : 0;
                    }
                    double total = Arrays.stream(weights).sum();
                    for (int s = 0; s < LENGTH; s++) {
                        for (int c = h * head; c < (h + 1) * head; c++) {
                            mixed[c] += weights[s] / total * mapped(attention.value(), x, row, s)[c];
                        }
                    }
                }
                System.arraycopy(map(attention.out(), mixed), 0, result, (row * LENGTH + t) * WIDTH, WIDTH);
            }
        }
        return result;
    }

    private double[] feedForward(double[] x) {
        double[] hidden = map(declared("ffn.0.weight"), declared("ffn.0.bias"), x);
        Arrays.setAll(hidden, i -> Math.max(hidden[i], 0));
        return map(declared("ffn.out.weight"), declared("ffn.out.bias"), hidden);
    }

    private Parameter declared(String name) {
        return parameters.all().stream()
                .filter(parameter -> parameter.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static double[] mapped(Linear linear, float[] x, int row, int t) {
        double[] vector = new double[WIDTH];
        for (int c = 0; c < WIDTH; c++) {
            vector[c] = x[(row * LENGTH + t) * WIDTH + c];
        }
        return map(linear, vector);
    }

    private static double[] map(Linear linear, double[] x) {
        return map(linear.weight(), Objects.requireNonNull(linear.bias()), x);
    }

    private static double[] map(Parameter weight, Parameter bias, double[] x) {
        double[] result = new double[Math.toIntExact(weight.shape()[0])];
        for (int o = 0; o < result.length; o++) {
            result[o] = at(bias, o);
            for (int i = 0; i < x.length; i++) {
                result[o] += at(weight, o * x.length + i) * x[i];
            }
        }
        return result;
    }

    private static double[] normalize(LayerNorm norm, double[] x) {
        double mean = Arrays.stream(x).average().orElseThrow();
        double variance =
                Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
        double[] result = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            result[i] = (x[i] - mean) / Math.sqrt(variance + 1e-5) * at(norm.weight(), i) + at(norm.bias(), i);
        }
        return result;
    }

    private static double at(Parameter parameter, int index) {
        return parameter.values().getAtIndex(ValueLayout.JAVA_FLOAT, index);
    }

    private static void disturb(Parameter parameter) {
        for (int i = 0; i < parameter.count(); i++) {
            float noise = (float) CounterRandom.gaussian(31, parameter.name().hashCode(), i);
            parameter.values().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) at(parameter, i) + 0.3f * noise);
        }
    }

    private static double[] row(double[] values, int position) {
        return Arrays.copyOfRange(values, position * WIDTH, (position + 1) * WIDTH);
    }

    private static float[] input(long stream) {
        float[] values = new float[ROWS * LENGTH * WIDTH];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) CounterRandom.gaussian(13, stream, i);
        }
        return values;
    }
}
