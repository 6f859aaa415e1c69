package dev.herd.serve.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.herd.data.FeatureSchema;
import dev.herd.data.Progress;
import dev.herd.nn.Init;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameter;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tape;
import dev.herd.nn.Tensor;
import dev.herd.nn.graph.Graph;
import dev.herd.nn.graph.Node;
import dev.herd.nn.graph.Operator;
import dev.herd.nn.graph.Recorder;
import dev.herd.numerics.CounterRandom;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every operator of a recorded graph by itself, in ONNX Runtime and in libtorch.
class OperatorExportTest {
    private static final int N = 4;
    private static final int D = 6;

    private static final FeatureSchema SCHEMA =
            new FeatureSchema(List.of("label"), List.of(), List.of(), null, null, null);

    @TempDir
    private Path folder;

    /// What an operator is shown on: a function of x `[B, 4, 6]` and of parameters.
    @FunctionalInterface
    private interface Form {
        Tensor apply(Ops ops, Tensor x, Parameters.Scope scope);
    }

    private record Case(String name, Form form) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Case of(String name, Form form) {
        return new Case(name, form);
    }

    private static Parameter weight(Parameters.Scope scope, String name, long... shape) {
        return scope.parameter(name, new Init.Normal(0.5), shape);
    }

    static List<Case> cases() {
        List<Case> cases = new ArrayList<>(List.of(
                of("weight", (ops, x, scope) -> ops.add(x, ops.parameter(weight(scope, "w", D)))),
                of("linear", (ops, x, scope) -> ops.linear(x, weight(scope, "w", 3, D), weight(scope, "b", 3))),
                of("linear without bias", (ops, x, scope) -> ops.linear(x, weight(scope, "w", 3, D), null)),
                of("linear of a matrix", OperatorExportTest::flatLinear),
                of(
                        "linear of a matrix without bias",
                        (ops, x, scope) -> ops.linear(ops.reshape(x, -1, N * D), weight(scope, "w", 3, N * D), null)),
                of("one weight in both forms of linear", OperatorExportTest::sharedWeight),
                of("matmul", (ops, x, scope) -> ops.matmul(x, ops.transpose(x, 1, 2))),
                of("matmul that broadcasts", (ops, x, scope) -> ops.matmul(ops.parameter(weight(scope, "w", 2, N)), x)),
                of("pairwise dots", (ops, x, scope) -> ops.pairwiseDots(x, N)),
                of(
                        "pairwise dots of one",
                        (ops, x, scope) -> ops.concat(
                                List.of(
                                        ops.pairwiseDots(ops.slice(x, 1, 0, 1), 1),
                                        ops.reshape(ops.slice(x, 1, 0, 1), -1, D)),
                                1)),
                of(
                        "convolution",
                        (ops, x, scope) -> ops.convolution(
                                ops.reshape(x, -1, 1, N, D), weight(scope, "w", 2, 1, 3, 5), weight(scope, "b", 2))),
                of(
                        "convolution of channels",
                        (ops, x, scope) -> ops.convolution(
                                ops.reshape(x, -1, N, 2, 3), weight(scope, "w", 3, N, 1, 3), weight(scope, "b", 3))),
                of("transpose", (ops, x, scope) -> ops.transpose(x, 1, -1)),
                of("scale", (ops, x, scope) -> ops.scale(x, -0.3)),
                of("shift", (ops, x, scope) -> ops.shift(x, 1.7)),
                of("clamp", (ops, x, scope) -> ops.clampMin(x, 0.25)),
                of("concat", (ops, x, scope) -> ops.concat(List.of(x, ops.scale(x, 2), x), -1)),
                of("slice", (ops, x, scope) -> ops.slice(x, 1, 1, 3)),
                of("select", (ops, x, scope) -> ops.select(x, 2, 5, 0, 0, 3)),
                of("reshape", (ops, x, scope) -> ops.reshape(ops.reshape(x, -1, D), -1, 2, N * D / 2)),
                of("softmax", (ops, x, scope) -> ops.softmax(x, 1)),
                of(
                        "layer norm",
                        (ops, x, scope) -> ops.layerNorm(x, weight(scope, "w", D), weight(scope, "b", D), 1e-5)),
                of("batch norm", OperatorExportTest::batchNorm),
                of(
                        "batch broadcast",
                        (ops, x, scope) -> ops.mul(
                                ops.reshape(ops.slice(x, 2, 0, 1), -1, N, 1),
                                ops.reshape(ops.slice(x, 1, 0, 1), -1, 1, D)))));
        for (Operator.Function function : Operator.Function.values()) {
            cases.add(of(function.name(), (ops, x, scope) -> unary(function, ops, x)));
        }
        for (Operator.Arithmetic arithmetic : Operator.Arithmetic.values()) {
            cases.add(of(arithmetic.name(), (ops, x, scope) -> binary(arithmetic, ops, x, ops.slice(x, 1, 2, 3))));
        }
        for (Operator.Reduction reduction : Operator.Reduction.values()) {
            for (boolean keep : new boolean[] {false, true}) {
                cases.add(of(reduction + " keeping " + keep, (ops, x, scope) -> switch (reduction) {
                    case SUM -> ops.sum(x, 1, keep);
                    case MEAN -> ops.mean(x, 1, keep);
                }));
            }
        }
        return cases;
    }

    private static Tensor flatLinear(Ops ops, Tensor x, Parameters.Scope scope) {
        return ops.linear(ops.reshape(x, -1, N * D), weight(scope, "w", 3, N * D), weight(scope, "b", 3));
    }

    private static Tensor sharedWeight(Ops ops, Tensor x, Parameters.Scope scope) {
        Parameter weight = weight(scope, "w", D, D);
        Tensor flat = ops.linear(ops.reshape(x, -1, D), weight, null);
        return ops.add(ops.linear(x, weight, null), ops.reshape(flat, -1, N, D));
    }

    private static Tensor batchNorm(Ops ops, Tensor x, Parameters.Scope scope) {
        return ops.batchNorm(
                ops.reshape(x, -1, N * D),
                weight(scope, "w", N * D),
                weight(scope, "b", N * D),
                scope.buffer("mean", new Init.Normal(1), N * D),
                scope.buffer("var", new Init.Uniform(0.2, 3), N * D),
                0.1,
                1e-5);
    }

    private static Tensor unary(Operator.Function function, Ops ops, Tensor x) {
        return switch (function) {
            case RELU -> ops.relu(x);
            case GELU -> ops.gelu(x);
            case SIGMOID -> ops.sigmoid(x);
            case TANH -> ops.tanh(x);
            case EXP -> ops.exp(x);
            case LOG -> ops.log(ops.shift(ops.abs(x), 0.01));
            case ABS -> ops.abs(x);
        };
    }

    private static Tensor binary(Operator.Arithmetic arithmetic, Ops ops, Tensor a, Tensor b) {
        return switch (arithmetic) {
            case ADD -> ops.add(a, b);
            case SUB -> ops.sub(a, b);
            case MUL -> ops.mul(a, b);
        };
    }

    private static Graph record(Case one, Arena arena) {
        Recorder recorder = new Recorder();
        Node x = recorder.input("dense", Recorder.BATCH, N, D);
        Parameters.Scope scope = Parameters.create(arena, 3).root();
        return recorder.graph(one.form().apply(recorder, x, scope));
    }

    private OnnxModel translate(Graph graph) {
        OnnxGraph target = new OnnxGraph(List.of("logits"));
        String result = new GraphTranslator(
                        target, node -> target.input("x", OnnxType.FLOAT32, "x", Port.BATCH, "" + N, "" + D))
                .translate(graph)
                .getFirst();
        String[] shape = Arrays.stream(graph.outputs().getFirst().shape())
                .mapToObj(size -> size < 0 ? Port.BATCH : Long.toString(size))
                .toArray(String[]::new);
        target.output("logits", "Identity", result, "result", shape);
        return new OnnxModel(target, Map.of());
    }

    private static float[] values(int rows) {
        float[] values = new float[rows * N * D];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) CounterRandom.gaussian(rows, 1, i);
        }
        return values;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void anOperatorComputesTheSameInOnnxRuntime(Case one) throws OrtException {
        try (Arena arena = Arena.ofConfined()) {
            Path file = folder.resolve("operator.onnx");
            new OnnxFile(file, true, OnnxFile.EMBEDDED_AT_MOST).write(translate(record(one, arena)), Progress.SILENT);
            try (OrtModel exported = OrtModel.open(file)) {
                for (int rows : new int[] {1, 2, 7}) {
                    float[] values = values(rows);
                    try (Tape tape = Tape.inference()) {
                        Parameters.Scope scope = Parameters.create(arena, 3).root();
                        Tensor result = one.form().apply(tape.ops(), tape.input(values, rows, N, D), scope);
                        Agreement.checkVaried(one.name(), tape.floats(result));
                        OnnxTensor x = OrtModel.tensor(values, rows, N, D);
                        float[] measured = Found.in(exported.run(Map.of("x", x)), "logits");
                        assertThat(Agreement.largest(measured, tape.floats(result)))
                                .isLessThan(1e-6);
                    }
                }
            }
        }
    }

    @Test
    void theCasesShowEveryOperator() {
        Set<String> shown = new TreeSet<>();
        try (Arena arena = Arena.ofConfined()) {
            for (Case one : cases()) {
                record(one, arena).nodes().forEach(node -> shown.add(name(node.operator())));
            }
        }
        Set<String> all = Stream.concat(
                        Arrays.stream(Operator.class.getPermittedSubclasses())
                                .filter(kind -> kind != Operator.Unary.class
                                        && kind != Operator.Binary.class
                                        && kind != Operator.Reduce.class)
                                .map(Class::getSimpleName),
                        Stream.of(Operator.Function.values(), Operator.Arithmetic.values(), Operator.Reduction.values())
                                .flatMap(Arrays::stream)
                                .map(Enum::name))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(shown).isEqualTo(all);
    }

    private static String name(Operator operator) {
        return switch (operator) {
            case Operator.Unary(Operator.Function function) -> function.name();
            case Operator.Binary(Operator.Arithmetic arithmetic) -> arithmetic.name();
            case Operator.Reduce reduce -> reduce.reduction().name();
            default -> operator.getClass().getSimpleName();
        };
    }

    @Test
    void notANumberStaysNotANumberThroughClamps() throws OrtException {
        try (Arena arena = Arena.ofConfined()) {
            Path file = folder.resolve("clamp.onnx");
            Case clamp = of("clamp", (ops, x, scope) -> ops.clampMin(x, 0));
            new OnnxFile(file, true, OnnxFile.EMBEDDED_AT_MOST).write(translate(record(clamp, arena)), Progress.SILENT);
            try (OrtModel exported = OrtModel.open(file)) {
                float[] values = values(1);
                values[3] = Float.NaN;
                float[] clamped = Found.in(exported.run(Map.of("x", OrtModel.tensor(values, 1, N, D))), "logits");
                assertThat(clamped[3]).isNaN();
            }
        }
    }

    @Test
    void aWeightThatIsUsedTwiceIsStoredOnceUnderItsOwnName() {
        try (Arena arena = Arena.ofConfined()) {
            OnnxModel model = translate(record(of("shared", OperatorExportTest::sharedWeight), arena));
            assertThat(model.graph().initializers().stream()
                            .filter(Initializer::weight)
                            .map(Initializer::name))
                    .containsExactly("w");
        }
    }
}
