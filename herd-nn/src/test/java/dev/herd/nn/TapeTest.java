package dev.herd.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.herd.numerics.CounterRandom;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TapeTest {
    /// Squares its input; the smallest op that cuts the graph.
    private static final class Square implements CustomOp {
        @Override
        public String name() {
            return "square";
        }

        @Override
        public List<Tensor> forward(Tape tape, List<Tensor> inputs) {
            Tensor x = inputs.getFirst();
            return List.of(tape.ops().mul(x, x));
        }

        @Override
        public List<Tensor> backward(Tape tape, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> gradients) {
            return List.of(tape.ops().scale(tape.ops().mul(inputs.getFirst(), gradients.getFirst()), 2));
        }
    }

    /// Sum and product of two inputs: two inputs, two outputs.
    private static final class SumAndProduct implements CustomOp {
        @Override
        public String name() {
            return "sumAndProduct";
        }

        @Override
        public List<Tensor> forward(Tape tape, List<Tensor> inputs) {
            return List.of(
                    tape.ops().add(inputs.get(0), inputs.get(1)), tape.ops().mul(inputs.get(0), inputs.get(1)));
        }

        @Override
        public List<Tensor> backward(Tape tape, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> gradients) {
            Ops ops = tape.ops();
            Tensor sum = gradients.get(0);
            Tensor product = gradients.get(1);
            return List.of(
                    ops.add(sum, ops.mul(product, inputs.get(1))), ops.add(sum, ops.mul(product, inputs.get(0))));
        }
    }

    /// How a graph combines three inputs; written twice, with and without custom ops.
    private interface Recipe {
        Tensor loss(Tape tape, Tensor x, Tensor y, boolean custom);
    }

    private static Tensor square(Tape tape, Tensor x, boolean custom) {
        return custom ? tape.apply(new Square(), x) : tape.ops().mul(x, x);
    }

    private static List<Tensor> sumAndProduct(Tape tape, Tensor x, Tensor y, boolean custom) {
        return custom
                ? tape.applyAll(new SumAndProduct(), x, y)
                : List.of(tape.ops().add(x, y), tape.ops().mul(x, y));
    }

    private static Tensor total(Tape tape, Tensor x) {
        return tape.ops().sum(tape.ops().reshape(x, -1), 0, false);
    }

    /// Gradients of both inputs, with custom ops and without, must be the same bits: each does the same
    /// arithmetic, only sums of several contributions may be in another order, hence the tolerance of one
    /// rounding.
    private static void assertCutsChangeNothing(Recipe recipe) {
        assertThat(gradients(recipe, true))
                .usingComparatorWithPrecision(1e-5f)
                .containsExactly(gradients(recipe, false));
    }

    private static float[] gradients(Recipe recipe, boolean custom) {
        try (Arena arena = Arena.ofConfined();
                Tape tape = Tape.training(1)) {
            MemorySegment values = arena.allocate(2 * 6 * 4L, 64);
            for (int i = 0; i < 12; i++) {
                values.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) CounterRandom.uniform(3, 1, i) - 0.5f);
            }
            MemorySegment gradients = arena.allocate(2 * 6 * 4L, 64);
            Tensor x = tape.leaf(values.asSlice(0, 24), gradients.asSlice(0, 24), 2, 3);
            Tensor y = tape.leaf(values.asSlice(24), gradients.asSlice(24), 2, 3);
            tape.backward(recipe.loss(tape, x, y, custom));
            return gradients.toArray(ValueLayout.JAVA_FLOAT);
        }
    }

    @Test
    void inputsWithoutColumnsAreTensorsLikeAnyOther() {
        try (Arena arena = Arena.ofConfined();
                Tape tape = Tape.training(1)) {
            Tensor copied = tape.input(new float[0], 3, 0);
            Tensor wrapped = tape.input(arena.allocate(0), 3, 0);
            Tensor both = tape.ops().concat(List.of(copied, wrapped), 1);
            assertThat(both.shape()).containsExactly(3, 0);
            assertThat(tape.floats(both)).isEmpty();
            assertThat(tape.view(both).byteSize()).isZero();
        }
    }

    @Test
    void aChainOfCustomOpsIsDifferentiatedAcrossItsCuts() {
        assertCutsChangeNothing((tape, x, y, custom) -> {
            Tensor once = square(tape, tape.ops().tanh(x), custom);
            Tensor twice = square(tape, tape.ops().sigmoid(once), custom);
            return total(tape, tape.ops().mul(square(tape, twice, custom), y));
        });
    }

    @Test
    void anInputOfACustomOpThatOperatorsUseBeforeAndAfterGetsBothGradients() {
        assertCutsChangeNothing((tape, x, y, custom) -> {
            Tensor hidden = tape.ops().tanh(tape.ops().mul(x, y));
            Tensor before = tape.ops().exp(hidden);
            Tensor cut = square(tape, hidden, custom);
            Tensor after = tape.ops().sigmoid(hidden);
            return total(tape, tape.ops().add(tape.ops().mul(before, cut), after));
        });
    }

    @Test
    void anOutputUsedTwiceAndJoinedAgainIsADiamond() {
        assertCutsChangeNothing((tape, x, y, custom) -> {
            Tensor cut = square(tape, tape.ops().add(x, y), custom);
            Tensor left = square(tape, tape.ops().tanh(cut), custom);
            Tensor right = tape.ops().exp(cut);
            return total(tape, tape.ops().mul(tape.ops().mul(left, right), cut));
        });
    }

    @Test
    void anOpWithTwoOutputsGetsBothGradients() {
        assertCutsChangeNothing((tape, x, y, custom) -> {
            List<Tensor> both =
                    sumAndProduct(tape, tape.ops().exp(x), tape.ops().sigmoid(y), custom);
            List<Tensor> again = sumAndProduct(tape, both.get(1), both.get(0), custom);
            return total(tape, tape.ops().mul(again.get(0), tape.ops().tanh(again.get(1))));
        });
    }

    @Test
    void anUnusedOutputCountsAsZero() {
        assertCutsChangeNothing((tape, x, y, custom) ->
                total(tape, sumAndProduct(tape, tape.ops().exp(x), y, custom).get(1)));
    }

    @Test
    void theSameTensorMayBeGivenTwiceToOneOp() {
        assertCutsChangeNothing((tape, x, y, custom) -> {
            Tensor hidden = tape.ops().exp(tape.ops().mul(x, y));
            List<Tensor> both = sumAndProduct(tape, hidden, hidden, custom);
            return total(tape, tape.ops().add(both.get(0), both.get(1)));
        });
    }

    @Test
    void aLossBelowTheTopLevelIsDifferentiatedToo() {
        assertCutsChangeNothing((tape, x, y, custom) -> {
            Tensor unused = square(tape, tape.ops().exp(y), custom);
            assertThat(unused.shape()).containsExactly(2, 3);
            return total(tape, tape.ops().mul(x, tape.ops().tanh(y)));
        });
    }

    @Test
    void parametersOnBothSidesOfACutAccumulateInTheirOwnMemory() {
        float[][] results = new float[2][];
        for (int i = 0; i < 2; i++) {
            boolean custom = i == 1;
            try (Arena arena = Arena.ofConfined();
                    Tape tape = Tape.training(1)) {
                Parameters parameters = Parameters.create(arena, 7);
                Parameter weight = parameters.root().parameter("weight", new Init.Normal(0.5), 3, 3);
                Ops ops = tape.ops();
                Tensor x = tape.input(new float[] {1, -2, 0.5f, 0.25f, 3, -1}, 2, 3);
                Tensor hidden = square(tape, ops.linear(x, weight, null), custom);
                tape.backward(total(tape, ops.tanh(ops.linear(hidden, weight, null))));
                results[i] = weight.gradient().toArray(ValueLayout.JAVA_FLOAT);
            }
        }
        assertThat(results[1]).usingComparatorWithPrecision(1e-5f).containsExactly(results[0]);
        assertThat(results[0]).doesNotContain(0);
    }

    @Test
    void trainingALogisticRegressionLearnsAPlantedRule() {
        try (Arena arena = Arena.ofConfined()) {
            Parameters parameters = Parameters.create(arena, 1);
            Parameter weight = parameters.root().parameter("weight", Init.ZEROS, 1, 2);
            Parameter bias = parameters.root().parameter("bias", Init.ZEROS, 1);
            DenseOptimizer optimizer = DenseOptimizer.create(OptimizerConfig.Adam.defaults(), parameters, arena);
            double first = 0;
            double last = 0;
            for (int step = 0; step < 300; step++) {
                float[] x = new float[128];
                float[] labels = new float[64];
                for (int i = 0; i < 64; i++) {
                    x[2 * i] = (float) CounterRandom.gaussian(5, step, 2 * i);
                    x[2 * i + 1] = (float) CounterRandom.gaussian(5, step, 2 * i + 1);
                    labels[i] = x[2 * i] - 2 * x[2 * i + 1] > 0 ? 1 : 0;
                }
                try (Tape tape = Tape.training(step)) {
                    Tensor logits = tape.ops().linear(tape.input(x, 64, 2), weight, bias);
                    Tensor loss = Losses.bceWithLogits(tape, logits, labels);
                    last = tape.floats(loss)[0];
                    first = step == 0 ? last : first;
                    optimizer.zeroGradients();
                    tape.backward(loss);
                    optimizer.step(0.05, 1);
                }
            }
            assertThat(first).isCloseTo(Math.log(2), within(1e-6));
            assertThat(last).isLessThan(0.2);
        }
    }

    @Test
    void aCustomOpsGradientsAgreeWithFiniteDifferences() {
        try (GradientCheck check = new GradientCheck()) {
            check.input(2, 3)
                    .input(2, 3)
                    .check(
                            (tape, in) -> {
                                List<Tensor> both = tape.applyAll(
                                        new SumAndProduct(),
                                        in.get(0),
                                        tape.ops().tanh(in.get(1)));
                                return tape.ops().mul(tape.apply(new Square(), both.get(0)), both.get(1));
                            },
                            1e-4);
        }
    }

    @Test
    void anOpWhoseGradientHasAnotherShapeThanItsInputIsNamed() {
        CustomOp wrong = new CustomOp() {
            @Override
            public String name() {
                return "wrong";
            }

            @Override
            public List<Tensor> forward(Tape tape, List<Tensor> inputs) {
                return inputs;
            }

            @Override
            public List<Tensor> backward(Tape tape, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> gradients) {
                return List.of(tape.ops().sum(gradients.getFirst(), 0, false));
            }
        };
        try (Arena arena = Arena.ofConfined();
                Tape tape = Tape.training(0)) {
            Tensor x = tape.leaf(arena.allocate(24), arena.allocate(24), 2, 3);
            Tensor loss = total(tape, tape.apply(wrong, x));
            assertThatThrownBy(() -> tape.backward(loss))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("wrong: input 0 has shape [2, 3], its gradient [3]");
        }
    }

    @Test
    void anInferenceTapeRecordsNothing() {
        try (Arena arena = Arena.ofConfined();
                Tape tape = Tape.inference()) {
            Parameter weight = Parameters.create(arena, 7).root().parameter("weight", Init.ONES, 2, 2);
            Tensor y = tape.ops().linear(tape.input(new float[] {1, 2}, 1, 2), weight, null);
            assertThat(tape.floats(y)).containsExactly(3, 3);
            assertThat(tape.needsGradient(y)).isFalse();
            assertThatThrownBy(() -> tape.backward(y))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("Tape.training");
        }
    }

    @Test
    void shapesThatDoNotFitAreNamedWithTheirOperator() {
        try (Arena arena = Arena.ofConfined();
                Tape tape = Tape.training(0)) {
            Parameter weight = Parameters.create(arena, 7).root().parameter("deep.weight", Init.ONES, 4, 5);
            Tensor x = tape.input(new float[6], 2, 3);
            assertThatThrownBy(() -> tape.ops().linear(x, weight, null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("linear of [2, 3], deep.weight[4, 5]: mat1 and mat2 shapes cannot be multiplied"
                            + " (2x3 and 5x4)");
            assertThatThrownBy(() -> tape.ops().add(x, tape.input(new float[8], 2, 4)))
                    .hasMessageStartingWith("add of [2, 3], [2, 4]: The size of tensor a (3) must match")
                    .hasMessageNotContaining("\n");
            assertThatThrownBy(() -> tape.ops().slice(x, 1, 2, 4))
                    .hasMessage("slice of [2, 3]: [2, 4) is not within dimension 1 of size 3");
            assertThatThrownBy(() -> Losses.bceWithLogits(tape, x, new float[2]))
                    .hasMessage("2 labels for outputs of shape [2, 3]");
            assertThatThrownBy(() -> tape.backward(x)).hasMessageContaining("scalar, got shape [2, 3]");
        }
    }
}
