package dev.herd.nn.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.nn.Init;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameter;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tape;
import dev.herd.nn.Tensor;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecorderTest {
    private static final Arena ARENA = Arena.ofAuto();
    private static final Parameters.Scope SCOPE = Parameters.create(ARENA, 3).root();
    private static final Parameter MATRIX = weight("matrix", 5, 4);
    private static final Parameter FIVE = weight("five", 5);
    private static final Parameter FOUR = weight("four", 4);
    private static final Parameter KERNEL = weight("kernel", 2, 3, 3, 5);
    private static final Parameter TWO = weight("two", 2);
    private static final Parameter MEAN = SCOPE.buffer("mean", Init.ZEROS, 4);
    private static final Parameter VARIANCE = SCOPE.buffer("variance", Init.ONES, 4);

    private static Parameter weight(String name, long... shape) {
        return SCOPE.parameter(name, new Init.Normal(1), shape);
    }

    /// An operation and the shapes of its inputs, with -k for k times the batch.
    private record Case(String name, BiFunction<Ops, List<Tensor>, Tensor> operation, long[]... shapes) {
        @Override
        public String toString() {
            return name + " of " + Arrays.deepToString(shapes);
        }
    }

    private static Case of(String name, BiFunction<Ops, List<Tensor>, Tensor> operation, long[]... shapes) {
        return new Case(name, operation, shapes);
    }

    private static long[] x(long... shape) {
        return shape;
    }

    static Stream<Case> cases() {
        return Stream.of(products(), elementwise(), shapes(), norms()).flatMap(List::stream);
    }

    private static List<Case> products() {
        return List.of(
                of("parameter", (ops, in) -> ops.mul(in.getFirst(), ops.parameter(FOUR)), x(-1, 4)),
                of("linear", (ops, in) -> ops.linear(in.getFirst(), MATRIX, FIVE), x(-1, 4)),
                of("linear", (ops, in) -> ops.linear(in.getFirst(), MATRIX, null), x(-1, 3, 4)),
                of("linear", (ops, in) -> ops.linear(in.getFirst(), MATRIX, FIVE), x(4)),
                of("matmul", (ops, in) -> ops.matmul(in.get(0), in.get(1)), x(-1, 3, 4), x(-1, 4, 2)),
                of("matmul", (ops, in) -> ops.matmul(in.get(0), in.get(1)), x(-1, 3, 4), x(4, 2)),
                of("matmul", (ops, in) -> ops.matmul(in.get(0), in.get(1)), x(3, 4), x(-1, 4, 2)),
                of("matmul", (ops, in) -> ops.matmul(in.get(0), in.get(1)), x(-1, 2, 3, 4), x(-1, 1, 4, 5)),
                of("matmul", (ops, in) -> ops.matmul(in.get(0), in.get(1)), x(-1, 4), x(4, 2)),
                of("pairwiseDots", (ops, in) -> ops.pairwiseDots(in.getFirst(), 4), x(-1, 4, 3)),
                of("convolution", (ops, in) -> ops.convolution(in.getFirst(), KERNEL, TWO), x(-1, 3, 6, 4)));
    }

    private static List<Case> elementwise() {
        return List.of(
                of("add", (ops, in) -> ops.add(in.get(0), in.get(1)), x(-1, 3, 4), x(-1, 3, 4)),
                of("sub", (ops, in) -> ops.sub(in.get(0), in.get(1)), x(-1, 3, 4), x(4)),
                of("mul", (ops, in) -> ops.mul(in.get(0), in.get(1)), x(-1, 3, 1), x(-1, 1, 4)),
                of("mul", (ops, in) -> ops.mul(in.get(0), in.get(1)), x(3, 4), x(-1, 1, 1)),
                of("scale", (ops, in) -> ops.scale(in.getFirst(), 2), x(-1, 3)),
                of("shift", (ops, in) -> ops.shift(in.getFirst(), 2), x(-1, 3)),
                of("relu", (ops, in) -> ops.relu(in.getFirst()), x(-1, 3)),
                of("gelu", (ops, in) -> ops.gelu(in.getFirst()), x(-1, 3)),
                of("sigmoid", (ops, in) -> ops.sigmoid(in.getFirst()), x(-1, 3)),
                of("tanh", (ops, in) -> ops.tanh(in.getFirst()), x(-1, 3)),
                of("exp", (ops, in) -> ops.exp(in.getFirst()), x(-1, 3)),
                of("log", (ops, in) -> ops.log(in.getFirst()), x(-1, 3)),
                of("abs", (ops, in) -> ops.abs(in.getFirst()), x(-1, 3)),
                of("clampMin", (ops, in) -> ops.clampMin(in.getFirst(), 0.5), x(-1, 3)),
                of("dropout", (ops, in) -> ops.dropout(in.getFirst(), 0.5), x(-1, 3)));
    }

    private static List<Case> shapes() {
        return List.of(
                of("transpose", (ops, in) -> ops.transpose(in.getFirst(), 1, -1), x(-1, 2, 3, 4)),
                of("transpose", (ops, in) -> ops.transpose(in.getFirst(), 0, 1), x(-1, 2)),
                of("concat", (ops, in) -> ops.concat(in, 1), x(-1, 2, 3), x(-1, 4, 3)),
                of("concat", (ops, in) -> ops.concat(in, -1), x(-1, 2, 3), x(-1, 2, 1), x(-1, 2, 2)),
                of("concat", (ops, in) -> ops.concat(in, 0), x(-1, 3), x(-2, 3)),
                of("slice", (ops, in) -> ops.slice(in.getFirst(), -1, 1, 3), x(-1, 2, 4)),
                of("slice", (ops, in) -> ops.slice(in.getFirst(), 1, 0, 0), x(-1, 2, 4)),
                of("select", (ops, in) -> ops.select(in.getFirst(), 1, 2, 0, 2, 1), x(-1, 3)),
                of("reshape", (ops, in) -> ops.reshape(in.getFirst(), -1, 6), x(-1, 2, 3)),
                of("reshape", (ops, in) -> ops.reshape(in.getFirst(), -1, 3), x(-1, 2, 3)),
                of("reshape", (ops, in) -> ops.reshape(in.getFirst(), -1, 2, 3), x(-2, 3)),
                of("reshape", (ops, in) -> ops.reshape(in.getFirst(), 3, -1), x(-1, 2, 3)),
                of("reshape", (ops, in) -> ops.reshape(in.getFirst(), 3, -1), x(2, 3)),
                of("reshape", (ops, in) -> ops.reshape(in.getFirst(), 6), x(2, 3)),
                of("sum", (ops, in) -> ops.sum(in.getFirst(), 1, false), x(-1, 2, 3)),
                of("sum", (ops, in) -> ops.sum(in.getFirst(), -1, true), x(-1, 2, 3)),
                of("mean", (ops, in) -> ops.mean(in.getFirst(), 2, false), x(-1, 2, 3)),
                of("mean", (ops, in) -> ops.mean(in.getFirst(), 0, true), x(-1, 2, 3)));
    }

    private static List<Case> norms() {
        return List.of(
                of("softmax", (ops, in) -> ops.softmax(in.getFirst(), -1), x(-1, 2, 3)),
                of("layerNorm", (ops, in) -> ops.layerNorm(in.getFirst(), FOUR, FOUR, 1e-5), x(-1, 2, 4)),
                of(
                        "batchNorm",
                        (ops, in) -> ops.batchNorm(in.getFirst(), FOUR, FOUR, MEAN, VARIANCE, 0.1, 1e-5),
                        x(-1, 4)),
                of(
                        "standardize",
                        (ops, in) -> ops.standardize(in.get(0), in.get(1), MEAN, VARIANCE, 0.1, 1e-5),
                        x(-3, 4),
                        x(-3, 1)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void recordedShapesAreThoseOfTheComputation(Case op) {
        long[] recorded = record(op).outputs().getFirst().shape();
        assertThat(withBatch(recorded, 2)).containsExactly(computed(op, 2));
        assertThat(withBatch(recorded, 7)).containsExactly(computed(op, 7));
    }

    @Test
    void everyOperatorAndEveryOperationHasACase() {
        Set<Class<?>> recorded = cases().flatMap(op -> record(op).nodes().stream())
                .map(node -> node.operator().getClass())
                .collect(Collectors.toSet());
        assertThat(recorded).containsExactlyInAnyOrder(Operator.class.getPermittedSubclasses());
        Set<String> operations = Arrays.stream(Ops.class.getMethods())
                .map(java.lang.reflect.Method::getName)
                .collect(Collectors.toSet());
        assertThat(cases().map(Case::name)).containsOnlyElementsOf(operations).containsAll(operations);
    }

    @Test
    void aGraphKeepsInputsAndDropsWhatNoOutputReads() {
        Recorder recorder = new Recorder();
        Node read = recorder.input("read", Recorder.BATCH, 4);
        Node unread = recorder.input("unread", Recorder.BATCH, 2);
        Tensor dropped = recorder.relu(unread);
        Tensor once = recorder.parameter(FOUR);
        assertThat(recorder.parameter(FOUR)).isSameAs(once);
        Tensor out = recorder.mul(read, once);
        Graph graph = recorder.graph(out);
        assertThat(graph.inputs()).containsExactly(read, unread);
        assertThat(graph.outputs()).containsExactly((Node) out);
        assertThat(graph.nodes()).containsExactly(read, unread, (Node) once, (Node) out);
        assertThat(graph.nodes()).doesNotContain((Node) dropped);
        assertThat(out).hasToString("%4 = Binary[arithmetic=MUL][-1, 4]");
    }

    @Test
    void whatDoesNotFitIsRefusedWithItsShapes() {
        Recorder ops = new Recorder();
        Tensor x = ops.input("x", Recorder.BATCH, 2, 3);
        Tensor plane = ops.input("plane", Recorder.BATCH, 3, 6, 4);
        refused(() -> ops.linear(x, MATRIX, FIVE), "linear: shapes do not fit: [-1, 2, 3] and [5, 4]");
        Tensor four = ops.input("four", Recorder.BATCH, 4);
        refused(() -> ops.linear(four, MATRIX, FOUR), "linear: shapes do not fit: [-1, 4] and [5, 4] and [4]");
        refused(() -> ops.matmul(x, x), "matmul: shapes do not fit: [-1, 2, 3] and [-1, 2, 3]");
        refused(() -> ops.pairwiseDots(x, 3), "pairwiseDots of 3: shapes do not fit: [-1, 2, 3]");
        refused(
                () -> ops.convolution(plane, KERNEL, FIVE),
                "convolution: shapes do not fit: [-1, 3, 6, 4] and [2, 3, 3, 5] and [5]");
        Parameter even = weight("even", 2, 3, 4, 5);
        refused(
                () -> ops.convolution(plane, even, TWO),
                "convolution: the sides of a kernel must be odd, not [2, 3, 4, 5]");
        refused(() -> ops.add(x, four), "ADD: shapes do not fit: [-1, 2, 3] and [-1, 4]");
        refused(
                () -> ops.concat(List.of(x, four), 1),
                "concat along dimension 1: shapes do not fit: [-1, 2, 3] and [-1, 4]");
        refused(() -> ops.reshape(x, -1, 4), "reshape: shapes do not fit: [-1, 2, 3] and [-1, 4]");
        refused(() -> ops.reshape(x, -1, -1), "reshape: shapes do not fit: [-1, 2, 3] and [-1, -1]");
        refused(() -> ops.reshape(x, 6), "reshape: shapes do not fit: [-1, 2, 3] and [6]");
        refused(() -> ops.layerNorm(x, FOUR, FOUR, 1), "layerNorm: shapes do not fit: [-1, 2, 3] and [4] and [4]");
        refused(
                () -> ops.batchNorm(x, FOUR, FOUR, MEAN, VARIANCE, 0.1, 1),
                "batchNorm: shapes do not fit: [-1, 2, 3] and [4] and [4] and [4] and [4]");
        refused(() -> ops.slice(x, 2, 1, 4), "slice: [1, 4) is not within dimension 2 of %0 = Input[name=x][-1, 2, 3]");
        refused(() -> ops.slice(x, 0, 0, 1), "slice: [0, 1) is not within dimension 0 of %0 = Input[name=x][-1, 2, 3]");
        refused(() -> ops.select(x, 1, 2), "select: 2 is not within dimension 1 of %0 = Input[name=x][-1, 2, 3]");
        refused(() -> ops.softmax(x, 3), "there is no dimension 3 in %0 = Input[name=x][-1, 2, 3]");
        refused(() -> ops.sum(x, -4, true), "there is no dimension -4 in %0 = Input[name=x][-1, 2, 3]");
    }

    private static void refused(ThrowingCallable operation, String message) {
        assertThatThrownBy(operation)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    private static Graph record(Case op) {
        Recorder recorder = new Recorder();
        List<Tensor> inputs = Arrays.stream(op.shapes())
                .map(shape -> (Tensor) recorder.input("x", shape))
                .toList();
        return recorder.graph(op.operation().apply(recorder, inputs));
    }

    private static long[] computed(Case op, long batch) {
        try (Tape tape = Tape.inference()) {
            List<Tensor> inputs = Arrays.stream(op.shapes())
                    .map(shape -> withBatch(shape, batch))
                    .map(shape -> tape.input(new float[entries(shape)], shape))
                    .toList();
            return op.operation().apply(tape.ops(), inputs).shape();
        }
    }

    private static long[] withBatch(long[] shape, long batch) {
        return Arrays.stream(shape).map(size -> size < 0 ? -size * batch : size).toArray();
    }

    private static int entries(long[] shape) {
        return Math.toIntExact(Arrays.stream(shape).reduce(1, (a, b) -> a * b));
    }
}
