package dev.herd.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.herd.numerics.CounterRandom;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConvolutionTest {
    @Test
    void aPlaneKeepsItsSizeAndHasZerosAround() {
        try (Arena arena = Arena.ofConfined();
                Tape tape = Tape.inference()) {
            Parameters.Scope scope = Parameters.create(arena, 1).root();
            Parameter kernel = fill(scope.parameter("kernel", Init.ZEROS, 1, 1, 3, 3), 1, 2, 3, 4, 5, 6, 7, 8, 9);
            Parameter bias = fill(scope.parameter("bias", Init.ZEROS, 1), 100);
            Tensor x = tape.input(new float[] {1, 0, 0, 10, 0, 0}, 1, 1, 2, 3);
            Tensor y = tape.ops().convolution(x, kernel, bias);
            assertThat(y.shape()).containsExactly(1, 1, 2, 3);
            // The kernel is not turned: its center meets each entry, its lower row the entries below.
            assertThat(tape.floats(y))
                    .containsExactly(100 + 5 + 80, 100 + 4 + 70, 100, 100 + 2 + 50, 100 + 1 + 40, 100);
        }
    }

    @Test
    void channelsAndUnequalSidesFollowTheDefinition() {
        int batch = 2;
        int channels = 3;
        int out = 2;
        int height = 4;
        int width = 5;
        int kernelHeight = 3;
        int kernelWidth = 5;
        float[] x = gaussians(batch * channels * height * width, 1);
        float[] k = gaussians(out * channels * kernelHeight * kernelWidth, 2);
        double[] expected = new double[batch * out * height * width];
        for (int at = 0; at < expected.length; at++) {
            int column = at % width;
            int row = at / width % height;
            int o = at / (width * height) % out;
            int b = at / (width * height * out);
            expected[at] = o == 0 ? 0.5 : -2;
            for (int tap = 0; tap < channels * kernelHeight * kernelWidth; tap++) {
                int c = tap / (kernelHeight * kernelWidth);
                int from = row + tap / kernelWidth % kernelHeight - 1;
                int left = column + tap % kernelWidth - 2;
                if (from >= 0 && from < height && left >= 0 && left < width) {
                    expected[at] += (double) k[o * channels * kernelHeight * kernelWidth + tap]
                            * x[((b * channels + c) * height + from) * width + left];
                }
            }
        }
        try (Arena arena = Arena.ofConfined();
                Tape tape = Tape.checking(0)) {
            Parameters.Scope scope = Parameters.create(arena, 1).root();
            Parameter kernel = fill(scope.parameter("kernel", Init.ZEROS, out, channels, kernelHeight, kernelWidth), k);
            Parameter bias = fill(scope.parameter("bias", Init.ZEROS, out), 0.5f, -2);
            Tensor y = tape.ops().convolution(tape.input(x, batch, channels, height, width), kernel, bias);
            assertThat(tape.doubles(y)).containsExactly(expected, within(1e-12));
        }
    }

    @Test
    void gradientsAgreeWithFiniteDifferences() {
        try (GradientCheck check = new GradientCheck()) {
            Parameter kernel = check.parameter("kernel", new Init.Normal(1), 2, 3, 3, 5);
            Parameter bias = check.parameter("bias", new Init.Normal(1), 2);
            check.input(2, 3, 3, 4).check((t, in) -> t.ops().convolution(in.getFirst(), kernel, bias), 1e-5);
        }
    }

    /// The checks in double precision do not see what libtorch computes in single precision.
    @Test
    void gradientsInSinglePrecisionAreThoseInDouble() {
        int entries = 3 * 2 * 5 * 4;
        try (Arena arena = Arena.ofConfined()) {
            Parameters.Scope scope = Parameters.create(arena, 1).root();
            Parameter kernel = scope.parameter("kernel", new Init.Normal(1), 2, 2, 3, 5);
            Parameter bias = scope.parameter("bias", new Init.Normal(1), 2);
            MemorySegment x = arena.allocateFrom(ValueLayout.JAVA_FLOAT, gaussians(entries, 3));
            MemorySegment gradient = arena.allocate(x.byteSize(), 64);
            List<float[]> found = new ArrayList<>();
            for (boolean checking : new boolean[] {false, true}) {
                kernel.gradient().fill((byte) 0);
                bias.gradient().fill((byte) 0);
                try (Tape tape = checking ? Tape.checking(0) : Tape.training(0)) {
                    Ops ops = tape.ops();
                    Tensor y = ops.convolution(tape.leaf(x, gradient, 3, 2, 5, 4), kernel, bias);
                    tape.backward(ops.mean(ops.reshape(ops.mul(y, y), -1), 0, false));
                }
                for (MemorySegment part : List.of(gradient, kernel.gradient(), bias.gradient())) {
                    found.add(part.toArray(ValueLayout.JAVA_FLOAT));
                }
            }
            for (int i = 0; i < 3; i++) {
                assertThat(found.get(i)).containsExactly(found.get(i + 3), within(1e-5f));
            }
        }
    }

    @Test
    void evenKernelsAndOtherChannelsAreRefused() {
        try (Arena arena = Arena.ofConfined();
                Tape tape = Tape.inference()) {
            Parameters.Scope scope = Parameters.create(arena, 1).root();
            Tensor x = tape.input(new float[12], 1, 2, 2, 3);
            Parameter bias = scope.parameter("bias", Init.ZEROS, 1);
            Parameter even = scope.parameter("even", Init.ZEROS, 1, 2, 2, 3);
            assertThatThrownBy(() -> tape.ops().convolution(x, even, bias))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("convolution: the sides of a kernel must be odd, not [1, 2, 2, 3]");
            Parameter other = scope.parameter("other", Init.ZEROS, 1, 3, 3, 3);
            assertThatThrownBy(() -> tape.ops().convolution(x, other, bias))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("convolution of [1, 2, 2, 3], other[1, 3, 3, 3], bias[1]: ");
        }
    }

    private static Parameter fill(Parameter parameter, float... values) {
        for (int i = 0; i < values.length; i++) {
            parameter.values().setAtIndex(ValueLayout.JAVA_FLOAT, i, values[i]);
        }
        return parameter;
    }

    private static float[] gaussians(int count, long stream) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) CounterRandom.gaussian(9, stream, i);
        }
        return values;
    }
}
