package dev.herd.nn;

import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/// A product of two arrays and the two that its backward pass costs, alone and by the engine that
/// [Ops#matmul] takes for their shapes: for measuring what else a step costs.
///
/// **Shapes**: a `[..., M, K]` and b `[..., K, N]`, either with or without the leading dimensions.
/// **Owner**: the tensors live as long as this; close it.
public final class MatmulProducts implements AutoCloseable {
    private final Tensor a;
    private final Tensor b;
    private final Tensor gradient;

    private MatmulProducts(Operand a, Operand b) {
        LibTorch.load();
        this.a = a.tensor();
        this.b = b.tensor();
        long[] result = (a.shape.length >= b.shape.length ? a.shape : b.shape).clone();
        result[result.length - 2] = a.rows();
        result[result.length - 1] = b.columns();
        this.gradient = Blobs.kept(() -> torch.ones(result));
    }

    /// An operand's shape.
    ///
    /// @param turned whether it is another tensor with its last two dimensions exchanged
    public record Operand(long[] shape, boolean turned) {
        public Operand {
            if (shape.length < 2) {
                throw new IllegalArgumentException("a matrix has two dimensions, not " + Arrays.toString(shape));
            }
        }

        private long rows() {
            return shape[shape.length - 2];
        }

        private long columns() {
            return shape[shape.length - 1];
        }

        private Tensor tensor() {
            if (!turned) {
                return Blobs.kept(() -> torch.ones(shape));
            }
            long[] stored = shape.clone();
            stored[stored.length - 2] = columns();
            stored[stored.length - 1] = rows();
            return Blobs.kept(() -> torch.ones(stored).transpose(-1, -2));
        }
    }

    /// **Throws** `IllegalArgumentException` when the inner sizes differ.
    public static MatmulProducts create(Operand a, Operand b) {
        if (a.columns() != b.rows()) {
            throw new IllegalArgumentException("the product of arrays needs inner sizes that are alike, not "
                    + Arrays.toString(a.shape) + " and " + Arrays.toString(b.shape));
        }
        return new MatmulProducts(a, b);
    }

    /// Whether Herd's own kernel forms them.
    public boolean areSmall() {
        return SmallMatmulOp.suits(a, b);
    }

    /// Forms all three once.
    public void run() {
        try (PointerScope scope = new PointerScope()) {
            if (areSmall()) {
                SmallMatmulOp.product(a, b);
                SmallMatmulOp.ofA(gradient, a, b);
                SmallMatmulOp.ofB(gradient, a, b);
            } else {
                a.matmul(b);
                gradient.matmul(b.transpose(-2, -1));
                if (b.dim() < a.dim()) {
                    flat(a).t().mm(flat(gradient));
                } else {
                    a.transpose(-2, -1).matmul(gradient);
                }
            }
        }
    }

    private static Tensor flat(Tensor x) {
        return x.reshape(-1, x.size(-1));
    }

    @Override
    public void close() {
        a.releaseReference();
        b.releaseReference();
        gradient.releaseReference();
    }
}
