package dev.herd.nn.graph;

import dev.herd.nn.Ops;
import dev.herd.nn.Parameter;
import dev.herd.nn.Tensor;
import dev.herd.nn.graph.Operator.Arithmetic;
import dev.herd.nn.graph.Operator.Function;
import dev.herd.nn.graph.Operator.Reduction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes down what a model computes in evaluation, without computing it.
///
/// ```java
/// Recorder recorder = new Recorder();
/// Node x = recorder.input("dense", Recorder.BATCH, 13);
/// Graph graph = recorder.graph(model.forward(recorder, x));
/// ```
///
/// **Throws** `IllegalArgumentException` from every operation when shapes do not fit, naming it and its
/// operands.
public final class Recorder implements Ops {
    /// The batch size as a size of an input.
    public static final long BATCH = -1;

    private final List<Node> nodes = new ArrayList<>();
    private final List<Node> inputs = new ArrayList<>();
    private final Map<Parameter, Node> weights = new HashMap<>();

    /// Declares an array that the caller will bring.
    public Node input(String name, long... shape) {
        Node node = add(new Operator.Input(name), List.of(), shape);
        inputs.add(node);
        return node;
    }

    /// What leads to the outputs; all else that was recorded is dropped, inputs excepted.
    public Graph graph(Tensor... outputs) {
        List<Node> wanted = Arrays.stream(outputs).map(Node.class::cast).toList();
        Set<Node> used = new HashSet<>(inputs);
        used.addAll(wanted);
        for (Node node : nodes.reversed()) {
            if (used.contains(node)) {
                used.addAll(node.operands());
            }
        }
        return new Graph(nodes.stream().filter(used::contains).toList(), inputs, wanted);
    }

    @Override
    public Tensor parameter(Parameter parameter) {
        return weights.computeIfAbsent(parameter, key -> add(new Operator.Weight(key), List.of(), key.shape()));
    }

    @Override
    public Tensor linear(Tensor x, Parameter weight, @Nullable Parameter bias) {
        return add(new Operator.Linear(weight, bias), List.of(node(x)), Shapes.linear(x.shape(), weight, bias));
    }

    @Override
    public Tensor matmul(Tensor a, Tensor b) {
        return add(new Operator.Matmul(), List.of(node(a), node(b)), Shapes.matmul(a.shape(), b.shape()));
    }

    @Override
    public Tensor pairwiseDots(Tensor x, int n) {
        return add(new Operator.PairwiseDots(n), List.of(node(x)), Shapes.pairwiseDots(x.shape(), n));
    }

    @Override
    public Tensor convolution(Tensor x, Parameter weight, Parameter bias) {
        return add(
                new Operator.Convolution(weight, bias), List.of(node(x)), Shapes.convolution(x.shape(), weight, bias));
    }

    @Override
    public Tensor transpose(Tensor x, int first, int second) {
        int one = dim(x, first);
        int other = dim(x, second);
        long[] shape = x.shape();
        long moved = shape[one];
        shape[one] = shape[other];
        shape[other] = moved;
        return add(new Operator.Transpose(one, other), List.of(node(x)), shape);
    }

    @Override
    public Tensor add(Tensor a, Tensor b) {
        return binary(Arithmetic.ADD, a, b);
    }

    @Override
    public Tensor sub(Tensor a, Tensor b) {
        return binary(Arithmetic.SUB, a, b);
    }

    @Override
    public Tensor mul(Tensor a, Tensor b) {
        return binary(Arithmetic.MUL, a, b);
    }

    @Override
    public Tensor scale(Tensor x, double factor) {
        return add(new Operator.Scale(factor), List.of(node(x)), x.shape());
    }

    @Override
    public Tensor shift(Tensor x, double offset) {
        return add(new Operator.Shift(offset), List.of(node(x)), x.shape());
    }

    @Override
    public Tensor concat(List<Tensor> parts, int dim) {
        int at = dim(parts.getFirst(), dim);
        long[] shape = Shapes.concat(parts.stream().map(Tensor::shape).toList(), at);
        return add(new Operator.Concat(at), parts.stream().map(Recorder::node).toList(), shape);
    }

    @Override
    public Tensor slice(Tensor x, int dim, long start, long end) {
        int at = dim(x, dim);
        long[] shape = x.shape();
        if (start < 0 || end < start || end > shape[at]) {
            throw new IllegalArgumentException(
                    "slice: [" + start + ", " + end + ") is not within dimension " + dim + " of " + node(x));
        }
        shape[at] = end - start;
        return add(new Operator.Slice(at, start, end), List.of(node(x)), shape);
    }

    @Override
    public Tensor select(Tensor x, int dim, long... indices) {
        int at = dim(x, dim);
        long[] shape = x.shape();
        for (long index : indices) {
            if (index < 0 || index >= shape[at]) {
                throw new IllegalArgumentException(
                        "select: " + index + " is not within dimension " + dim + " of " + node(x));
            }
        }
        shape[at] = indices.length;
        return add(new Operator.Select(at, Arrays.stream(indices).boxed().toList()), List.of(node(x)), shape);
    }

    @Override
    public Tensor reshape(Tensor x, long... shape) {
        return add(new Operator.Reshape(), List.of(node(x)), Shapes.reshape(x.shape(), shape));
    }

    @Override
    public Tensor sum(Tensor x, int dim, boolean keepDim) {
        return reduce(Reduction.SUM, x, dim, keepDim);
    }

    @Override
    public Tensor mean(Tensor x, int dim, boolean keepDim) {
        return reduce(Reduction.MEAN, x, dim, keepDim);
    }

    @Override
    public Tensor relu(Tensor x) {
        return unary(Function.RELU, x);
    }

    @Override
    public Tensor gelu(Tensor x) {
        return unary(Function.GELU, x);
    }

    @Override
    public Tensor sigmoid(Tensor x) {
        return unary(Function.SIGMOID, x);
    }

    @Override
    public Tensor tanh(Tensor x) {
        return unary(Function.TANH, x);
    }

    @Override
    public Tensor exp(Tensor x) {
        return unary(Function.EXP, x);
    }

    @Override
    public Tensor log(Tensor x) {
        return unary(Function.LOG, x);
    }

    @Override
    public Tensor abs(Tensor x) {
        return unary(Function.ABS, x);
    }

    @Override
    public Tensor clampMin(Tensor x, double least) {
        return add(new Operator.ClampMin(least), List.of(node(x)), x.shape());
    }

    @Override
    public Tensor softmax(Tensor x, int dim) {
        return add(new Operator.Softmax(dim(x, dim)), List.of(node(x)), x.shape());
    }

    @Override
    public Tensor layerNorm(Tensor x, Parameter weight, Parameter bias, double eps) {
        return add(
                new Operator.LayerNorm(weight, bias, eps), List.of(node(x)), Shapes.layerNorm(x.shape(), weight, bias));
    }

    @Override
    public Tensor batchNorm(
            Tensor x,
            Parameter weight,
            Parameter bias,
            Parameter runningMean,
            Parameter runningVar,
            double momentum,
            double eps) {
        return add(
                new Operator.BatchNorm(weight, bias, runningMean, runningVar, eps),
                List.of(node(x)),
                Shapes.batchNorm(x.shape(), List.of(weight, bias, runningMean, runningVar)));
    }

    /// The identity, as in evaluation.
    @Override
    public Tensor dropout(Tensor x, double probability) {
        return x;
    }

    private Node unary(Function function, Tensor x) {
        return add(new Operator.Unary(function), List.of(node(x)), x.shape());
    }

    private Node binary(Arithmetic arithmetic, Tensor a, Tensor b) {
        return add(
                new Operator.Binary(arithmetic),
                List.of(node(a), node(b)),
                Shapes.broadcast(arithmetic.name(), a.shape(), b.shape()));
    }

    private Node reduce(Reduction reduction, Tensor x, int dim, boolean keepDim) {
        int at = dim(x, dim);
        return add(
                new Operator.Reduce(reduction, at, keepDim), List.of(node(x)), Shapes.reduced(x.shape(), at, keepDim));
    }

    private Node add(Operator operator, List<Node> operands, long... shape) {
        Node node = new Node(nodes.size(), operator, operands, shape);
        nodes.add(node);
        return node;
    }

    private static Node node(Tensor tensor) {
        return (Node) tensor;
    }

    private static int dim(Tensor x, int dim) {
        int rank = x.shape().length;
        if (dim < -rank || dim >= rank) {
            throw new IllegalArgumentException("there is no dimension " + dim + " in " + x);
        }
        return dim < 0 ? dim + rank : dim;
    }
}
