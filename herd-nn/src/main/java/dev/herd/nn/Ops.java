package dev.herd.nn;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a model may compute. Models are written once against this interface and interpreted: [TorchOps]
/// runs and differentiates them, a recorder turns the same `forward` into a graph. Broadcasting follows
/// NumPy's rule; negative dimensions count from the end.
public interface Ops {
    /// A parameter as a tensor.
    Tensor parameter(Parameter parameter);

    /// `x W^T + b`. **Shapes**: x `[..., in]`, weight `[out, in]`, bias `[out]`, result `[..., out]`.
    Tensor linear(Tensor x, Parameter weight, @Nullable Parameter bias);

    /// Batched matrix product of the last two dimensions, broadcasting the rest.
    Tensor matmul(Tensor a, Tensor b);

    /// The inner products of all pairs of the n vectors of a row: the entries below the diagonal of `X
    /// X^T`, row by row.
    /// An interpreter may do it in one piece; the definition is the composition here.
    ///
    /// **Shapes**: `[B, n, D]` to `[B, n (n - 1) / 2]`.
    default Tensor pairwiseDots(Tensor x, int n) {
        long[] below = new long[n * (n - 1) / 2];
        int next = 0;
        for (int row = 1; row < n; row++) {
            for (int column = 0; column < row; column++) {
                below[next++] = (long) row * n + column;
            }
        }
        return select(reshape(matmul(x, transpose(x, 1, 2)), -1, (long) n * n), 1, below);
    }

    /// Two-dimensional cross-correlation with zeros around the plane, so that its size stays; the kernel's
    /// sides are odd.
    ///
    /// **Shapes**: x `[B, C, H, W]`, weight `[out, C, kernelH, kernelW]`, bias `[out]`, result `[B, out,
    /// H, W]`.
    Tensor convolution(Tensor x, Parameter weight, Parameter bias);

    /// Swaps two dimensions.
    Tensor transpose(Tensor x, int first, int second);

    Tensor add(Tensor a, Tensor b);

    Tensor sub(Tensor a, Tensor b);

    /// Elementwise product.
    Tensor mul(Tensor a, Tensor b);

    Tensor scale(Tensor x, double factor);

    /// Adds one number to every entry.
    Tensor shift(Tensor x, double offset);

    /// Joins along a dimension.
    Tensor concat(List<Tensor> parts, int dim);

    /// Entries `[start, end)` of a dimension.
    Tensor slice(Tensor x, int dim, long start, long end);

    /// The entries of a dimension at the given indices, in that order.
    Tensor select(Tensor x, int dim, long... indices);

    /// Same entries, other shape; at most one size is -1.
    Tensor reshape(Tensor x, long... shape);

    Tensor sum(Tensor x, int dim, boolean keepDim);

    Tensor mean(Tensor x, int dim, boolean keepDim);

    Tensor relu(Tensor x);

    Tensor gelu(Tensor x);

    Tensor sigmoid(Tensor x);

    Tensor tanh(Tensor x);

    Tensor exp(Tensor x);

    /// Natural logarithm.
    Tensor log(Tensor x);

    /// Absolute value.
    Tensor abs(Tensor x);

    /// The larger of every entry and `least`.
    Tensor clampMin(Tensor x, double least);

    Tensor softmax(Tensor x, int dim);

    /// Normalizes over the last dimension. **Shapes**: weight and bias `[last]`.
    Tensor layerNorm(Tensor x, Parameter weight, Parameter bias, double eps);

    /// Normalizes every column of `x[B, C]` by the batch's statistics in training and by the running ones
    /// otherwise.
    ///
    /// @param momentum share of the batch's statistics in the updated running ones
    Tensor batchNorm(
            Tensor x,
            Parameter weight,
            Parameter bias,
            Parameter runningMean,
            Parameter runningVar,
            double momentum,
            double eps);

    /// Subtracts the mean of every column of `x[R, C]` and divides by its standard deviation: those of the
    /// rows that count in training, the running ones otherwise. The definition here is the one outside
    /// training.
    ///
    /// @param countR1 1 for rows that count and 0 for those that pad; the latter get a result, too, but
    ///     move nothing
    /// @param momentum share of the batch's statistics in the updated running ones
    default Tensor standardize(
            Tensor x, Tensor countR1, Parameter runningMean, Parameter runningVar, double momentum, double eps) {
        Tensor inverse = exp(scale(log(shift(parameter(runningVar), eps)), -0.5));
        return mul(sub(x, parameter(runningMean)), inverse);
    }

    /// Zeroes entries with the given probability and scales the rest in training; the identity otherwise.
    Tensor dropout(Tensor x, double probability);
}
