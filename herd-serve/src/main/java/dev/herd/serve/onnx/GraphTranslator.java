package dev.herd.serve.onnx;

import dev.herd.nn.Parameter;
import dev.herd.nn.graph.Graph;
import dev.herd.nn.graph.Node;
import dev.herd.nn.graph.Operator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Writes a recorded forward pass as operators of ONNX, opset 20. Parameters become initializers of their
/// own names, each once.
final class GraphTranslator {
    private final OnnxGraph target;
    private final Function<Node, String> inputs;
    private final Map<Node, String> values = new HashMap<>();
    private final Map<Parameter, String> weights = new HashMap<>();
    private final Map<Parameter, String> transposed = new HashMap<>();

    /// @param inputs gives the name of the array that stands for an input of the graph
    GraphTranslator(OnnxGraph target, Function<Node, String> inputs) {
        this.target = target;
        this.inputs = inputs;
    }

    /// Translates what the outputs need and returns their names. Inputs that nothing reads are left out.
    List<String> translate(Graph graph) {
        Set<Node> read = new HashSet<>(graph.outputs());
        graph.nodes().forEach(node -> read.addAll(node.operands()));
        for (Node node : graph.nodes()) {
            if (read.contains(node)) {
                values.put(node, translate(node));
            }
        }
        return graph.outputs().stream().map(this::value).toList();
    }

    private String value(Node node) {
        String value = values.get(node);
        if (value == null) {
            throw new IllegalStateException(node + " is read before it is computed");
        }
        return value;
    }

    private String translate(Node node) {
        List<String> operands = node.operands().stream().map(this::value).toList();
        return switch (node.operator()) {
            case Operator.Input input -> inputs.apply(node);
            case Operator.Weight(Parameter parameter) -> weight(parameter);
            case Operator.Linear(Parameter weight, Parameter bias) -> linear(node, weight, bias);
            case Operator.Matmul matmul -> target.node("MatMul", operands);
            case Operator.PairwiseDots(int n) -> pairwiseDots(operands.getFirst(), n);
            case Operator.Convolution convolution -> convolution(operands.getFirst(), convolution);
            case Operator.Transpose(int first, int second) ->
                transpose(operands.getFirst(), node.rank(), first, second);
            case Operator.Unary(Operator.Function function) -> target.node(name(function), operands);
            case Operator.Binary(Operator.Arithmetic arithmetic) -> target.node(name(arithmetic), operands);
            case Operator.Scale(double factor) -> withNumber("Mul", operands, factor);
            case Operator.Shift(double offset) -> withNumber("Add", operands, offset);
            case Operator.ClampMin(double least) -> withNumber("Max", operands, least);
            case Operator.Concat(int dim) -> target.node("Concat", operands, Attribute.integer("axis", dim));
            case Operator.Slice(int dim, long start, long end) ->
                target.node("Slice", and(operands, integers(start), integers(end), integers(dim)));
            case Operator.Select(int dim, List<Long> indices) -> gather(operands.getFirst(), dim, indices);
            case Operator.Reshape reshape -> reshape(operands.getFirst(), node.shape());
            case Operator.Reduce(Operator.Reduction reduction, int dim, boolean keepDim) ->
                target.node(
                        name(reduction), and(operands, integers(dim)), Attribute.integer("keepdims", keepDim ? 1 : 0));
            case Operator.Softmax(int dim) -> target.node("Softmax", operands, Attribute.integer("axis", dim));
            case Operator.LayerNorm(Parameter weight, Parameter bias, double eps) ->
                target.node(
                        "LayerNormalization",
                        and(operands, weight(weight), weight(bias)),
                        Attribute.integer("axis", -1),
                        Attribute.real("epsilon", eps));
            case Operator.BatchNorm norm -> batchNorm(node, norm);
        };
    }

    private static String name(Operator.Function function) {
        return switch (function) {
            case RELU -> "Relu";
            case GELU -> "Gelu";
            case SIGMOID -> "Sigmoid";
            case TANH -> "Tanh";
            case EXP -> "Exp";
            case LOG -> "Log";
            case ABS -> "Abs";
        };
    }

    private static String name(Operator.Arithmetic arithmetic) {
        return switch (arithmetic) {
            case ADD -> "Add";
            case SUB -> "Sub";
            case MUL -> "Mul";
        };
    }

    private static String name(Operator.Reduction reduction) {
        return switch (reduction) {
            case SUM -> "ReduceSum";
            case MEAN -> "ReduceMean";
        };
    }

    private String weight(Parameter parameter) {
        return weights.computeIfAbsent(
                parameter, key -> target.weight(key.name(), OnnxType.FLOAT32, key.shape(), key.values()));
    }

    /// Gemm knows matrices alone; a runtime folds the turned weight of the other form when it loads the
    /// file.
    private String linear(Node node, Parameter weight, @Nullable Parameter bias) {
        String x = value(node.operands().getFirst());
        if (node.rank() == 2) {
            List<String> operands = new ArrayList<>(List.of(x, weight(weight)));
            if (bias != null) {
                operands.add(weight(bias));
            }
            return target.node("Gemm", operands, Attribute.integer("transB", 1));
        }
        String turned = transposed.computeIfAbsent(weight, key -> transpose(weight(key), 2, 0, 1));
        String product = target.node("MatMul", List.of(x, turned));
        return bias == null ? product : target.node("Add", List.of(product, weight(bias)));
    }

    private String pairwiseDots(String xBND, int n) {
        String products = target.node("MatMul", List.of(xBND, transpose(xBND, 3, 1, 2)));
        List<Long> below = new ArrayList<>();
        for (long row = 1; row < n; row++) {
            for (long column = 0; column < row; column++) {
                below.add(row * n + column);
            }
        }
        return gather(reshape(products, -1, (long) n * n), 1, below);
    }

    private String convolution(String x, Operator.Convolution convolution) {
        long[] kernel = convolution.weight().shape();
        long vertical = (kernel[2] - 1) / 2;
        long horizontal = (kernel[3] - 1) / 2;
        return target.node(
                "Conv",
                List.of(x, weight(convolution.weight()), weight(convolution.bias())),
                Attribute.integers("pads", vertical, horizontal, vertical, horizontal));
    }

    private String transpose(String x, int rank, int first, int second) {
        long[] order = IntStream.range(0, rank).asLongStream().toArray();
        order[first] = second;
        order[second] = first;
        return target.node("Transpose", List.of(x), Attribute.integers("perm", order));
    }

    private String withNumber(String operator, List<String> operands, double number) {
        return target.node(operator, and(operands, target.real(number)));
    }

    private String gather(String x, int dim, List<Long> indices) {
        String constant = integers(indices.stream().mapToLong(Long::longValue).toArray());
        return target.node("Gather", List.of(x, constant), Attribute.integer("axis", dim));
    }

    /// The size that grows with the batch is left open.
    private String reshape(String x, long... shape) {
        long[] sizes = Arrays.stream(shape).map(size -> Math.max(size, -1)).toArray();
        return target.node("Reshape", List.of(x, integers(sizes)));
    }

    private String batchNorm(Node node, Operator.BatchNorm norm) {
        return target.node(
                "BatchNormalization",
                List.of(
                        value(node.operands().getFirst()),
                        weight(norm.weight()),
                        weight(norm.bias()),
                        weight(norm.runningMean()),
                        weight(norm.runningVar())),
                Attribute.real("epsilon", norm.eps()));
    }

    private String integers(long... values) {
        return target.integers(values);
    }

    private static List<String> and(List<String> operands, String... more) {
        List<String> all = new ArrayList<>(operands);
        all.addAll(Arrays.asList(more));
        return all;
    }
}
