package dev.herd.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.herd.numerics.CounterRandom;
import dev.herd.numerics.format.BlockCodec;
import dev.herd.numerics.format.BlockCodec.Axis;
import dev.herd.numerics.format.NumberFormats;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoundedOpsTest {
    private static final Numerics MIXED = new Numerics("mx4", "mx6", "mx9");

    private final Arena arena = Arena.ofAuto();
    private final Parameters parameters = Parameters.create(arena, 3);

    @Test
    void withoutRoundingGradientsAreThoseOfFiniteDifferences() {
        check(new long[] {2, 3, 5}, (ops, x, weight) -> ops.linear(x, weight, null), 4, 5);
        check(new long[] {2, 3, 5}, (ops, x, weight) -> ops.matmul(x, ops.parameter(weight)), 5, 4);
        check(new long[] {2, 3, 5}, (ops, x, weight) -> ops.matmul(x, ops.parameter(weight)), 2, 5, 4);
        check(new long[] {2, 1, 3, 5}, (ops, x, weight) -> ops.matmul(x, ops.parameter(weight)), 3, 5, 4);
        check(new long[] {2, 3, 5}, (ops, x, weight) -> ops.matmul(ops.parameter(weight), x), 4, 3);
        check(new long[] {2, 3, 5}, (ops, x, weight) -> ops.mul(ops.pairwiseDots(x, 3), ops.parameter(weight)), 3);
    }

    @Test
    void withoutRoundingAConvolutionIsThatOfLibtorch() {
        try (GradientCheck check = new GradientCheck()) {
            Parameter weight = check.parameter("weight", new Init.Normal(0.5), 3, 2, 3, 1);
            Parameter bias = check.parameter("bias", new Init.Normal(0.5), 3);
            check.input(2, 2, 4, 3)
                    .check(
                            (tape, inputs) -> {
                                Ops rounded = new RoundedOps(tape, 1, Rounder.NONE);
                                Tensor y = rounded.convolution(inputs.getFirst(), weight, bias);
                                float[] libtorch = tape.floats(tape.ops().convolution(inputs.getFirst(), weight, bias));
                                assertThat(tape.floats(y)).containsExactly(libtorch, within(1e-5f));
                                return y;
                            },
                            1e-4);
        }
    }

    private interface Body {
        Tensor of(Ops ops, Tensor x, Parameter weight);
    }

    private static void check(long[] input, Body body, long... weightShape) {
        try (GradientCheck check = new GradientCheck()) {
            Parameter weight = check.parameter("weight", new Init.Normal(0.5), weightShape);
            check.input(input)
                    .check(
                            (tape, inputs) -> body.of(new RoundedOps(tape, 1, Rounder.NONE), inputs.getFirst(), weight),
                            1e-4);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void allThreeProductsOfALinearMapSeeRoundedOperands(boolean matmul) {
        int rows = 21;
        int in = 19;
        int out = 18;
        Parameter weight = parameters.root().parameter("weight", new Init.Normal(0.3), out, in);
        float[] x = random(rows * in, 1);
        float[] g = random(rows * out, 2);
        Pass pass = pass(
                MIXED,
                new long[] {3, 7, in},
                x,
                g,
                (ops, t) -> matmul
                        ? ops.matmul(t, ops.transpose(ops.parameter(weight), 0, 1))
                        : ops.linear(t, weight, null));

        float[] w = weight.values().toArray(ValueLayout.JAVA_FLOAT);
        float[] y = product(
                rounded("mx6", x, rows, in, Axis.ROWS),
                transposed(rounded("mx4", w, out, in, Axis.ROWS), out, in),
                rows,
                in,
                out);
        float[] ofX = product(
                rounded("mx9", g, rows, out, Axis.ROWS), rounded("mx4", w, out, in, Axis.COLUMNS), rows, out, in);
        float[] ofW = product(
                transposed(rounded("mx9", g, rows, out, Axis.COLUMNS), rows, out),
                rounded("mx6", x, rows, in, Axis.COLUMNS),
                out,
                rows,
                in);
        close(pass.y, y);
        close(pass.ofX, ofX);
        close(weight.gradient().toArray(ValueLayout.JAVA_FLOAT), ofW);
        float[] plain = product(x, transposed(w, out, in), rows, in, out);
        assertThat(distance(y, plain))
                .as("rounding is not lost in the tolerance")
                .isGreaterThan(0.01);
    }

    @Test
    void productsOfActivationsAreRoundedMatrixByMatrix() {
        int batch = 3;
        int m = 5;
        int k = 18;
        int n = 7;
        float[] a = random(batch * m * k, 1);
        float[] b = random(batch * n * k, 2);
        float[] g = random(batch * m * n, 3);
        MemorySegment bSegment = segment(b);
        MemorySegment ofB = arena.allocate(b.length * 4L, 64);
        float[][] results = new float[2][];
        try (Tape tape = Tape.training(1, MIXED)) {
            MemorySegment ofA = arena.allocate(a.length * 4L, 64);
            Tensor left = tape.leaf(segment(a), ofA, batch, m, k);
            Tensor right = tape.leaf(bSegment, ofB, batch, n, k);
            Tensor y = tape.ops().matmul(left, tape.ops().transpose(right, 1, 2));
            results[0] = tape.floats(y);
            tape.backward(weighted(tape, y, g));
            results[1] = ofA.toArray(ValueLayout.JAVA_FLOAT);
        }
        for (int i = 0; i < batch; i++) {
            float[] ai = Arrays.copyOfRange(a, i * m * k, (i + 1) * m * k);
            float[] bi = Arrays.copyOfRange(b, i * n * k, (i + 1) * n * k);
            float[] gi = Arrays.copyOfRange(g, i * m * n, (i + 1) * m * n);
            close(
                    Arrays.copyOfRange(results[0], i * m * n, (i + 1) * m * n),
                    product(
                            rounded("mx6", ai, m, k, Axis.ROWS),
                            transposed(rounded("mx6", bi, n, k, Axis.ROWS), n, k),
                            m,
                            k,
                            n));
            close(
                    Arrays.copyOfRange(results[1], i * m * k, (i + 1) * m * k),
                    product(rounded("mx9", gi, m, n, Axis.ROWS), rounded("mx6", bi, n, k, Axis.COLUMNS), m, n, k));
            close(
                    Arrays.copyOfRange(ofB.toArray(ValueLayout.JAVA_FLOAT), i * n * k, (i + 1) * n * k),
                    product(
                            transposed(rounded("mx9", gi, m, n, Axis.COLUMNS), m, n),
                            rounded("mx6", ai, m, k, Axis.COLUMNS),
                            n,
                            m,
                            k));
        }
    }

    @Test
    void thePairsOfVectorsAndThePatchesOfPlanesAreRounded() {
        float[] x = random(2 * 3 * 16, 1);
        float[] g = random(6, 2);
        Pass pairs = pass(MIXED, new long[] {2, 3, 16}, x, g, (ops, t) -> ops.pairwiseDots(t, 3));
        float[] rounded = rounded("mx6", x, 6, 16, Axis.ROWS);
        float[] products = product(rounded, transposed(rounded, 6, 16), 6, 16, 6);
        close(pairs.y, new float[] {
            products[6], products[12], products[13], products[4 * 6 + 3], products[5 * 6 + 3], products[5 * 6 + 4]
        });
        float[] ofPairs = rounded("mx9", new float[] {0, g[0], g[1], g[0], 0, g[2], g[1], g[2], 0}, 3, 3, Axis.ROWS);
        float[] vectors = rounded("mx6", Arrays.copyOf(x, 48), 3, 16, Axis.COLUMNS);
        close(Arrays.copyOf(pairs.ofX, 48), product(ofPairs, vectors, 3, 3, 16));

        Parameter weight = parameters.root().parameter("kernel", new Init.Normal(0.3), 2, 1, 1, 1);
        Parameter bias = parameters.root().parameter("shift", Init.ZEROS, 2);
        Pass convolved = pass(
                MIXED,
                new long[] {2, 1, 3, 16},
                x,
                random(2 * x.length, 3),
                (ops, t) -> ops.convolution(t, weight, bias));
        float[] one = rounded("mx6", x, x.length, 1, Axis.ROWS);
        float[] w = rounded("mx4", weight.values().toArray(ValueLayout.JAVA_FLOAT), 2, 1, Axis.ROWS);
        for (int i = 0; i < 48; i++) {
            assertThat(convolved.y[i]).isCloseTo(one[i] * w[0], within(1e-6f));
            assertThat(convolved.y[48 + i]).isCloseTo(one[i] * w[1], within(1e-6f));
        }
    }

    @Test
    void sameOperandsGiveTheSameBitsInTrainingAndInferenceAndPlainNumericsChangeNone() {
        Parameter weight = parameters.root().parameter("weight", new Init.Normal(0.2), 256, 128);
        float[] x = random(128 * 128, 1);
        float[] g = random(128 * 256, 2);
        Function<Numerics, Pass> run = numerics -> {
            weight.gradient().fill((byte) 0);
            return pass(numerics, new long[] {128, 128}, x, g, (ops, t) -> ops.linear(t, weight, null));
        };
        Pass first = run.apply(Numerics.parse("mx6"));
        float[] gradient = weight.gradient().toArray(ValueLayout.JAVA_FLOAT);
        Pass second = run.apply(Numerics.parse("mx6"));
        assertThat(second.y).isEqualTo(first.y);
        assertThat(second.ofX).isEqualTo(first.ofX);
        assertThat(weight.gradient().toArray(ValueLayout.JAVA_FLOAT)).isEqualTo(gradient);
        try (Tape tape = Tape.inference(Numerics.parse("mx6"))) {
            Tensor y = tape.ops().linear(tape.input(segment(x), 128, 128), weight, null);
            assertThat(tape.floats(y)).isEqualTo(first.y);
        }
        try (Tape plain = Tape.training(1)) {
            Tensor y = plain.ops().linear(plain.input(segment(x), 128, 128), weight, null);
            assertThat(run.apply(Numerics.FP32).y).isEqualTo(plain.floats(y));
        }
    }

    @Test
    void numericsAreNamedWithTheirRulesAndUnknownNamesAnswered() {
        assertThat(Numerics.parse("MX6")).hasToString("MX6 (floor, half-even)");
        assertThat(MIXED)
                .hasToString("weights MX4 (floor, half-even), activations MX6 (floor, half-even),"
                        + " gradients MX9 (floor, half-even)");
        assertThat(new Numerics("fp32", "bf16", "fp32"))
                .hasToString("weights fp32, activations BF16 (half-even), gradients fp32");
        assertThat(Numerics.parse("fp32").isPlain()).isTrue();
        assertThatThrownBy(() -> Numerics.parse("mx5"))
                .hasMessageStartingWith("there is no number format 'mx5'; did you mean 'mx")
                .hasMessageContaining("Known formats: fp32, mx9, mx6, mx4");
    }

    private record Pass(float[] y, float[] ofX) {}

    private interface Map {
        Tensor of(Ops ops, Tensor x);
    }

    /// The result, and the gradient of its inner product with `g`.
    private Pass pass(Numerics numerics, long[] shape, float[] x, float[] g, Map map) {
        MemorySegment ofX = arena.allocate(x.length * 4L, 64);
        try (Tape tape = Tape.training(1, numerics)) {
            Tensor y = map.of(tape.ops(), tape.leaf(segment(x), ofX, shape));
            float[] result = tape.floats(y);
            tape.backward(weighted(tape, y, g));
            return new Pass(result, ofX.toArray(ValueLayout.JAVA_FLOAT));
        }
    }

    private static Tensor weighted(Tape tape, Tensor y, float[] g) {
        Ops ops = tape.ops();
        return ops.sum(ops.mul(ops.reshape(y, -1), tape.input(g, g.length)), 0, false);
    }

    private static float[] rounded(String format, float[] values, int rows, int columns, Axis axis) {
        MemorySegment matrix = MemorySegment.ofArray(values.clone());
        BlockCodec.scalar(NumberFormats.named(format).orElseThrow()).quantize(matrix, 0, rows, columns, axis, 0);
        return matrix.toArray(ValueLayout.JAVA_FLOAT);
    }

    private static float[] transposed(float[] values, int rows, int columns) {
        float[] turned = new float[values.length];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                turned[c * rows + r] = values[r * columns + c];
            }
        }
        return turned;
    }

    private static float[] product(float[] a, float[] b, int m, int k, int n) {
        float[] out = new float[m * n];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double sum = 0;
                for (int s = 0; s < k; s++) {
                    sum += (double) a[i * k + s] * b[s * n + j];
                }
                out[i * n + j] = (float) sum;
            }
        }
        return out;
    }

    private static void close(float[] found, float[] expected) {
        assertThat(found).containsExactly(expected, within(1e-5f));
    }

    private static double distance(float[] a, float[] b) {
        double most = 0;
        for (int i = 0; i < a.length; i++) {
            most = Math.max(most, Math.abs(a[i] - b[i]));
        }
        return most;
    }

    private MemorySegment segment(float... values) {
        MemorySegment segment = arena.allocate(values.length * 4L, 64);
        MemorySegment.copy(values, 0, segment, ValueLayout.JAVA_FLOAT, 0, values.length);
        return segment;
    }

    private static float[] random(int count, long stream) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) CounterRandom.gaussian(5, stream, i);
        }
        return values;
    }
}
