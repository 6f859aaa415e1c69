package dev.herd.nn;

import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/// [TorchOps] with the operands of every matrix product rounded, in the forward pass and in both products of
/// the backward pass.
final class RoundedOps extends TorchOps {
    private final Tape tape;
    private final Rounder rounder;

    RoundedOps(Tape tape, long dropoutSeed, Rounder rounder) {
        super(tape, dropoutSeed);
        this.tape = tape;
        this.rounder = rounder;
    }

    @Override
    public Tensor linear(Tensor x, Parameter weight, @Nullable Parameter bias) {
        org.bytedeco.pytorch.Tensor raw = ((TorchTensor) x).raw();
        if (!fits(raw, weight)) {
            return super.linear(x, weight, bias);
        }
        LinearEngine engine = !tape.isChecking() && suitsOneDnn(raw, weight.shape()[0])
                ? OneDnn.get().orElseThrow()
                : LinearEngine.LIBTORCH;
        return tape.apply(new LinearOp(engine, rounder, weight, bias, tape.needsGradient(x)), x);
    }

    @Override
    public Tensor matmul(Tensor a, Tensor b) {
        MatmulOp op = new MatmulOp(
                rounder,
                ((TorchTensor) a).role(),
                ((TorchTensor) b).role(),
                tape.needsGradient(a),
                tape.needsGradient(b));
        try {
            return tape.apply(op, a, b);
        } catch (RuntimeException e) {
            throw LibTorch.failure("matmul", e, a, b);
        }
    }

    @Override
    public Tensor pairwiseDots(Tensor x, int n) {
        return pairwiseDots(x, n, rounder);
    }

    /// A linear map of the patches of the plane.
    @Override
    public Tensor convolution(Tensor x, Parameter weight, Parameter bias) {
        long[] kernel = checkedKernel(weight);
        long[] shape = x.shape();
        if (kernel.length != 4 || shape.length != 4) {
            return super.convolution(x, weight, bias);
        }
        Tensor patches = unary(
                "convolution",
                x,
                raw -> torch.im2col(
                        raw, new long[] {kernel[2], kernel[3]}, new long[] {1, 1}, padding(kernel), new long[] {1, 1}));
        Tensor flat = reshape(parameter(weight), kernel[0], kernel[1] * kernel[2] * kernel[3]);
        Tensor mapped = matmul(transpose(patches, 1, 2), transpose(flat, 0, 1));
        Tensor shifted = add(mapped, parameter(bias));
        return reshape(transpose(shifted, 1, 2), -1, kernel[0], shape[2], shape[3]);
    }
}
