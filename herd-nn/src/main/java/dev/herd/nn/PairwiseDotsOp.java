package dev.herd.nn;

import dev.herd.nn.Rounder.Role;
import dev.herd.numerics.format.BlockCodec.Axis;
import dev.herd.numerics.kernel.PairwiseDots;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.bytedeco.pytorch.global.torch;

/// [Ops#pairwiseDots] without the batch of small matrix products, each of which costs libtorch a call; their
/// operands may be rounded. The gradient of X is the product of the pairs' gradients, as a symmetric matrix,
/// with X.
record PairwiseDotsOp(Rounder rounder) implements CustomOp {
    @Override
    public String name() {
        return "pairwiseDots";
    }

    @Override
    public List<Tensor> forward(Tape tape, List<Tensor> inputs) {
        org.bytedeco.pytorch.Tensor x =
                rounder.rounded(Role.ACTIVATION, raw(inputs.getFirst()).contiguous(), Axis.ROWS);
        int n = Math.toIntExact(x.size(1));
        org.bytedeco.pytorch.Tensor pairs = torch.empty(x.size(0), PairwiseDots.count(n));
        PairwiseDots.forward(Blobs.view(x), x.size(0), n, Math.toIntExact(x.size(2)), Blobs.view(pairs));
        return List.of(new TorchTensor(pairs, 0));
    }

    @Override
    public List<Tensor> backward(Tape tape, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> gradients) {
        org.bytedeco.pytorch.Tensor x = raw(inputs.getFirst()).contiguous();
        org.bytedeco.pytorch.Tensor gradient = raw(gradients.getFirst()).contiguous();
        if (rounder != Rounder.NONE) {
            return List.of(new TorchTensor(
                    rounder.rounded(Role.GRADIENT, symmetric(gradient, x.size(1)), Axis.ROWS)
                            .matmul(rounder.rounded(Role.ACTIVATION, x, Axis.COLUMNS)),
                    0));
        }
        org.bytedeco.pytorch.Tensor ofX = torch.empty(x.shape());
        PairwiseDots.backward(
                Blobs.view(x),
                Blobs.view(gradient),
                x.size(0),
                Math.toIntExact(x.size(1)),
                Math.toIntExact(x.size(2)),
                Blobs.view(ofX));
        return List.of(new TorchTensor(ofX, 0));
    }

    /// The pairs of every row as a matrix with zeros on the diagonal.
    private static org.bytedeco.pytorch.Tensor symmetric(org.bytedeco.pytorch.Tensor pairs, long n) {
        org.bytedeco.pytorch.Tensor matrices = torch.zeros(pairs.size(0), n, n);
        MemorySegment from = Blobs.view(pairs);
        MemorySegment to = Blobs.view(matrices);
        long next = 0;
        for (long first = 0; first < matrices.numel(); first += n * n) {
            for (long i = 1; i < n; i++) {
                for (long j = 0; j < i; j++) {
                    float value = from.getAtIndex(ValueLayout.JAVA_FLOAT, next++);
                    to.setAtIndex(ValueLayout.JAVA_FLOAT, first + i * n + j, value);
                    to.setAtIndex(ValueLayout.JAVA_FLOAT, first + j * n + i, value);
                }
            }
        }
        return matrices;
    }

    private static org.bytedeco.pytorch.Tensor raw(Tensor tensor) {
        return ((TorchTensor) tensor).raw();
    }
}
