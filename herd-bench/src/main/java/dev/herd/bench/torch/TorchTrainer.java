package dev.herd.bench.torch;

import static org.bytedeco.pytorch.global.torch.binary_cross_entropy_with_logits;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.Tensor;

/// A whole training step in plain libtorch: sparse tables with row-wise Adagrad, a dense net with libtorch's own Adam.
///
/// @param tables owned by the caller
public record TorchTrainer(TorchTables tables, TorchNet net, Adam dense, double tableRate) {
    public static TorchTrainer create(
            TorchTables tables, TorchNet net, TorchParameters parameters, double tableRate, double denseRate) {
        return new TorchTrainer(tables, net, new Adam(parameters.all(), new AdamOptions(denseRate)), tableRate);
    }

    /// A batch in libtorch's own memory. **Shapes**: dense `[B, I]`, labels `[B, 1]`.
    public record Sample(TorchBags bags, Tensor dense, Tensor labels) {}

    /// Trains on one batch and returns the loss before the update.
    public float step(Sample sample) {
        try (PointerScope scope = new PointerScope()) {
            dense.zero_grad();
            Tensor logits = net.forward(sample.dense(), tables.lookup(sample.bags()));
            Tensor loss = binary_cross_entropy_with_logits(logits, sample.labels());
            loss.backward();
            tables.update(tableRate);
            dense.step();
            return loss.item_float();
        }
    }
}
