package dev.herd.nn;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/// The three matrix products that a linear map costs in a step of training, alone and by the engine that
/// [Ops#linear] takes for their size: for measuring what else a step costs.
///
/// **Shapes**: x `[rows, in]`, weight `[out, in]`, the gradient `[rows, out]`.
/// **Owner**: the tensors live as long as this; close it.
public final class LinearProducts implements AutoCloseable {
    private final Tensor x;
    private final Tensor weight;
    private final Tensor gradient;
    private final boolean oneDnn;
    private final boolean needsInput;

    private LinearProducts(long rows, long in, long out, boolean needsInput) {
        LibTorch.load();
        this.x = Blobs.kept(() -> torch.ones(rows, in));
        this.weight = Blobs.kept(() -> torch.ones(out, in));
        this.gradient = Blobs.kept(() -> torch.ones(rows, out));
        this.oneDnn = TorchOps.suitsOneDnn(x, out);
        this.needsInput = needsInput;
    }

    /// @param needsInput whether the gradient of x is formed
    public static LinearProducts create(long rows, long in, long out, boolean needsInput) {
        return new LinearProducts(rows, in, out, needsInput);
    }

    /// Forms all of them once.
    public void run() {
        try (PointerScope scope = new PointerScope()) {
            if (oneDnn) {
                OneDnn engine = OneDnn.get().orElseThrow();
                engine.linear(x, weight, null);
                LinearOp.ofWeight(engine, gradient, x);
                if (needsInput) {
                    engine.linear(gradient, weight.t(), null);
                }
            } else {
                x.mm(weight.t());
                gradient.t().mm(x);
                if (needsInput) {
                    gradient.mm(weight);
                }
            }
        }
    }

    @Override
    public void close() {
        x.releaseReference();
        weight.releaseReference();
        gradient.releaseReference();
    }
}
