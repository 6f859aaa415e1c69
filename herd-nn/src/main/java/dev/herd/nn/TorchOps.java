package dev.herd.nn;

import java.util.List;
import java.util.function.Function;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/// Runs and differentiates [Ops] with libtorch, on one [Tape].
///
/// **Throws** `IllegalArgumentException` from every operator when shapes do not fit; the message names the
/// operator and its operands.
class TorchOps implements Ops {
    /// Multiplications from which a linear map goes to oneDNN.
    private static final long ONE_DNN_AT_LEAST = 1L << 22;

    private final Tape tape;
    private final long dropoutSeed;
    private long dropouts;

    TorchOps(Tape tape, long dropoutSeed) {
        this.tape = tape;
        this.dropoutSeed = dropoutSeed;
    }

    @Override
    public Tensor parameter(Parameter parameter) {
        return new TorchTensor(raw(parameter), 0, Rounder.Role.WEIGHT);
    }

    @Override
    public Tensor linear(Tensor x, Parameter weight, @Nullable Parameter bias) {
        TorchTensor operand = (TorchTensor) x;
        if (suitsOneDnn(operand.raw(), weight)) {
            OneDnn engine = OneDnn.get().orElseThrow();
            return tape.apply(new LinearOp(engine, Rounder.NONE, weight, bias, tape.needsGradient(x)), x);
        }
        TensorOptional offset = bias == null ? new TensorOptional() : new TensorOptional(raw(bias));
        try {
            return new TorchTensor(torch.linear(operand.raw(), raw(weight), offset), operand.level());
        } catch (RuntimeException e) {
            throw bias == null
                    ? LibTorch.failure("linear", e, x, weight)
                    : LibTorch.failure("linear", e, x, weight, bias);
        }
    }

    /// Whether the product's shapes fit, and it is large enough to repay the cut in libtorch's record.
    private boolean suitsOneDnn(org.bytedeco.pytorch.Tensor x, Parameter weight) {
        return !tape.isChecking() && fits(x, weight) && suitsOneDnn(x, weight.shape()[0]);
    }

    /// Whether a linear map takes an input.
    static boolean fits(org.bytedeco.pytorch.Tensor x, Parameter weight) {
        long[] shape = weight.shape();
        return shape.length == 2 && x.dim() >= 2 && x.size(-1) == shape[1];
    }

    /// Whether a linear map of x to `out` columns is large enough for oneDNN, where there is one.
    static boolean suitsOneDnn(org.bytedeco.pytorch.Tensor x, long out) {
        return x.numel() * out >= ONE_DNN_AT_LEAST && OneDnn.get().isPresent();
    }

    @Override
    public Tensor matmul(Tensor a, Tensor b) {
        return binary("matmul", a, b, org.bytedeco.pytorch.Tensor::matmul);
    }

    @Override
    public Tensor pairwiseDots(Tensor x, int n) {
        return pairwiseDots(x, n, Rounder.NONE);
    }

    final Tensor pairwiseDots(Tensor x, int n, Rounder rounder) {
        org.bytedeco.pytorch.Tensor raw = ((TorchTensor) x).raw();
        boolean fits = raw.dim() == 3 && raw.size(1) == n;
        return tape.isChecking() || !fits ? Ops.super.pairwiseDots(x, n) : tape.apply(new PairwiseDotsOp(rounder), x);
    }

    @Override
    public Tensor convolution(Tensor x, Parameter weight, Parameter bias) {
        TorchTensor operand = (TorchTensor) x;
        long[] kernel = checkedKernel(weight);
        try {
            return new TorchTensor(
                    torch.conv2d(
                            operand.raw(),
                            raw(weight),
                            new TensorOptional(raw(bias)),
                            new long[] {1, 1},
                            padding(kernel),
                            new long[] {1, 1},
                            1),
                    operand.level());
        } catch (RuntimeException e) {
            throw LibTorch.failure("convolution", e, x, weight, bias);
        }
    }

    /// The shape of a convolution's weight.
    static long[] checkedKernel(Parameter weight) {
        long[] kernel = weight.shape();
        if (kernel.length == 4 && (kernel[2] % 2 == 0 || kernel[3] % 2 == 0)) {
            throw new IllegalArgumentException(
                    "convolution: the sides of a kernel must be odd, not " + java.util.Arrays.toString(kernel));
        }
        return kernel;
    }

    /// The zeros around a plane that keep its size.
    static long[] padding(long[] kernel) {
        return new long[] {(kernel[2] - 1) / 2, (kernel[3] - 1) / 2};
    }

    @Override
    public Tensor transpose(Tensor x, int first, int second) {
        return unary("transpose", x, raw -> raw.transpose(first, second));
    }

    @Override
    public Tensor add(Tensor a, Tensor b) {
        return binary("add", a, b, org.bytedeco.pytorch.Tensor::add);
    }

    @Override
    public Tensor sub(Tensor a, Tensor b) {
        return binary("sub", a, b, org.bytedeco.pytorch.Tensor::sub);
    }

    @Override
    public Tensor mul(Tensor a, Tensor b) {
        return binary("mul", a, b, org.bytedeco.pytorch.Tensor::mul);
    }

    @Override
    public Tensor scale(Tensor x, double factor) {
        return unary("scale", x, raw -> raw.mul(new Scalar(factor)));
    }

    @Override
    public Tensor shift(Tensor x, double offset) {
        return unary("shift", x, raw -> raw.add(new Scalar(offset)));
    }

    @Override
    public Tensor concat(List<Tensor> parts, int dim) {
        int level = 0;
        for (Tensor part : parts) {
            level = Math.max(level, ((TorchTensor) part).level());
        }
        TensorVector vector = new TensorVector(parts.size());
        for (int i = 0; i < parts.size(); i++) {
            vector.put(i, tape.segments().operand((TorchTensor) parts.get(i), level));
        }
        try {
            return new TorchTensor(torch.cat(vector, dim), level);
        } catch (RuntimeException e) {
            throw LibTorch.failure("concat along dimension " + dim, e, parts.toArray());
        }
    }

    @Override
    public Tensor slice(Tensor x, int dim, long start, long end) {
        return unary("slice", x, raw -> {
            if (start < 0 || end < start || end > raw.size(dim)) {
                throw new IllegalArgumentException(
                        "[" + start + ", " + end + ") is not within dimension " + dim + " of size " + raw.size(dim));
            }
            return raw.narrow(dim, start, end - start);
        });
    }

    @Override
    public Tensor select(Tensor x, int dim, long... indices) {
        return unary("select", x, raw -> raw.index_select(dim, torch.tensor(indices)));
    }

    @Override
    public Tensor reshape(Tensor x, long... shape) {
        return unary("reshape", x, raw -> raw.reshape(shape));
    }

    @Override
    public Tensor sum(Tensor x, int dim, boolean keepDim) {
        return unary("sum", x, raw -> raw.sum(new long[] {dim}, keepDim, new ScalarTypeOptional()));
    }

    @Override
    public Tensor mean(Tensor x, int dim, boolean keepDim) {
        return unary("mean", x, raw -> raw.mean(new long[] {dim}, keepDim, new ScalarTypeOptional()));
    }

    @Override
    public Tensor relu(Tensor x) {
        return unary("relu", x, org.bytedeco.pytorch.Tensor::relu);
    }

    @Override
    public Tensor gelu(Tensor x) {
        return unary("gelu", x, raw -> torch.gelu(raw, "none"));
    }

    @Override
    public Tensor sigmoid(Tensor x) {
        return unary("sigmoid", x, org.bytedeco.pytorch.Tensor::sigmoid);
    }

    @Override
    public Tensor tanh(Tensor x) {
        return unary("tanh", x, org.bytedeco.pytorch.Tensor::tanh);
    }

    @Override
    public Tensor exp(Tensor x) {
        return unary("exp", x, org.bytedeco.pytorch.Tensor::exp);
    }

    @Override
    public Tensor log(Tensor x) {
        return unary("log", x, org.bytedeco.pytorch.Tensor::log);
    }

    @Override
    public Tensor abs(Tensor x) {
        return unary("abs", x, org.bytedeco.pytorch.Tensor::abs);
    }

    @Override
    public Tensor clampMin(Tensor x, double least) {
        return unary("clampMin", x, raw -> raw.clamp_min(new Scalar(least)));
    }

    @Override
    public Tensor softmax(Tensor x, int dim) {
        return unary("softmax", x, raw -> raw.softmax(dim));
    }

    @Override
    public Tensor layerNorm(Tensor x, Parameter weight, Parameter bias, double eps) {
        TorchTensor operand = (TorchTensor) x;
        try {
            return new TorchTensor(
                    torch.layer_norm(
                            operand.raw(),
                            weight.shape(),
                            new TensorOptional(raw(weight)),
                            new TensorOptional(raw(bias)),
                            eps,
                            false),
                    operand.level());
        } catch (RuntimeException e) {
            throw LibTorch.failure("layerNorm", e, x, weight, bias);
        }
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
        if (tape.isSliced()) {
            throw new IllegalStateException("batchNorm needs the statistics of the whole batch: train with one slice");
        }
        TorchTensor operand = (TorchTensor) x;
        try {
            return new TorchTensor(
                    torch.batch_norm(
                            operand.raw(),
                            new TensorOptional(raw(weight)),
                            new TensorOptional(raw(bias)),
                            new TensorOptional(raw(runningMean)),
                            new TensorOptional(raw(runningVar)),
                            tape.isTraining(),
                            momentum,
                            eps,
                            false),
                    operand.level());
        } catch (RuntimeException e) {
            throw LibTorch.failure("batchNorm", e, x, weight, bias, runningMean, runningVar);
        }
    }

    @Override
    public Tensor standardize(
            Tensor x, Tensor countR1, Parameter runningMean, Parameter runningVar, double momentum, double eps) {
        if (!tape.isTraining()) {
            return Ops.super.standardize(x, countR1, runningMean, runningVar, momentum, eps);
        }
        if (tape.isSliced()) {
            throw new IllegalStateException(
                    "standardize needs the statistics of the whole batch: train with one slice");
        }
        org.bytedeco.pytorch.Tensor count = ((TorchTensor) countR1).raw();
        double rows = count.sum().item_double();
        double known = Math.max(rows, 1);
        return unary("standardize", x, raw -> {
            org.bytedeco.pytorch.Tensor mean = columnSums(raw.mul(count)).div(new Scalar(known));
            org.bytedeco.pytorch.Tensor centered = raw.sub(mean);
            org.bytedeco.pytorch.Tensor var =
                    columnSums(centered.square().mul(count)).div(new Scalar(known));
            if (rows > 1) {
                move(runningMean, mean, momentum);
                move(runningVar, var.mul(new Scalar(rows / (rows - 1))), momentum);
            }
            return centered.mul(var.add(new Scalar(eps)).rsqrt());
        });
    }

    private static org.bytedeco.pytorch.Tensor columnSums(org.bytedeco.pytorch.Tensor x) {
        return x.sum(new long[] {0}, false, new ScalarTypeOptional());
    }

    /// Moves running statistics towards those of a batch; a checking tape moves its copy.
    private void move(Parameter running, org.bytedeco.pytorch.Tensor batch, double momentum) {
        raw(running).mul_(new Scalar(1 - momentum)).add_(batch.detach().mul(new Scalar(momentum)));
    }

    @Override
    public Tensor dropout(Tensor x, double probability) {
        if (!(probability >= 0 && probability < 1)) {
            throw new IllegalArgumentException("dropout: probability must be in [0, 1), got " + probability);
        }
        if (!tape.isTraining() || probability == 0) {
            return x;
        }
        long stream = dropouts++;
        return unary("dropout", x, raw -> {
            org.bytedeco.pytorch.Tensor mask = torch.empty(raw.shape());
            DropoutMask.fill(Blobs.view(mask), probability, dropoutSeed, stream);
            return raw.mul(tape.precise(mask));
        });
    }

    private org.bytedeco.pytorch.Tensor raw(Parameter parameter) {
        return tape.precise(parameter.leaf(tape.slice()));
    }

    final Tensor unary(
            String op, Tensor x, Function<org.bytedeco.pytorch.Tensor, org.bytedeco.pytorch.Tensor> operator) {
        TorchTensor operand = (TorchTensor) x;
        try {
            return new TorchTensor(operator.apply(operand.raw()), operand.level(), operand.role());
        } catch (RuntimeException e) {
            throw LibTorch.failure(op, e, x);
        }
    }

    /// An operator of two tensors, which also libtorch's losses use.
    Tensor binary(String op, Tensor a, Tensor b, Operator operator) {
        TorchTensor left = (TorchTensor) a;
        TorchTensor right = (TorchTensor) b;
        int level = Math.max(left.level(), right.level());
        try {
            return new TorchTensor(
                    operator.apply(
                            tape.segments().operand(left, level),
                            tape.segments().operand(right, level)),
                    level);
        } catch (RuntimeException e) {
            throw LibTorch.failure(op, e, a, b);
        }
    }

    @FunctionalInterface
    interface Operator {
        org.bytedeco.pytorch.Tensor apply(org.bytedeco.pytorch.Tensor a, org.bytedeco.pytorch.Tensor b);
    }
}
