package dev.herd.nn;

import dev.herd.numerics.kernel.PairwiseDots;
import java.util.List;
import org.bytedeco.pytorch.global.torch;

/// [Ops#pairwiseDots] without the batch of small matrix products, each of which costs libtorch a call.
record PairwiseDotsOp() implements CustomOp {
    @Override
    public String name() {
        return "pairwiseDots";
    }

    @Override
    public List<Tensor> forward(Tape tape, List<Tensor> inputs) {
        org.bytedeco.pytorch.Tensor x = raw(inputs.getFirst()).contiguous();
        int n = Math.toIntExact(x.size(1));
        org.bytedeco.pytorch.Tensor pairs = torch.empty(x.size(0), PairwiseDots.count(n));
        PairwiseDots.forward(Blobs.view(x), x.size(0), n, Math.toIntExact(x.size(2)), Blobs.view(pairs));
        return List.of(new TorchTensor(pairs, 0));
    }

    @Override
    public List<Tensor> backward(Tape tape, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> gradients) {
        org.bytedeco.pytorch.Tensor x = raw(inputs.getFirst()).contiguous();
        org.bytedeco.pytorch.Tensor gradient = raw(gradients.getFirst()).contiguous();
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

    private static org.bytedeco.pytorch.Tensor raw(Tensor tensor) {
        return ((TorchTensor) tensor).raw();
    }
}
