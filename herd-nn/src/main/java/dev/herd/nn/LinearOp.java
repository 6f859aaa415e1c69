package dev.herd.nn;

import dev.herd.nn.Rounder.Role;
import dev.herd.numerics.format.BlockCodec.Axis;
import java.util.List;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/// `x W^T + b` with all three products of the step by one engine, their operands rounded.
///
/// **Shapes**: x `[..., K]`, weight `[N, K]`, bias `[N]`, result `[..., N]`.
///
/// @param needsInput whether the gradient of x is asked for
record LinearOp(
        LinearEngine engine,
        Rounder rounder,
        Parameter weight,
        @Nullable Parameter bias,
        boolean needsInput) implements CustomOp {
    @Override
    public String name() {
        return "linear";
    }

    @Override
    public List<Tensor> forward(Tape tape, List<Tensor> inputs) {
        org.bytedeco.pytorch.Tensor x = raw(inputs.getFirst());
        org.bytedeco.pytorch.Tensor y = engine.linear(
                rounder.rounded(Role.ACTIVATION, flat(x), Axis.ROWS),
                rounder.rounded(Role.WEIGHT, raw(tape, weight), Axis.ROWS),
                bias == null ? null : raw(tape, bias));
        return List.of(new TorchTensor(shaped(y, x), 0));
    }

    @Override
    public List<Tensor> backward(Tape tape, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> gradients) {
        org.bytedeco.pytorch.Tensor x = raw(inputs.getFirst());
        org.bytedeco.pytorch.Tensor gradient = flat(raw(gradients.getFirst()));
        if (weight.trainable()) {
            add(
                    tape,
                    weight,
                    ofWeight(
                            engine,
                            rounder.rounded(Role.GRADIENT, gradient, Axis.COLUMNS),
                            rounder.rounded(Role.ACTIVATION, flat(x), Axis.COLUMNS)));
        }
        if (bias != null && bias.trainable()) {
            add(tape, bias, gradient.sum(0));
        }
        org.bytedeco.pytorch.Tensor ofX =
                needsInput ? shaped(ofInput(tape, gradient), x) : torch.zeros(1).expand(x.shape());
        return List.of(new TorchTensor(ofX, 0));
    }

    private org.bytedeco.pytorch.Tensor ofInput(Tape tape, org.bytedeco.pytorch.Tensor gradient) {
        return engine.linear(
                rounder.rounded(Role.GRADIENT, gradient, Axis.ROWS),
                rounder.rounded(Role.WEIGHT, raw(tape, weight), Axis.COLUMNS).t(),
                null);
    }

    /* Of the two ways to the same product oneDNN is faster with the narrower matrix first, as long as it is the input: on
     * one thread 2048 x 13 x 512 runs at 148 instead of 36 GFLOP/s and 2048 x 100 x 400 at 161 instead of 116, while
     * 2048 x 512 x 64 keeps its 182. */
    static org.bytedeco.pytorch.Tensor ofWeight(
            LinearEngine engine, org.bytedeco.pytorch.Tensor gradient, org.bytedeco.pytorch.Tensor x) {
        boolean narrow = 2 * x.size(1) <= gradient.size(1);
        return narrow ? engine.linear(x.t(), gradient.t(), null).t() : engine.linear(gradient.t(), x.t(), null);
    }

    private static void add(Tape tape, Parameter parameter, org.bytedeco.pytorch.Tensor gradient) {
        parameter.leaf(tape.slice()).grad().add_(gradient);
    }

    private static org.bytedeco.pytorch.Tensor raw(Tensor tensor) {
        return ((TorchTensor) tensor).raw();
    }

    private static org.bytedeco.pytorch.Tensor raw(Tape tape, Parameter parameter) {
        return tape.precise(parameter.leaf(tape.slice()).detach());
    }

    private static org.bytedeco.pytorch.Tensor flat(org.bytedeco.pytorch.Tensor x) {
        return x.dim() == 2 ? x : x.reshape(-1, x.size(-1));
    }

    /// The rows of `flat` in the leading dimensions of `like`.
    private static org.bytedeco.pytorch.Tensor shaped(
            org.bytedeco.pytorch.Tensor flat, org.bytedeco.pytorch.Tensor like) {
        if (like.dim() == 2) {
            return flat;
        }
        long[] shape = like.shape();
        shape[shape.length - 1] = flat.size(1);
        return flat.view(shape);
    }
}
