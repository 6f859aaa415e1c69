package dev.herd.bench.torch;

import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/// A product of two arrays, and the two that its backward pass costs, alone: by libtorch's `matmul`, as
/// both sides of a comparison form it.
///
/// **Shapes**: left `[..., M, K]` and right `[..., K, N]`, either with or without the batch.
/// **Owner**: close it outside any pointer scope.
public final class TorchProducts implements AutoCloseable {
    private final Tensor left;
    private final Tensor right;
    private final Tensor gradient;

    private TorchProducts(long[] left, long[] right) {
        long[] result = (left.length >= right.length ? left : right).clone();
        result[result.length - 2] = left[left.length - 2];
        result[result.length - 1] = right[right.length - 1];
        this.left = torch.ones(left);
        this.right = torch.ones(right);
        this.gradient = torch.ones(result);
    }

    public static TorchProducts create(long[] left, long[] right) {
        if (left.length < 2 || right.length < 2 || left[left.length - 1] != right[right.length - 2]) {
            throw new IllegalArgumentException("the product of arrays needs inner sizes that are alike, not "
                    + Arrays.toString(left) + " and " + Arrays.toString(right));
        }
        return new TorchProducts(left, right);
    }

    /// Forms all three once. Where one side has no batch, its gradient is one product over all rows.
    public void run() {
        try (PointerScope scope = new PointerScope()) {
            left.matmul(right);
            gradient.matmul(right.transpose(-2, -1));
            if (right.dim() < left.dim()) {
                flat(left).t().mm(flat(gradient));
            } else {
                left.transpose(-2, -1).matmul(gradient);
            }
        }
    }

    private static Tensor flat(Tensor x) {
        return x.view(-1, x.size(-1));
    }

    @Override
    public void close() {
        left.close();
        right.close();
        gradient.close();
    }
}
