package dev.herd.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.herd.numerics.CounterRandom;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinearOpTest {
    private final Arena arena = Arena.ofAuto();
    private final Parameters parameters = Parameters.create(arena, 3);

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "3, 7, 5", "15, 17, 63", "257, 65, 129", "1023, 13, 512"})
    void productsAndGradientsAreThoseOfLibtorch(int rows, int in, int out) {
        Parameter weight = parameters.root().parameter("weight", new Init.Normal(0.2), out, in);
        Parameter bias = parameters.root().parameter("bias", new Init.Normal(1), out);
        compare(weight, bias, rows, in);
    }

    @Test
    void leadingDimensionsAndAMissingBiasAreAccepted() {
        Parameter weight = parameters.root().parameter("weight", new Init.Normal(0.2), 9, 11);
        compare(weight, null, 4, 6, 11);
    }

    @Test
    void largeMapsGoToOneDnnAndGiveTheSameInTrainingAndInference() {
        assumeThat(OneDnn.get()).as("this build of libtorch has oneDNN").isPresent();
        Parameter weight = parameters.root().parameter("weight", new Init.Normal(0.2), 256, 128);
        Parameter bias = parameters.root().parameter("bias", new Init.Normal(1), 256);
        MemorySegment x = random(2048 * 128);
        float[] trained;
        try (Tape tape = Tape.training(1)) {
            Tensor y = tape.ops().linear(tape.input(x, 2048, 128), weight, bias);
            assertThat(tape.segments().isFlat()).as("a custom op was applied").isFalse();
            trained = tape.floats(y);
        }
        try (Tape tape = Tape.inference()) {
            assertThat(tape.floats(tape.ops().linear(tape.input(x, 2048, 128), weight, bias)))
                    .isEqualTo(trained);
        }
    }

    private void compare(Parameter weight, @Nullable Parameter bias, long... shape) {
        assumeThat(OneDnn.get()).as("this build of libtorch has oneDNN").isPresent();
        int count = 1;
        for (long size : shape) {
            count *= (int) size;
        }
        MemorySegment x = random(count);
        MemorySegment ofX = arena.allocate(x.byteSize(), 64);
        float[] result;
        try (Tape tape = Tape.training(1)) {
            Tensor leaf = tape.leaf(x, ofX, shape);
            Tensor y = tape.apply(new LinearOp(OneDnn.get().orElseThrow(), Rounder.NONE, weight, bias, true), leaf);
            result = tape.floats(y);
            tape.backward(squares(tape.ops(), y));
        }
        float[][] ours = {
            result, floats(ofX), floats(weight.gradient()), bias == null ? new float[0] : floats(bias.gradient())
        };
        float[][] theirs = libtorch(weight, bias, x, shape);
        for (int i = 0; i < ours.length; i++) {
            assertThat(ours[i]).hasSameSizeAs(theirs[i]);
            for (int k = 0; k < ours[i].length; k++) {
                assertThat(ours[i][k])
                        .as("array %s, entry %s", i, k)
                        .isCloseTo(theirs[i][k], within(1e-4f * (1 + Math.abs(theirs[i][k]))));
            }
        }
    }

    private static Tensor squares(Ops ops, Tensor y) {
        return ops.scale(ops.sum(ops.reshape(ops.mul(y, y), -1), 0, false), 0.01);
    }

    private static float[][] libtorch(Parameter weight, @Nullable Parameter bias, MemorySegment x, long... shape) {
        try (PointerScope scope = new PointerScope()) {
            var leaf = Blobs.wrap(x, shape).clone().requires_grad_(true);
            var w = Blobs.wrap(weight.values(), weight.shape()).clone().requires_grad_(true);
            var b = bias == null
                    ? null
                    : Blobs.wrap(bias.values(), bias.shape()).clone().requires_grad_(true);
            var y = torch.linear(leaf, w, b == null ? new TensorOptional() : new TensorOptional(b));
            y.square().sum().mul(new org.bytedeco.pytorch.Scalar(0.01)).backward();
            return new float[][] {
                floats(Blobs.view(y)),
                floats(Blobs.view(leaf.grad().contiguous())),
                floats(Blobs.view(w.grad().contiguous())),
                b == null ? new float[0] : floats(Blobs.view(b.grad()))
            };
        }
    }

    private MemorySegment random(int count) {
        MemorySegment segment = arena.allocate(count * 4L, 64);
        for (int i = 0; i < count; i++) {
            segment.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) CounterRandom.gaussian(5, 1, i));
        }
        return segment;
    }

    private static float[] floats(MemorySegment segment) {
        return segment.toArray(ValueLayout.JAVA_FLOAT);
    }
}
