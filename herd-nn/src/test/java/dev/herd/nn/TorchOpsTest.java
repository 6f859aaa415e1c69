package dev.herd.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class TorchOpsTest {
    /// Values of ops against hand-computed ones, on an inference tape.
    private static void assertValues(
            GradientCheck.Function function, List<float[]> inputs, long[] shape, double... expected) {
        try (Tape tape = Tape.inference()) {
            List<Tensor> tensors = inputs.stream()
                    .map(values ->
                            tape.input(values, values.length == 6 ? new long[] {2, 3} : new long[] {values.length}))
                    .toList();
            Tensor result = function.of(tape, tensors);
            assertThat(result.shape()).containsExactly(shape);
            double[] values = tape.doubles(result);
            assertThat(values).hasSize(expected.length);
            for (int i = 0; i < expected.length; i++) {
                assertThat(values[i])
                        .as("entry %s", i)
                        .isCloseTo(expected[i], within(1e-6 * (1 + Math.abs(expected[i]))));
            }
        }
    }

    private static final float[] X = {1, -2, 3, 0.5f, 0, -1};
    private static final float[] Y = {2, 1, -1, 4, 0.25f, 3};

    @Test
    void arithmeticIsElementwiseAndBroadcasts() {
        float[] row = {10, 20, 30};
        assertValues(
                (t, in) -> t.ops().add(in.get(0), in.get(1)), List.of(X, Y), new long[] {2, 3}, 3, -1, 2, 4.5, 0.25, 2);
        assertValues(
                (t, in) -> t.ops().add(in.get(0), in.get(1)),
                List.of(X, row),
                new long[] {2, 3},
                11,
                18,
                33,
                10.5,
                20,
                29);
        assertValues(
                (t, in) -> t.ops().sub(in.get(0), in.get(1)),
                List.of(X, Y),
                new long[] {2, 3},
                -1,
                -3,
                4,
                -3.5,
                -0.25,
                -4);
        assertValues(
                (t, in) -> t.ops().mul(in.get(0), in.get(1)), List.of(X, Y), new long[] {2, 3}, 2, -2, -3, 2, 0, -3);
        assertValues((t, in) -> t.ops().scale(in.get(0), -2), List.of(X), new long[] {2, 3}, -2, 4, -6, -1, 0, 2);
        assertValues(
                (t, in) -> t.ops().shift(in.get(0), -0.5),
                List.of(X),
                new long[] {2, 3},
                0.5,
                -2.5,
                2.5,
                0,
                -0.5,
                -1.5);
    }

    @Test
    void productsFollowTheShapeRules() {
        assertValues(
                (t, in) -> t.ops().matmul(in.get(0), t.ops().transpose(in.get(1), 0, 1)),
                List.of(X, Y),
                new long[] {2, 2},
                2 - 2 - 3,
                4 - 0.5 + 9,
                1 + 0 + 1,
                2 + 0 - 3);
        assertValues(
                (t, in) -> t.ops()
                        .matmul(t.ops().reshape(in.get(0), 2, 1, 3), t.ops().reshape(in.get(1), 2, 3, 1)),
                List.of(X, Y),
                new long[] {2, 1, 1},
                2 - 2 - 3,
                2 + 0 - 3);
    }

    @Test
    void shapesAreChangedJoinedAndCut() {
        assertValues(
                (t, in) -> t.ops().transpose(in.get(0), 0, -1), List.of(X), new long[] {3, 2}, 1, 0.5, -2, 0, 3, -1);
        assertValues(
                (t, in) -> t.ops().concat(in, 1),
                List.of(X, Y),
                new long[] {2, 6},
                1,
                -2,
                3,
                2,
                1,
                -1,
                0.5,
                0,
                -1,
                4,
                0.25,
                3);
        assertValues(
                (t, in) -> t.ops().concat(in, 0),
                List.of(X, Y),
                new long[] {4, 3},
                1,
                -2,
                3,
                0.5,
                0,
                -1,
                2,
                1,
                -1,
                4,
                0.25,
                3);
        assertValues((t, in) -> t.ops().slice(in.get(0), -1, 1, 3), List.of(X), new long[] {2, 2}, -2, 3, 0, -1);
        assertValues(
                (t, in) -> t.ops().select(in.get(0), 1, 2, 0, 2), List.of(X), new long[] {2, 3}, 3, 1, 3, -1, 0.5, -1);
        assertValues((t, in) -> t.ops().reshape(in.get(0), 3, -1), List.of(X), new long[] {3, 2}, 1, -2, 3, 0.5, 0, -1);
        assertValues((t, in) -> t.ops().sum(in.get(0), 0, false), List.of(X), new long[] {3}, 1.5, -2, 2);
        assertValues((t, in) -> t.ops().sum(in.get(0), -1, true), List.of(X), new long[] {2, 1}, 2, -0.5);
        assertValues((t, in) -> t.ops().mean(in.get(0), 1, false), List.of(X), new long[] {2}, 2 / 3.0, -1 / 6.0);
    }

    @Test
    void functionsFollowTheirFormulas() {
        float[] x = {-3, -0.5f, 0, 2};
        assertValues((t, in) -> t.ops().relu(in.get(0)), List.of(x), new long[] {4}, 0, 0, 0, 2);
        assertValues(
                (t, in) -> t.ops().gelu(in.get(0)),
                List.of(x),
                new long[] {4},
                -0.004049694,
                -0.15426877,
                0,
                1.9544997);
        assertValues(
                (t, in) -> t.ops().sigmoid(in.get(0)),
                List.of(x),
                new long[] {4},
                1 / (1 + Math.exp(3)),
                1 / (1 + Math.exp(0.5)),
                0.5,
                1 / (1 + Math.exp(-2)));
        assertValues(
                (t, in) -> t.ops().tanh(in.get(0)),
                List.of(x),
                new long[] {4},
                Math.tanh(-3),
                Math.tanh(-0.5),
                0,
                Math.tanh(2));
        assertValues(
                (t, in) -> t.ops().exp(in.get(0)),
                List.of(x),
                new long[] {4},
                Math.exp(-3),
                Math.exp(-0.5),
                1,
                Math.exp(2));
        assertValues((t, in) -> t.ops().log(t.ops().exp(in.get(0))), List.of(x), new long[] {4}, -3, -0.5, 0, 2);
        assertValues((t, in) -> t.ops().abs(in.get(0)), List.of(x), new long[] {4}, 3, 0.5, 0, 2);
        assertValues((t, in) -> t.ops().clampMin(in.get(0), -1), List.of(x), new long[] {4}, -1, -0.5, 0, 2);
        double sum = Math.exp(-3) + Math.exp(-0.5) + 1 + Math.exp(2);
        assertValues(
                (t, in) -> t.ops().softmax(in.get(0), 0),
                List.of(x),
                new long[] {4},
                Math.exp(-3) / sum,
                Math.exp(-0.5) / sum,
                1 / sum,
                Math.exp(2) / sum);
    }

    @Test
    void layerNormScalesEachRowToUnitVariance() {
        try (Arena arena = Arena.ofConfined();
                Tape tape = Tape.inference()) {
            Parameters parameters = Parameters.create(arena, 1);
            Parameter weight = parameters.root().parameter("w", new Init.Constant(2), 3);
            Parameter bias = parameters.root().parameter("b", new Init.Constant(1), 3);
            double[] y = tape.doubles(tape.ops().layerNorm(tape.input(X, 2, 3), weight, bias, 0.5));
            double mean = 2 / 3.0;
            double variance = ((1 - mean) * (1 - mean) + (-2 - mean) * (-2 - mean) + (3 - mean) * (3 - mean)) / 3;
            assertThat(y[1]).isCloseTo(1 + 2 * (-2 - mean) / Math.sqrt(variance + 0.5), within(1e-6));
        }
    }

    @Test
    void batchNormUsesAndUpdatesTheRightStatistics() {
        try (Arena arena = Arena.ofConfined()) {
            Parameters parameters = Parameters.create(arena, 1);
            Parameter weight = parameters.root().parameter("w", Init.ONES, 3);
            Parameter bias = parameters.root().parameter("b", Init.ZEROS, 3);
            Parameter mean = parameters.root().buffer("mean", Init.ZEROS, 3);
            Parameter variance = parameters.root().buffer("var", Init.ONES, 3);
            try (Tape tape = Tape.training(0)) {
                double[] y = tape.doubles(
                        tape.ops().batchNorm(tape.input(X, 2, 3), weight, bias, mean, variance, 0.1, 1e-5));
                assertThat(y[0]).isCloseTo(0.25 / Math.sqrt(0.0625 + 1e-5), within(1e-6));
            }
            assertThat(mean.values().getAtIndex(ValueLayout.JAVA_FLOAT, 0)).isCloseTo(0.075f, within(1e-7f));
            assertThat(variance.values().getAtIndex(ValueLayout.JAVA_FLOAT, 0))
                    .as("the unbiased variance enters the running one")
                    .isCloseTo(0.9f + 0.1f * 0.125f, within(1e-7f));
            try (Tape tape = Tape.inference()) {
                double[] y = tape.doubles(
                        tape.ops().batchNorm(tape.input(X, 2, 3), weight, bias, mean, variance, 0.1, 1e-5));
                assertThat(y[0]).isCloseTo((1 - 0.075) / Math.sqrt(0.9125 + 1e-5), within(1e-6));
            }
        }
    }

    static Stream<Map.Entry<String, GradientCheck.Function>> smoothOps() {
        Map<String, GradientCheck.Function> ops = Map.ofEntries(
                Map.entry("matmul", (t, in) -> t.ops().matmul(in.get(0), t.ops().transpose(in.get(1), 0, 1))),
                Map.entry("add", (t, in) -> t.ops().add(in.get(0), in.get(1))),
                Map.entry("sub", (t, in) -> t.ops().sub(in.get(0), in.get(1))),
                Map.entry("mul", (t, in) -> t.ops().mul(in.get(0), in.get(1))),
                Map.entry("scale", (t, in) -> t.ops().mul(t.ops().scale(in.get(0), -1.5), in.get(1))),
                Map.entry("shift", (t, in) -> t.ops().mul(t.ops().shift(in.get(0), -1.5), in.get(1))),
                Map.entry("concat", (t, in) -> t.ops().exp(t.ops().concat(in, 1))),
                Map.entry(
                        "slice",
                        (t, in) -> t.ops()
                                .mul(t.ops().slice(in.get(0), 1, 1, 3), t.ops().slice(in.get(1), 1, 0, 2))),
                Map.entry(
                        "select",
                        (t, in) -> t.ops()
                                .mul(
                                        t.ops().select(in.get(0), 1, 2, 0, 2),
                                        t.ops().select(in.get(1), 0, 1, 0))),
                Map.entry("reshape", (t, in) -> t.ops().matmul(t.ops().reshape(in.get(0), 3, 2), in.get(1))),
                Map.entry("sum", (t, in) -> t.ops().mul(t.ops().sum(in.get(0), 1, true), in.get(1))),
                Map.entry("mean", (t, in) -> t.ops().mul(t.ops().mean(in.get(0), 0, true), in.get(1))),
                Map.entry("gelu", (t, in) -> t.ops().mul(t.ops().gelu(in.get(0)), in.get(1))),
                Map.entry("sigmoid", (t, in) -> t.ops().mul(t.ops().sigmoid(in.get(0)), in.get(1))),
                Map.entry("tanh", (t, in) -> t.ops().mul(t.ops().tanh(in.get(0)), in.get(1))),
                Map.entry("exp", (t, in) -> t.ops().mul(t.ops().exp(in.get(0)), in.get(1))),
                Map.entry("log", (t, in) -> t.ops().mul(t.ops().log(t.ops().exp(in.get(0))), in.get(1))),
                Map.entry("softmax", (t, in) -> t.ops().mul(t.ops().softmax(in.get(0), 1), in.get(1))),
                Map.entry("dropout", (t, in) -> t.ops().mul(t.ops().dropout(in.get(0), 0.3), in.get(1))),
                Map.entry(
                        "bceWithLogits",
                        (t, in) -> Losses.bceWithLogits(
                                t, t.ops().mul(in.get(0), in.get(1)), new float[] {0, 1, 1, 0, 0.25f, 1})),
                Map.entry(
                        "crossEntropy",
                        (t, in) -> Losses.crossEntropy(t, t.ops().mul(in.get(0), in.get(1)), new long[] {2, 0})),
                Map.entry(
                        "meanSquaredError",
                        (t, in) -> Losses.meanSquaredError(t, t.ops().mul(in.get(0), in.get(1)), Y)));
        return ops.entrySet().stream().sorted(Map.Entry.comparingByKey());
    }

    @ParameterizedTest
    @MethodSource("smoothOps")
    void gradientsAgreeWithFiniteDifferences(Map.Entry<String, GradientCheck.Function> op) {
        try (GradientCheck check = new GradientCheck()) {
            check.input(2, 3).input(2, 3).check(op.getValue(), 1e-5);
        }
    }

    static Stream<Map.Entry<String, UnaryKink>> opsWithAKink() {
        return Stream.of(
                Map.entry("relu", Ops::relu),
                Map.entry("abs", Ops::abs),
                Map.entry("clampMin", (ops, x) -> ops.clampMin(x, 0.05)));
    }

    interface UnaryKink {
        Tensor of(Ops ops, Tensor x);
    }

    /// Half of x is added, so that both sides have a gradient.
    @ParameterizedTest
    @MethodSource("opsWithAKink")
    void opsWithAKinkAreDifferentiatedOnBothSidesOfIt(Map.Entry<String, UnaryKink> op) {
        try (GradientCheck check = new GradientCheck()) {
            check.input(0.1, 1, 2, 3)
                    .input(-1, -0.1, 2, 3)
                    .check(
                            (t, in) -> {
                                Tensor x = t.ops().concat(in, 0);
                                return t.ops()
                                        .add(
                                                op.getValue().of(t.ops(), x),
                                                t.ops().scale(x, 0.5));
                            },
                            1e-5);
        }
    }

    @Test
    void layersWithParametersAreDifferentiatedInAllOfThem() {
        try (GradientCheck check = new GradientCheck()) {
            Parameter weight = check.parameter("weight", new Init.Normal(1), 4, 3);
            Parameter bias = check.parameter("bias", new Init.Normal(1), 4);
            Parameter gain = check.parameter("gain", new Init.Normal(1), 4);
            Parameter shift = check.parameter("shift", new Init.Normal(1), 4);
            check.input(5, 3)
                    .check(
                            (t, in) -> t.ops().layerNorm(t.ops().linear(in.get(0), weight, bias), gain, shift, 1e-2),
                            1e-4);
        }
        try (GradientCheck check = new GradientCheck()) {
            Parameter gain = check.parameter("gain", new Init.Normal(1), 3);
            Parameter shift = check.parameter("shift", new Init.Normal(1), 3);
            Parameter mean = check.buffer("mean", Init.ZEROS, 3);
            Parameter variance = check.buffer("variance", Init.ONES, 3);
            check.input(5, 3)
                    .check((t, in) -> t.ops().batchNorm(in.get(0), gain, shift, mean, variance, 0.1, 1e-2), 1e-4);
        }
    }

    @Test
    void dropoutKeepsTheMeanAndRepeatsForTheSameSeed() {
        float[] ones = new float[20_001];
        java.util.Arrays.fill(ones, 1);
        float[][] drawn = new float[3][];
        float[] second = new float[0];
        for (int i = 0; i < 3; i++) {
            try (Tape tape = Tape.training(i == 2 ? 8 : 7)) {
                drawn[i] = tape.floats(tape.ops().dropout(tape.input(ones, ones.length), 0.2));
                second = tape.floats(tape.ops().dropout(tape.input(ones, ones.length), 0.2));
            }
        }
        assertThat(drawn[1]).containsExactly(drawn[0]);
        assertThat(drawn[2]).isNotEqualTo(drawn[0]);
        assertThat(second).isNotEqualTo(drawn[2]);
        double zeros = 0;
        for (float value : drawn[0]) {
            assertThat(value == 0 || value == 1.25f).isTrue();
            zeros += value == 0 ? 1 : 0;
        }
        assertThat(zeros / ones.length).as("five standard deviations").isCloseTo(0.2, within(0.0142));
        try (Tape tape = Tape.inference()) {
            assertThat(tape.floats(tape.ops().dropout(tape.input(ones, ones.length), 0.2)))
                    .containsExactly(ones);
            assertThatThrownBy(() -> tape.ops().dropout(tape.input(ones, ones.length), 1))
                    .hasMessage("dropout: probability must be in [0, 1), got 1.0");
        }
    }

    @Test
    void crossEntropyIsTheMeanSurpriseOfTheRightClass() {
        double expected = 0;
        long[] classes = {1, 2};
        for (int row = 0; row < 2; row++) {
            double sum = Math.exp(X[3 * row]) + Math.exp(X[3 * row + 1]) + Math.exp(X[3 * row + 2]);
            expected += (Math.log(sum) - X[(int) (3 * row + classes[row])]) / 2;
        }
        try (Tape tape = Tape.inference()) {
            Tensor x = tape.input(X, 2, 3);
            assertThat(tape.doubles(Losses.crossEntropy(tape, x, classes))[0]).isCloseTo(expected, within(1e-6));
            assertThatThrownBy(() -> Losses.crossEntropy(tape, x, new long[] {0, 3}))
                    .hasMessage("class 3 for logits of shape [2, 3]");
            assertThatThrownBy(() -> Losses.crossEntropy(tape, x, new long[3]))
                    .hasMessage("3 classes for logits of shape [2, 3]");
        }
    }

    @Test
    void lossesFollowTheirClosedForms() {
        float[] labels = {1, 0, 0.25f, 1, 0, 1};
        float[] weights = {1, 2, 0, 0.5f, 1, 3};
        double plain = 0;
        double weighted = 0;
        double squares = 0;
        for (int i = 0; i < 6; i++) {
            double p = 1 / (1 + Math.exp(-X[i]));
            double loss = -labels[i] * Math.log(p) - (1 - labels[i]) * Math.log(1 - p);
            plain += loss / 6;
            weighted += weights[i] * loss / 7.5;
            squares += (X[i] - labels[i]) * (X[i] - labels[i]) / 6;
        }
        try (Tape tape = Tape.training(0)) {
            Tensor x = tape.input(X, 2, 3);
            assertThat(tape.doubles(Losses.bceWithLogits(tape, x, labels))[0]).isCloseTo(plain, within(1e-7));
            assertThat(tape.doubles(Losses.bceWithLogits(tape, x, labels, weights))[0])
                    .isCloseTo(weighted, within(2e-7));
            assertThat(tape.doubles(Losses.meanSquaredError(tape, x, labels))[0])
                    .isCloseTo(squares, within(1e-6));
            Tensor huge = tape.input(new float[] {1000, -1000}, 2);
            assertThat(tape.floats(Losses.bceWithLogits(tape, huge, new float[] {0, 0}))[0])
                    .isEqualTo(500);
            assertThatThrownBy(() -> Losses.bceWithLogits(tape, x, labels, new float[6]))
                    .hasMessage("all weights of the batch are zero");
        }
    }
}
