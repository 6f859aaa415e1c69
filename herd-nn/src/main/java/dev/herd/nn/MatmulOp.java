package dev.herd.nn;

import dev.herd.nn.Rounder.Role;
import dev.herd.numerics.format.BlockCodec.Axis;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/// [Ops#matmul] with the operands of all three products of the step rounded. Matrices that meet a single one
/// are one long matrix, whose rows the gradient of that one sums over.
///
/// @param ofA what a is
/// @param ofB what b is
record MatmulOp(Rounder rounder, Role ofA, Role ofB, boolean needsA, boolean needsB) implements CustomOp {
    @Override
    public String name() {
        return "matmul";
    }

    @Override
    public List<dev.herd.nn.Tensor> forward(Tape tape, List<dev.herd.nn.Tensor> inputs) {
        Tensor b = raw(inputs.get(1));
        Tensor whole = raw(inputs.get(0));
        Tensor a = folded(whole, b);
        Tensor product = rounder.rounded(ofA, a, Axis.ROWS).matmul(rounder.rounded(ofB, b, Axis.COLUMNS));
        if (a.dim() == whole.dim()) {
            return List.of(new TorchTensor(product, 0));
        }
        long[] shape = whole.shape();
        shape[shape.length - 1] = b.size(1);
        return List.of(new TorchTensor(product.view(shape), 0));
    }

    @Override
    public List<dev.herd.nn.Tensor> backward(
            Tape tape,
            List<dev.herd.nn.Tensor> inputs,
            List<dev.herd.nn.Tensor> outputs,
            List<dev.herd.nn.Tensor> gradients) {
        Tensor b = raw(inputs.get(1));
        Tensor whole = raw(inputs.get(0));
        Tensor a = folded(whole, b);
        Tensor gradient = folded(raw(gradients.getFirst()), b);
        Tensor ofWhole = needsA
                ? rounder.rounded(Role.GRADIENT, gradient, Axis.ROWS)
                        .matmul(rounder.rounded(ofB, b, Axis.ROWS).mT())
                : torch.zeros(1);
        Tensor ofOther = needsB
                ? rounder.rounded(ofA, a, Axis.COLUMNS)
                        .mT()
                        .matmul(rounder.rounded(Role.GRADIENT, gradient, Axis.COLUMNS))
                : torch.zeros(1);
        return List.of(shaped(ofWhole, whole, needsA), shaped(ofOther, b, needsB));
    }

    private static dev.herd.nn.Tensor shaped(Tensor gradient, Tensor like, boolean needed) {
        if (!needed) {
            return new TorchTensor(gradient.expand(like.shape()), 0);
        }
        boolean folded = gradient.numel() == like.numel();
        return new TorchTensor(folded ? gradient.reshape(like.shape()) : gradient.sum_to_size(like.shape()), 0);
    }

    private static Tensor folded(Tensor a, Tensor b) {
        return b.dim() == 2 && a.dim() > 2 ? a.reshape(-1, a.size(-1)) : a;
    }

    private static Tensor raw(dev.herd.nn.Tensor tensor) {
        return ((TorchTensor) tensor).raw();
    }
}
