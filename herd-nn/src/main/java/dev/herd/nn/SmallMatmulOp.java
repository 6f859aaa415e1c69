package dev.herd.nn;

import java.util.List;
import org.bytedeco.pytorch.global.torch;

/// [Ops#matmul] of many small matrices, each of which costs libtorch a call and, where it is transposed, a
/// copy. One of the operands may be a single matrix that all share.
///
/// **Shapes**: a `[..., M, K]` or `[M, K]`, b `[..., K, N]` or `[K, N]`, result `[..., M, N]`, fp32; the
/// leading dimensions, one or two, are the same.
///
/// @param ofA whether the gradient of a is asked for
/// @param ofB whether the gradient of b is asked for
record SmallMatmulOp(boolean ofA, boolean ofB) implements CustomOp {
    /// Multiplications from which a product is left to the matrix libraries.
    private static final long LARGE = 1L << 18;

    private static final long FEW = 8;

    @Override
    public String name() {
        return "matmul";
    }

    /// Whether there are many products, and small ones.
    static boolean suits(org.bytedeco.pytorch.Tensor a, org.bytedeco.pytorch.Tensor b) {
        long dims = Math.max(a.dim(), b.dim());
        if (dims < 3
                || dims > 4
                || !isFloat(a)
                || !isFloat(b)
                || a.numel() == 0
                || b.numel() == 0
                || !leadAlike(a, b)
                || a.size(-1) != b.size(-2)) {
            return false;
        }
        org.bytedeco.pytorch.Tensor many = a.dim() == dims ? a : b;
        long groups = many.numel() / (many.size(-1) * many.size(-2));
        // Rows that lie side by side under one shared matrix are one large product.
        boolean one = b.dim() == 2 && a.is_contiguous();
        return !one && groups >= FEW && a.size(-2) * a.size(-1) * b.size(-1) <= LARGE;
    }

    private static boolean isFloat(org.bytedeco.pytorch.Tensor tensor) {
        return tensor.scalar_type().intern() == torch.ScalarType.Float;
    }

    /// Whether the leading dimensions are the same, or one of the two has none.
    private static boolean leadAlike(org.bytedeco.pytorch.Tensor a, org.bytedeco.pytorch.Tensor b) {
        if (a.dim() == 2 || b.dim() == 2) {
            return true;
        }
        if (a.dim() != b.dim()) {
            return false;
        }
        for (int d = 0; d < a.dim() - 2; d++) {
            boolean expanded = a.stride(d) == 0 || b.stride(d) == 0;
            if (a.size(d) != b.size(d) || expanded) {
                return false;
            }
        }
        return true;
    }

    @Override
    public List<Tensor> forward(Tape tape, List<Tensor> inputs) {
        return List.of(tensor(product(raw(inputs.getFirst()), raw(inputs.getLast()))));
    }

    @Override
    public List<Tensor> backward(Tape tape, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> gradients) {
        org.bytedeco.pytorch.Tensor a = raw(inputs.getFirst());
        org.bytedeco.pytorch.Tensor b = raw(inputs.getLast());
        org.bytedeco.pytorch.Tensor gradient = raw(gradients.getFirst()).contiguous();
        return List.of(tensor(ofA ? ofA(gradient, a, b) : zeros(a)), tensor(ofB ? ofB(gradient, a, b) : zeros(b)));
    }

    static org.bytedeco.pytorch.Tensor product(org.bytedeco.pytorch.Tensor a, org.bytedeco.pytorch.Tensor b) {
        long[] shape = a.dim() >= b.dim() ? a.shape() : b.shape();
        shape[shape.length - 2] = a.size(-2);
        shape[shape.length - 1] = b.size(-1);
        org.bytedeco.pytorch.Tensor product = torch.zeros(shape);
        MatrixStack.multiplyAdd(MatrixStack.of(a), MatrixStack.of(b), MatrixStack.of(product));
        return product;
    }

    /// @param gradient of the product, contiguous
    static org.bytedeco.pytorch.Tensor ofA(
            org.bytedeco.pytorch.Tensor gradient, org.bytedeco.pytorch.Tensor a, org.bytedeco.pytorch.Tensor b) {
        return product(MatrixStack.of(gradient), MatrixStack.of(b).transposed(), a);
    }

    /// @param gradient of the product, contiguous
    static org.bytedeco.pytorch.Tensor ofB(
            org.bytedeco.pytorch.Tensor gradient, org.bytedeco.pytorch.Tensor a, org.bytedeco.pytorch.Tensor b) {
        return product(MatrixStack.of(a).transposed(), MatrixStack.of(gradient), b);
    }

    /// `left right` in the shape and the order of memory of an operand, so that libtorch need not turn it
    /// over when it goes on.
    private static org.bytedeco.pytorch.Tensor product(
            MatrixStack left, MatrixStack right, org.bytedeco.pytorch.Tensor like) {
        boolean turned = like.stride(-1) != 1 && like.stride(-2) == 1;
        if (!turned) {
            org.bytedeco.pytorch.Tensor product = torch.zeros(like.shape());
            MatrixStack.multiplyAdd(left, right, MatrixStack.of(product));
            return product;
        }
        long[] shape = like.shape();
        shape[shape.length - 2] = like.size(-1);
        shape[shape.length - 1] = like.size(-2);
        org.bytedeco.pytorch.Tensor product = torch.zeros(shape);
        MatrixStack.multiplyAdd(right.transposed(), left.transposed(), MatrixStack.of(product));
        return product.transpose(-1, -2);
    }

    private static org.bytedeco.pytorch.Tensor zeros(org.bytedeco.pytorch.Tensor like) {
        return torch.zeros(1).expand(like.shape());
    }

    private static org.bytedeco.pytorch.Tensor raw(Tensor tensor) {
        return ((TorchTensor) tensor).raw();
    }

    private static Tensor tensor(org.bytedeco.pytorch.Tensor raw) {
        return new TorchTensor(raw, 0);
    }
}
