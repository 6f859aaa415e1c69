package dev.herd.nn.graph;

import dev.herd.nn.Parameter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a [Node] computes: one case for each operation of [dev.herd.nn.Ops], with what is fixed about it.
/// Dimensions are
/// counted from the front.
public sealed interface Operator {
    /// What a caller fills in.
    record Input(String name) implements Operator {}

    record Weight(Parameter parameter) implements Operator {}

    record Linear(Parameter weight, @Nullable Parameter bias) implements Operator {}

    record Matmul() implements Operator {}

    record PairwiseDots(int n) implements Operator {}

    record Convolution(Parameter weight, Parameter bias) implements Operator {}

    record Transpose(int first, int second) implements Operator {}

    /// Elementwise, of one array.
    record Unary(Function function) implements Operator {}

    /// Elementwise, of two arrays under NumPy's rule of broadcasting.
    record Binary(Arithmetic arithmetic) implements Operator {}

    record Scale(double factor) implements Operator {}

    record Shift(double offset) implements Operator {}

    record ClampMin(double least) implements Operator {}

    record Concat(int dim) implements Operator {}

    record Slice(int dim, long start, long end) implements Operator {}

    record Select(int dim, List<Long> indices) implements Operator {}

    record Reshape() implements Operator {}

    record Reduce(Reduction reduction, int dim, boolean keepDim) implements Operator {}

    record Softmax(int dim) implements Operator {}

    record LayerNorm(Parameter weight, Parameter bias, double eps) implements Operator {}

    /// By the running statistics.
    record BatchNorm(Parameter weight, Parameter bias, Parameter runningMean, Parameter runningVar, double eps)
            implements Operator {}

    enum Function {
        RELU,
        GELU,
        SIGMOID,
        TANH,
        EXP,
        LOG,
        ABS
    }

    enum Arithmetic {
        ADD,
        SUB,
        MUL
    }

    enum Reduction {
        SUM,
        MEAN
    }

    /// The parameters and buffers it reads.
    default List<Parameter> parameters() {
        return switch (this) {
            case Weight weight -> List.of(weight.parameter());
            case Linear(Parameter matrix, Parameter bias) -> bias == null ? List.of(matrix) : List.of(matrix, bias);
            case Convolution convolution -> List.of(convolution.weight(), convolution.bias());
            case LayerNorm norm -> List.of(norm.weight(), norm.bias());
            case BatchNorm norm -> List.of(norm.weight(), norm.bias(), norm.runningMean(), norm.runningVar());
            case Input input -> List.of();
            case Matmul matmul -> List.of();
            case PairwiseDots dots -> List.of();
            case Transpose transpose -> List.of();
            case Unary unary -> List.of();
            case Binary binary -> List.of();
            case Scale scale -> List.of();
            case Shift shift -> List.of();
            case ClampMin clamp -> List.of();
            case Concat concat -> List.of();
            case Slice slice -> List.of();
            case Select select -> List.of();
            case Reshape reshape -> List.of();
            case Reduce reduce -> List.of();
            case Softmax softmax -> List.of();
        };
    }
}
