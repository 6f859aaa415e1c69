package dev.herd.bench.torch;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/// A ranking net in plain libtorch.
public interface TorchNet {
    /// **Shapes**: dense `[B, I]`, every pooled embedding `[B, D]`, result `[B, 1]`.
    Tensor forward(Tensor dense, List<Tensor> pooled);
}
