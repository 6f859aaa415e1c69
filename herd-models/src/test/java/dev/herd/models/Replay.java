package dev.herd.models;

import dev.herd.nn.Ops;
import dev.herd.nn.Tensor;
import dev.herd.nn.graph.Graph;
import dev.herd.nn.graph.Node;
import dev.herd.nn.graph.Operator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Runs a recorded graph through [Ops] again, so that what was written down can be compared with the model.
public final class Replay {
    /// Of the running statistics; they do not move in evaluation.
    private static final double NO_MOMENTUM = 0;

    private Replay() {}

    /// The graph's only output for the given inputs.
    public static Tensor of(Graph graph, Ops ops, Map<String, Tensor> inputs) {
        Map<Node, Tensor> values = new HashMap<>();
        for (Node node : graph.nodes()) {
            List<Tensor> operands = node.operands().stream().map(values::get).toList();
            values.put(node, compute(ops, node, operands, inputs));
        }
        return Objects.requireNonNull(values.get(graph.outputs().getFirst()));
    }

    private static Tensor compute(Ops ops, Node node, List<Tensor> in, Map<String, Tensor> inputs) {
        return switch (node.operator()) {
            case Operator.Input(String name) -> Objects.requireNonNull(inputs.get(name), name);
            case Operator.Weight weight -> ops.parameter(weight.parameter());
            case Operator.Linear linear -> ops.linear(in.getFirst(), linear.weight(), linear.bias());
            case Operator.Matmul matmul -> ops.matmul(in.get(0), in.get(1));
            case Operator.PairwiseDots(int n) -> ops.pairwiseDots(in.getFirst(), n);
            case Operator.Convolution convolution ->
                ops.convolution(in.getFirst(), convolution.weight(), convolution.bias());
            case Operator.Transpose(int first, int second) -> ops.transpose(in.getFirst(), first, second);
            case Operator.Unary(Operator.Function function) -> unary(ops, function, in.getFirst());
            case Operator.Binary(Operator.Arithmetic arithmetic) -> binary(ops, arithmetic, in.get(0), in.get(1));
            case Operator.Scale(double factor) -> ops.scale(in.getFirst(), factor);
            case Operator.Shift(double offset) -> ops.shift(in.getFirst(), offset);
            case Operator.ClampMin(double least) -> ops.clampMin(in.getFirst(), least);
            case Operator.Concat(int dim) -> ops.concat(in, dim);
            case Operator.Slice(int dim, long start, long end) -> ops.slice(in.getFirst(), dim, start, end);
            case Operator.Select(int dim, List<Long> indices) ->
                ops.select(
                        in.getFirst(),
                        dim,
                        indices.stream().mapToLong(Long::longValue).toArray());
            case Operator.Reshape reshape -> ops.reshape(in.getFirst(), open(node.shape()));
            case Operator.Reduce(Operator.Reduction reduction, int dim, boolean keepDim) ->
                reduce(ops, reduction, in.getFirst(), dim, keepDim);
            case Operator.Softmax(int dim) -> ops.softmax(in.getFirst(), dim);
            case Operator.LayerNorm norm -> ops.layerNorm(in.getFirst(), norm.weight(), norm.bias(), norm.eps());
            case Operator.BatchNorm norm ->
                ops.batchNorm(
                        in.getFirst(),
                        norm.weight(),
                        norm.bias(),
                        norm.runningMean(),
                        norm.runningVar(),
                        NO_MOMENTUM,
                        norm.eps());
        };
    }

    /// The size that grows with the batch, as a reshape asks for it.
    private static long[] open(long[] shape) {
        for (int i = 0; i < shape.length; i++) {
            shape[i] = Math.max(shape[i], -1);
        }
        return shape;
    }

    private static Tensor unary(Ops ops, Operator.Function function, Tensor x) {
        return switch (function) {
            case RELU -> ops.relu(x);
            case GELU -> ops.gelu(x);
            case SIGMOID -> ops.sigmoid(x);
            case TANH -> ops.tanh(x);
            case EXP -> ops.exp(x);
            case LOG -> ops.log(x);
            case ABS -> ops.abs(x);
        };
    }

    private static Tensor binary(Ops ops, Operator.Arithmetic arithmetic, Tensor a, Tensor b) {
        return switch (arithmetic) {
            case ADD -> ops.add(a, b);
            case SUB -> ops.sub(a, b);
            case MUL -> ops.mul(a, b);
        };
    }

    private static Tensor reduce(Ops ops, Operator.Reduction reduction, Tensor x, int dim, boolean keepDim) {
        return switch (reduction) {
            case SUM -> ops.sum(x, dim, keepDim);
            case MEAN -> ops.mean(x, dim, keepDim);
        };
    }
}
